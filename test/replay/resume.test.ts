// A replay that is interrupted, repeated, split or spread over threads ends with the same matches and the same ledger.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CAPTURES, flowsieve, lines, startFlowsieve, temporaryFolder } from '../support/cli.ts';
import { DEMO_SCOPE, writeDemoLists } from '../support/demo-list.ts';

const INPUTS = readdirSync(CAPTURES)
  .filter((name) => /\.(pcap|nfcapd|gz)$/.test(name))
  .map((name) => join(CAPTURES, name));

/** Many more than are under way at a time. */
const ROWS = 400_000;

const SLOW = { timeout: 240_000 };

/** All that the database says, without what must differ: when it was evaluated. */
function contents(db: string) {
  const matches = lines(flowsieve(['matches', '--db', db, '--json']).stdout);
  const ledger = lines(flowsieve(['ledger', '--db', db, '--json']).stdout);
  return {
    matches: matches.map(({ evaluatedAtMs: _, deleteAfterMs: __, ...match }) => match),
    ledger: ledger.filter(({ exporter }) => exporter !== null),
  };
}

function replay(db: string, extra: readonly string[] = []) {
  const run = flowsieve(['replay', ...INPUTS, '--db', db, '--json', '--quiet', ...DEMO_SCOPE, ...extra]);
  expect(run.stderr).toBe('');
  const { seconds: _, bytes: __, newMatches, resumed, ...summary } = JSON.parse(run.stdout);
  return { summary, newMatches, resumed };
}

describe('a replay', () => {
  it('repeated adds nothing, and any number of threads gives the same', () => {
    const folder = temporaryFolder();
    const lists = writeDemoLists(folder);
    const one = join(folder, 'one.db');
    const first = replay(one, ['--threads', '1', '--authorisation', ...lists]);
    const before = contents(one);
    expect(before.matches.length).toBe(first.newMatches);
    expect(before.matches.length).toBeGreaterThan(2_000);

    const again = replay(one);
    expect(again.newMatches).toBe(0);
    expect(again.summary).toEqual(first.summary);
    expect(contents(one)).toEqual(before);

    const three = join(folder, 'three.db');
    expect(replay(three, ['--threads', '3', '--authorisation', ...lists]).summary).toEqual(first.summary);
    expect(contents(three)).toEqual(before);
  });

  it('killed again and again, and started again each time, ends as an undisturbed one', SLOW, async () => {
    const folder = temporaryFolder();
    const lists = writeDemoLists(folder);
    const input = join(folder, 'rows.csv');
    writeFileSync(input, slowRows(ROWS));
    const args = (db: string) => [
      'replay',
      input,
      '--db',
      db,
      '--json',
      '--quiet',
      '--threads',
      '1',
      ...DEMO_SCOPE,
    ];

    const undisturbed = join(folder, 'undisturbed.db');
    const whole = flowsieve([...args(undisturbed), '--authorisation', ...lists]);
    const { seconds: _, ...expected } = JSON.parse(whole.stdout);
    expect(expected.matched).toBe(ROWS / 100);

    const killed = join(folder, 'killed.db');
    flowsieve(['authorisation', 'import', ...lists, '--db', killed]);
    let kills = 0;
    for (let committed = 0; kills < 3; kills++) {
      const run = startFlowsieve(args(killed));
      const ended = once(run, 'exit');
      const moved = await commitBeyond(killed, committed, run);
      if (moved === null) break;
      committed = moved;
      run.kill('SIGKILL');
      await ended;
    }
    expect(kills).toBeGreaterThan(0);
    const last = flowsieve(args(killed));
    const { seconds: __, ...outcome } = JSON.parse(last.stdout);
    for (const key of ['records', 'matched', 'matches', 'discarded', 'undecodable', 'swappedTimes']) {
      expect([key, outcome[key]]).toEqual([key, expected[key]]);
    }
    const rows = (db: string) =>
      lines(flowsieve(['matches', '--db', db, '--json']).stdout).map(({ id }) => id as string);
    expect(rows(killed)).toEqual(rows(undisturbed));
    expect(new Set(rows(killed)).size).toBe(ROWS / 100);
  });

  it(
    'interrupted by SIGINT commits what it has read, and the same command goes on from there',
    SLOW,
    async () => {
      const folder = temporaryFolder();
      const lists = writeDemoLists(folder);
      const input = join(folder, 'rows.csv');
      writeFileSync(input, slowRows(ROWS));
      const db = join(folder, 'flows.db');
      flowsieve(['authorisation', 'import', ...lists, '--db', db]);
      const args = ['replay', input, '--db', db, '--json', '--quiet', '--threads', '1', ...DEMO_SCOPE];
      const run = startFlowsieve(args);
      let stdout = '';
      run.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      expect(await commitBeyond(db, 0, run)).toBeGreaterThan(0);
      run.kill('SIGINT');
      await once(run, 'close');
      const first = JSON.parse(stdout);
      const second = JSON.parse(flowsieve(args).stdout);
      expect([run.exitCode, first.interrupted, second.interrupted]).toEqual([1, true, false]);
      expect(first.records).toBeLessThan(ROWS);
      expect([second.records, second.matched]).toEqual([ROWS, ROWS / 100]);
    },
  );
});

/** Waits until more than `records` are in the ledger; null = the run ended first. */
async function commitBeyond(db: string, records: number, run: ChildProcess): Promise<number | null> {
  while (run.exitCode === null) {
    const ledger = lines<{ records: number }>(flowsieve(['ledger', '--db', db, '--json']).stdout);
    const committed = ledger.reduce((sum, line) => sum + line.records, 0);
    if (committed > records) return committed;
    await sleep(20);
  }
  return null;
}

/** Quoted rows, which are read slowly: one in a hundred is a hit. */
function slowRows(count: number): string {
  const rows = ['ts,te,td,sa,da,sp,dp,pr,ipkt,ibyt'];
  for (let n = 0; n < count; n++) {
    const at = new Date(Date.UTC(2026, 10, 18, 8) + n).toISOString().replace('T', ' ').replace('Z', '');
    const to = n % 100 === 0 ? '203.0.113.10' : '203.0.113.200';
    rows.push(`"${at}",${at},0,192.0.2.21,${to},${1024 + (n % 60_000)},443,TCP,1,${40 + (n % 1000)}`);
  }
  return `${rows.join('\n')}\n`;
}
