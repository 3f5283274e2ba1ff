import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { CAPTURES, flowsOf, startDaemon, sums, udp } from './fixture.ts';
import { countsOf, replayed } from './replayed.ts';

const captures = readdirSync(CAPTURES).filter((name) => name.endsWith('.pcap'));

describe('a capture that is sent over UDP', () => {
  it.each(captures)('gives the matches and the counts of its replay: %s', async (capture) => {
    const { daemon, db, to } = await startDaemon();
    await exportFrom('127.0.0.5', capturedDatagrams(join(CAPTURES, capture)), to());
    expect(await daemon.stop()).toBe(true);
    const replay = await replayed(capture);
    expect(flowsOf(db)).toEqual(flowsOf(replay));
    expect(countsOf(db)).toEqual(countsOf(replay));
    replay.close();
  });

  it('gives the same on several receivers, listeners and workers', async () => {
    const listeners = [udp(), udp({ host: '127.0.0.2' }), udp({ host: '::1', exporters: ['::1'] })];
    const { daemon, db, to } = await startDaemon({ listeners, receivers: 2, workers: 2 });
    const send = (listener: number) =>
      exportFrom('127.0.0.5', capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap')), to(listener));
    await Promise.all([send(0), send(1)]);
    await daemon.stop();
    expect(sums(db)).toMatchObject({ records: 2 * 1612, matched: 2 * 498, datagrams: 2 * 58 });
  });
});

describe('an exporter', () => {
  it('that the listener does not allow is refused and counted, and leaves nothing else', async () => {
    const { daemon, db, to, log } = await startDaemon({
      listeners: [udp({ exporters: ['127.0.0.5', '127.0.0.64/26'] })],
    });
    const capture = () => capturedDatagrams(join(CAPTURES, 'softflowd-netflow5.pcap'));
    await exportFrom('127.0.0.5', capture(), to());
    await exportFrom('127.0.0.6', capture(), to());
    await exportFrom('127.0.0.70', capture(), to());
    await daemon.stop();
    expect(sums(db)).toMatchObject({ datagrams: 84, records: 2 * 1252, refused: 42 });
    expect(sums(db, '127.0.0.5')).toMatchObject({ datagrams: 42, refused: 0 });
    expect(sums(db, '127.0.0.6')).toEqual({});
    expect(log.lines.filter(({ message }) => message.includes('refused'))).toMatchObject([
      { level: 'warn', fields: { detail: '127.0.0.6' } },
    ]);
  });

  it('has its last message, clock and sampling in the ledger', async () => {
    const { daemon, db, to } = await startDaemon();
    const before = Date.now();
    await exportFrom('127.0.0.5', capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap')), to());
    await daemon.stop();
    const seen = sums(db, '127.0.0.5');
    expect(seen.lastSeenMs).toBeGreaterThanOrEqual(before);
    // The capture was made earlier: its exporter seems to be behind.
    expect(seen.clockSkewMs).toBeLessThan(0);
    expect(seen.sampling).toBe(1);
  });
});
