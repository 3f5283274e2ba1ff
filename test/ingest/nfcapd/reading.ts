// Reads a whole nfcapd file in tests: every batch scanned and settled, or every record decoded, through slabs of any size.
import { TALLY_COLUMNS, type TallyColumn } from '../../../src/core/counters.ts';
import type { Flow } from '../../../src/core/flow.ts';
import type { NfcapdBatch, ResumePoint } from '../../../src/ingest/batch.ts';
import { Exporters } from '../../../src/ingest/nfcapd/exporters.ts';
import { openNfcapd } from '../../../src/ingest/nfcapd/reader.ts';
import { nfcapdRecords } from '../../../src/ingest/nfcapd/records.ts';
import { scanNfcapd } from '../../../src/ingest/nfcapd/scan.ts';
import { Slab } from '../../../src/ingest/slab.ts';
import { Findings, tallyOf } from '../../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../../src/match/index.ts';
import type { AuthorisedList } from '../../../src/match/list.ts';
import { Matcher } from '../../../src/match/matcher.ts';
import type { Evaluation, FoundMatch, Problem } from '../../../src/match/messages.ts';
import { listOf } from '../../match/lists.ts';
import { NOW_MS, sourceOf } from '../../support/reading.ts';

export const EVALUATION: Evaluation = {
  operator: 'example-isp',
  retentionBasis: 'lce-126-1',
  atMs: NOW_MS,
  straddling: 'contained',
};

export const NOTHING_LISTED: AuthorisedList = listOf([]);

export interface Options {
  readonly list?: AuthorisedList;
  readonly slabBytes?: number;
  readonly maxBlocks?: number;
  /** Bytes that a read of the source gives. */
  readonly step?: number;
  readonly headBytes?: number;
  readonly resume?: ResumePoint;
  /** Decode every record and judge it, instead of scanning: the naive way. */
  readonly naive?: boolean;
}

export interface Outcome {
  readonly matches: (FoundMatch & { exporter: string | null })[];
  /** By exporter. */
  readonly tallies: Map<string | null, Record<TallyColumn, number>>;
  readonly totals: Record<TallyColumn, number>;
  readonly problems: Problem[];
  readonly intervals: Set<string>;
  /** Where a reading could be taken up after each batch; how much had been counted until then. */
  readonly checkpoints: { point: ResumePoint; records: number; matches: number }[];
}

export async function scanFile(bytes: Uint8Array, options: Options = {}): Promise<Outcome> {
  const index = AddressIndex.open(buildIndex(options.list ?? NOTHING_LISTED));
  const outcome: Outcome = {
    matches: [],
    tallies: new Map(),
    totals: zeros(),
    problems: [],
    intervals: new Set(),
    checkpoints: [],
  };
  for await (const { slab, batch, filled } of batches(bytes, options, outcome.problems)) {
    const findings = new Findings();
    scanNfcapd(slab, batch, index, EVALUATION, findings);
    let scanned = findings.toResult(1);
    if (options.naive) {
      const judged = new Findings();
      const matcher = new Matcher(index, EVALUATION);
      for (const { flows, group } of nfcapdRecords(slab, batch, null)) matcher.judge(flows, group, judged);
      scanned = { ...judged.toResult(1), problems: [], notes: scanned.notes };
    }
    slab.bytes.fill(0xee); // what a slab held must not be needed once it is given back
    const { groups, result } = filled.settle!(scanned);
    for (const row of result.tallies) {
      const group = groups[row[0] as number]!;
      outcome.intervals.add(`${group.fromMs}-${group.toMs}`);
      const tally = outcome.tallies.get(group.exporter) ?? zeros();
      outcome.tallies.set(group.exporter, tally);
      for (const column of TALLY_COLUMNS) {
        tally[column] += tallyOf(row, column);
        outcome.totals[column] += tallyOf(row, column);
      }
    }
    outcome.matches.push(
      ...result.matches.map((match) => ({ ...match, group: 0, exporter: groups[match.group]!.exporter })),
    );
    outcome.problems.push(...result.problems);
    outcome.checkpoints.push({
      point: { position: filled.position, state: filled.state! },
      records: outcome.totals.records + outcome.totals.undecodable,
      matches: outcome.matches.length,
    });
  }
  return outcome;
}

export interface Decoded {
  readonly flows: Flow[];
  readonly exporters: (string | null)[];
  readonly problems: Problem[];
}

export async function decodeFile(bytes: Uint8Array, options: Options = {}): Promise<Decoded> {
  const decoded: Decoded = { flows: [], exporters: [], problems: [] };
  const exporters = new Exporters();
  for await (const { slab, batch } of batches(bytes, options, decoded.problems)) {
    for (const record of nfcapdRecords(slab, batch, exporters)) {
      decoded.flows.push(...record.flows);
      decoded.exporters.push(...record.flows.map(() => record.exporter));
    }
  }
  return decoded;
}

async function* batches(bytes: Uint8Array, options: Options, problems: Problem[]) {
  const head = bytes.slice(0, options.headBytes ?? 16);
  const reader = openNfcapd(sourceOf(bytes.subarray(head.length), options.step), head, {
    nowMs: NOW_MS,
    onProblem: (problem) => problems.push(problem),
    ...(options.resume ? { resume: options.resume } : {}),
  });
  const slab = Slab.allocate(0, options.slabBytes ?? 1 << 20, options.maxBlocks ?? 64);
  for (let filled = await reader.fill(slab); filled; filled = await reader.fill(slab)) {
    yield { slab, batch: filled.batch as NfcapdBatch, filled };
  }
  await reader.close();
}

function zeros(): Record<TallyColumn, number> {
  return Object.fromEntries(TALLY_COLUMNS.map((column) => [column, 0])) as Record<TallyColumn, number>;
}
