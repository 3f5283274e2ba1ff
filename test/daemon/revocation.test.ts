import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoAuthorisations } from '../../src/cli/demo-authorisation.ts';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import type { Database } from '../../src/store/database.ts';
import { currentGeneration } from '../../src/store/events.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { countMatches, iterateMatches } from '../../src/store/matches.ts';
import { startFlowsieve, writeJson } from '../support/cli.ts';
import { netflow5, UPTIME_MS } from '../wire/encoder.ts';
import { CAPTURES, flowsOf, startDaemon, sums } from './fixture.ts';
import { replayed } from './replayed.ts';

/** Within the traffic windows of the demonstration's list. */
const FLOWS_MS = Date.UTC(2026, 10, 18, 9, 30);
const RECORDS = 30;
const CAPTURE = 'softflowd-netflow5.pcap';
const DAY_MS = 86_400_000;

/** Without end: each datagram of flows that never were before, all of them with a listed server. */
function* beacons(until: () => boolean): Generator<Uint8Array> {
  for (let n = 0; !until(); n++) {
    const records = Array.from({ length: RECORDS }, (_, record) => ({
      src: '192.0.2.21',
      dst: '203.0.113.10',
      srcPort: 1024 + ((n * RECORDS + record) % 60_000),
      dstPort: 443,
      protocol: 6,
      first: UPTIME_MS - 100_000 - Math.floor(n / 2_000),
      last: UPTIME_MS - 99_000,
      packets: 3,
      bytes: 180,
    }));
    yield netflow5({ seconds: FLOWS_MS / 1_000, sequence: n * RECORDS }, records);
  }
}

/** What another process may do, on the database in the folder: its arguments. */
const ENDS: Readonly<Record<string, (folder: string) => string[]>> = {
  'an authorisation that ends by its file': (folder) => {
    const [list] = demoAuthorisations(Date.now());
    const ended = { ...list, authorisation: { ...list?.authorisation, ends: '2026-11-20' } };
    return ['authorisation', 'import', writeJson(folder, 'ended.json', ended)];
  },
  'L1: an authorisation that is ended by command': () => [
    'authorisation',
    'end',
    'DEMO-1/2026',
    '--reason',
    'over',
  ],
  'L10: an indicator that is suspended': () => [
    'indicator',
    'suspend',
    '203.0.113.10',
    '--reason',
    'in doubt',
  ],
  'L10: an indicator that is revoked': () => ['indicator', 'revoke', '203.0.113.10', '--reason', 'seized'],
  'L20: a legal basis that is suspended': () => ['basis', 'suspend', 'lce-126-1', '--reason', 'a judgment'],
};

describe('while flows come in', () => {
  it.each(Object.keys(ENDS))('%s gives no match more once the command has returned', async (name) => {
    const { daemon, db, folder, to, log } = await startDaemon();
    let isOver = false;
    const sending = exportFrom(
      '127.0.0.5',
      beacons(() => isOver),
      to(),
    );
    await expect.poll(() => countMatches(db), { interval: 20 }).toBeGreaterThan(RECORDS);

    const ending = startFlowsieve([...(ENDS[name]?.(folder) ?? []), '--db', join(folder, 'flows.db')]);
    const [status] = await once(ending, 'exit');
    expect(status).toBe(0);
    const kept = countMatches(db);
    const { notInForce } = sums(db);
    expect(kept).toBeGreaterThan(0);

    await expect.poll(() => sums(db).notInForce, { interval: 20 }).toBeGreaterThan(notInForce + 50 * RECORDS);
    isOver = true;
    const sent = await sending;
    await daemon.stop();
    expect(countMatches(db)).toBe(kept);
    expect(sums(db)).toMatchObject({ datagrams: sent, records: sent * RECORDS, matched: kept });
    expect(log.lines.filter(({ message }) => message === 'list in force').length).toBeGreaterThan(1);
  });
});

const ANALYST = { by: 'a.analyst', role: 'analyst' };

describe('L10: of an indicator that was revoked', () => {
  it('older flows are not taken either, live or replayed; those of others are', async () => {
    const { daemon, db, to } = await startDaemon();
    const { id } = findIndicator(db, '203.0.113.10');
    const revoke = (of: Database) => recordStep(of, id, { kind: 'revoke', reason: 'seized' }, ANALYST);
    revoke(db);
    await exportFrom('127.0.0.5', capturedDatagrams(join(CAPTURES, CAPTURE)), to());
    await daemon.stop();
    const live = flowsOf(db);
    const [replay, unrevoked] = [await replayed(CAPTURE, revoke), await replayed(CAPTURE)];
    expect(flowsOf(replay)).toEqual(live);
    const others = flowsOf(unrevoked).filter((flow) => !flow.includes(id));
    expect(live).toEqual(others);
    expect(others.length).toBeGreaterThan(0);
    expect(flowsOf(unrevoked).length).toBeGreaterThan(others.length);
    replay.close();
    unrevoked.close();
  });
});

describe('L9: a verification that falls due while flows come in', () => {
  it('suspends the indicator at that very moment, without a new list', async () => {
    const { daemon, db, to, log } = await startDaemon({ withoutList: true });
    const [list] = demoAuthorisations(Date.now());
    const indicators = list?.indicators.map((entry) => ({ ...entry, verifications: [] }));
    await importAuthorisation(db, JSON.stringify({ ...list, indicators }));
    const dueMs = Date.now() + 4_000;
    const verification = { kind: 'verify', outcome: 'active', method: 'handshake' } as const;
    const { id } = findIndicator(db, '203.0.113.10');
    recordStep(db, id, { ...verification, atMs: dueMs - 7 * DAY_MS }, ANALYST);
    const generation = currentGeneration(db);
    await expect.poll(() => daemon.health.list, { interval: 5 }).toEqual({ generation });
    const told = log.lines.length;

    let isOver = false;
    const sending = exportFrom(
      '127.0.0.5',
      beacons(() => isOver),
      to(),
    );
    await expect.poll(() => Date.now(), { interval: 20 }).toBeGreaterThan(dueMs);
    const notInForce = sums(db).notInForce ?? 0;
    await expect
      .poll(() => sums(db).notInForce ?? 0, { interval: 20 })
      .toBeGreaterThan(notInForce + 50 * RECORDS);
    isOver = true;
    const sent = await sending;
    await daemon.stop();

    const evaluated = [...iterateMatches(db)].map(({ evaluatedAtMs }) => evaluatedAtMs);
    expect(evaluated.length).toBeGreaterThan(0);
    expect(evaluated.filter((atMs) => atMs >= dueMs)).toEqual([]);
    expect(sums(db)).toMatchObject({ records: sent * RECORDS, matched: evaluated.length });
    expect(log.lines.slice(told).filter(({ message }) => message === 'list in force')).toEqual([]);
  });
});
