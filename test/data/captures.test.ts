// The bundled captures give what data/README.md says: each record accounted for, each match found.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS, demoAuthorisations } from '../../src/cli/demo-authorisation.ts';
import { TALLY, TALLY_COLUMNS, type TallyColumn } from '../../src/core/counters.ts';
import { storedList } from '../../src/engine/stored-list.ts';
import { scanCsv } from '../../src/ingest/csv/scan.ts';
import { openInput } from '../../src/ingest/formats.ts';
import { scanNfcapd } from '../../src/ingest/nfcapd/scan.ts';
import { Slab } from '../../src/ingest/slab.ts';
import { scanWire } from '../../src/ingest/wire/scan.ts';
import { Findings } from '../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../src/match/index.ts';
import type { AuthorisedList } from '../../src/match/list.ts';
import type { Evaluation } from '../../src/match/messages.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { openDatabase } from '../../src/store/database.ts';

const DATA = fileURLToPath(new URL('../../data/', import.meta.url));
const CAPTURES = join(DATA, 'captures');

/** The table under "What a replay must find": a row per capture, `*` standing for any part of a name. */
function expectedCounts(): { capture: string; counts: Record<string, number> }[] {
  const lines = readFileSync(join(DATA, 'README.md'), 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith('| capture | records'));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [, ...columns] = cells(lines[from] as string);
  const names = readdirSync(CAPTURES);
  const expected: { capture: string; counts: Record<string, number> }[] = [];
  for (let at = from + 2; lines[at]?.startsWith('|'); at++) {
    const [patterns, ...numbers] = cells(lines[at] as string);
    const counts = Object.fromEntries(columns.map((column, n) => [column, Number(numbers[n])]));
    for (const [, pattern] of (patterns as string).matchAll(/`([^`]+)`/g)) {
      const matcher = new RegExp(`^${(pattern as string).replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      for (const capture of names.filter((name) => matcher.test(name))) expected.push({ capture, counts });
    }
  }
  return expected;
}

async function listAt(nowMs: number): Promise<AuthorisedList> {
  const db = openDatabase(':memory:');
  for (const authorisation of demoAuthorisations(nowMs)) {
    const report = await importAuthorisation(db, JSON.stringify(authorisation), { at: nowMs });
    expect(report.refusals).toEqual([]);
  }
  const list = storedList(db, IN_FORCE_DEFAULTS).load();
  db.close();
  return list;
}

async function replay(
  capture: string,
  list: AuthorisedList,
  nowMs: number,
): Promise<Record<TallyColumn, number>> {
  const index = AddressIndex.open(buildIndex(list));
  const evaluation: Evaluation = {
    operator: DEMO_OPERATOR,
    retentionBasis: DEMO_RETENTION_BASIS,
    atMs: nowMs,
    straddling: 'contained',
  };
  const counts = Object.fromEntries(TALLY_COLUMNS.map((column) => [column, 0])) as Record<
    TallyColumn,
    number
  >;
  const problems: unknown[] = [];
  const onProblem = (problem: unknown) => problems.push(problem);
  const reader = await openInput(join(CAPTURES, capture), { format: 'auto', onProblem });
  const slab = Slab.allocate(0, 8 * 1024 * 1024, 32_768);
  for (let filled = await reader.fill(slab); filled; filled = await reader.fill(slab)) {
    const findings = new Findings();
    const { batch } = filled;
    if (batch.kind === 'wire') scanWire(slab, batch, index, evaluation, new Map(), findings);
    else if (batch.kind === 'nfcapd') scanNfcapd(slab, batch, index, evaluation, findings);
    else await scanCsv(slab, batch, index, evaluation, findings);
    const result = findings.toResult(index.generation);
    problems.push(...result.problems);
    for (const [, ...row] of result.tallies) {
      for (const column of TALLY_COLUMNS) counts[column] += row[TALLY[column]] as number;
    }
  }
  await reader.close();
  expect(problems).toEqual([]);
  return counts;
}

const expected = expectedCounts();

describe('the bundled captures', () => {
  let list: AuthorisedList;
  const nowMs = Date.now();
  beforeAll(async () => {
    list = await listAt(nowMs);
  });

  it('are all in the table of what a replay must find', () => {
    const captures = readdirSync(CAPTURES).filter((name) => name !== 'counts.tsv');
    expect(expected.map(({ capture }) => capture).sort()).toEqual(captures.sort());
  });

  it.each(expected)('$capture gives what the table says', async ({ capture, counts }) => {
    expect(await replay(capture, list, nowMs)).toMatchObject(counts);
  });

  it('hold as many records as nfdump counts', () => {
    const lines = readFileSync(join(CAPTURES, 'counts.tsv'), 'utf8').trim().split('\n');
    const byNfdump = new Map(
      lines.map((line) => line.split('\t')).map(([name, c2, n]) => [`${name} ${c2}`, Number(n)]),
    );
    for (const { capture, counts } of expected) {
      if (!capture.endsWith('.csv.gz')) expect(byNfdump.get(`${capture} all`), capture).toBe(counts.records);
    }
  });

  it('take less than 2 MB', () => {
    const sizes = readdirSync(CAPTURES).map((name) => statSync(join(CAPTURES, name)).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(2e6);
  });
});

describe("the demo's authorisations", () => {
  it.each([2026.9, 2030.5, 2047])('find the same in the year %d', async (year) => {
    const nowMs = Date.UTC(Math.floor(year), Math.round((year % 1) * 12), 25);
    const { capture, counts } = expected.find(({ capture }) => capture === 'softflowd-netflow9.pcap')!;
    expect(await replay(capture, await listAt(nowMs), nowMs)).toMatchObject(counts);
  });
});

describe('the traffic behind the captures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowsieve-traffic-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the same on every run', () => {
    const path = join(folder, 'traffic.pcap');
    expect(spawnSync(process.execPath, [join(DATA, 'traffic.mjs'), path]).status).toBe(0);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(
      'c500dfd635c2ea732d50c5533658c5142ae1515f4330857c71e65e459785c6e2',
    );
  });
});
