// A long list that another process takes in while flows arrive.
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoAuthorisations } from '../../src/cli/demo-authorisation.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { startFlowsieve, writeJson } from '../support/cli.ts';
import { netflow5, UPTIME_MS } from '../wire/encoder.ts';
import { startDaemon, sums } from './fixture.ts';

const INDICATORS = 20_000;
const RECORDS = 30;
const FLOWS_MS = Date.UTC(2026, 10, 18, 9, 30);

/** The demonstration's list and very many addresses besides. */
function longList() {
  const [list] = demoAuthorisations(Date.now());
  const [server] = list?.indicators ?? [];
  const { port: _, ...template } = server ?? {};
  const others = Array.from({ length: INDICATORS }, (_, n) => ({
    ...template,
    address: `2001:db8:${(n >> 8).toString(16)}:${(n & 255).toString(16)}::1`,
  }));
  return { ...list, indicators: [...(list?.indicators ?? []), ...others] };
}

/** Of each datagram, one record goes to a listed server. */
function* beacons(until: () => boolean): Generator<Uint8Array> {
  for (let n = 0; !until(); n++) {
    const records = Array.from({ length: RECORDS }, (_, record) => ({
      src: '192.0.2.21',
      dst: record === 0 ? '203.0.113.10' : '192.0.2.200',
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

describe(`${INDICATORS} indicators that another process takes in while flows arrive`, () => {
  it('lose no flow: all are in the ledger, and the list is in force at the end', async () => {
    const { daemon, db, folder, to, log } = await startDaemon();
    const file = writeJson(folder, 'long.json', longList());
    let isOver = false;
    const sending = exportFrom(
      '127.0.0.5',
      beacons(() => isOver),
      to(),
    );
    await expect.poll(() => sums(db).records, { interval: 20 }).toBeGreaterThan(0);
    const importing = startFlowsieve(['authorisation', 'import', file, '--db', join(folder, 'flows.db')]);
    importing.stdout.resume();
    const [status] = await once(importing, 'exit');
    const { records } = sums(db);
    await expect.poll(() => sums(db).records, { interval: 20 }).toBeGreaterThan(records);
    isOver = true;
    const sent = await sending;
    expect(status).toBe(0);
    await expect
      .poll(() => log.lines.findLast(({ message }) => message === 'list in force')?.fields.indicators)
      .toBeGreaterThan(INDICATORS);
    expect(await daemon.stop()).toBe(true);
    // A machine that has no time for the receiver lets the kernel's buffer run over: that is counted, and nothing else is lost.
    const { datagrams = 0, kernelDropped, ...counted } = sums(db);
    expect(datagrams + (kernelDropped ?? 0)).toBe(sent);
    expect(counted).toMatchObject({
      records: datagrams * RECORDS,
      matched: datagrams,
      slabDropped: 0,
      notTaken: 0,
    });
  });
});
