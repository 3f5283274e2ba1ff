import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { iterateLedger } from '../../src/store/ledger.ts';
import { CAPTURES, startDaemon, sums, udp } from './fixture.ts';

const DATAGRAMS = [...capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap'))];

describe('a reload', () => {
  it('in mid-stream loses no packet of a listener that stays', async () => {
    const { daemon, db, options, to } = await startDaemon();
    const sending = exportFrom('127.0.0.5', DATAGRAMS, to());
    const { port } = to();
    for (let reloads = 0; reloads < 10; reloads++) {
      await daemon.reload({
        ...options,
        listeners: [udp({ exporters: ['127.0.0.5', `127.1.0.${reloads}`] })],
        flushAfterMs: 5 + reloads,
      });
    }
    await sending;
    expect(to().port).toBe(port);
    await daemon.stop();
    expect(sums(db)).toMatchObject({ records: 1612, matched: 498, early: 0 });
  });

  it('takes over an allow-list, both ways', async () => {
    const { daemon, db, options, to } = await startDaemon();
    await exportFrom('127.0.0.5', DATAGRAMS, to());
    // What the socket still holds is judged by the new list.
    await expect.poll(() => sums(db).datagrams).toBe(58);
    await daemon.reload({ ...options, listeners: [udp({ exporters: ['127.0.0.6'] })] });
    await exportFrom('127.0.0.5', DATAGRAMS, to());
    await exportFrom('127.0.0.6', DATAGRAMS, to());
    await daemon.stop();
    expect(sums(db, '127.0.0.5')).toMatchObject({ datagrams: 58, records: 1612 });
    expect(sums(db, '127.0.0.6')).toMatchObject({ datagrams: 58, records: 1612 });
    expect(sums(db)).toMatchObject({ refused: 58 });
  });

  it('gives what comes after it to another operator, whose exporters start anew', async () => {
    const { daemon, db, options, to } = await startDaemon();
    await exportFrom('127.0.0.5', DATAGRAMS.slice(0, 16), to());
    await expect.poll(() => sums(db).datagrams).toBe(16);
    await daemon.reload({ ...options, listeners: [udp({ operator: 'other-isp' })] });
    await exportFrom('127.0.0.5', DATAGRAMS.slice(17, 30), to());
    await daemon.stop();
    const lines = [...iterateLedger(db)];
    const of = (operator: string) => lines.filter((line) => line.operator === operator);
    expect(of('example-isp').reduce((sum, line) => sum + line.datagrams, 0)).toBe(16);
    // The templates that the first operator's exporter had announced are not the second's.
    expect(of('other-isp').reduce((sum, line) => sum + line.records, 0)).toBe(0);
    expect(of('other-isp').reduce((sum, line) => sum + line.early, 0)).toBeGreaterThan(0);
  });

  it('opens and closes listeners, and commits what a closed one had received', async () => {
    const { daemon, db, options, to } = await startDaemon({ flushAfterMs: 10_000 });
    await exportFrom('127.0.0.5', DATAGRAMS, to());
    const closed = to();
    await daemon.reload({ ...options, listeners: [udp({ host: '127.0.0.2' }), udp({ host: '127.0.0.3' })] });
    expect(daemon.health.listeners.map(({ name }) => name)).toEqual(['udp 127.0.0.2:0', 'udp 127.0.0.3:0']);
    await exportFrom('127.0.0.6', DATAGRAMS, to(1));
    await daemon.stop();
    expect(sums(db, '127.0.0.5').records).toBe(1612);
    expect(sums(db, '127.0.0.6').records).toBe(1612);
    const again = createSocket('udp4');
    again.bind(closed.port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });

  it('of an address that is taken is an error of that listener alone, and another reload heals it', async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.2');
    await once(taken, 'listening');
    const { daemon, options, to, log } = await startDaemon();
    const listeners = [udp(), udp({ host: '127.0.0.2', port: taken.address().port })];
    await daemon.reload({ ...options, listeners });
    expect((await log.next('does not listen')).fields.reason).toMatch(
      /127\.0\.0\.2 port \d+, UDP: .*EADDRINUSE/,
    );
    expect(daemon.health.ready).toBe(false);
    expect(to(0).port).toBeGreaterThan(0);
    taken.close();
    await once(taken, 'close');
    await daemon.reload({ ...options, listeners });
    expect(daemon.health.ready).toBe(true);
  });

  it('names what takes effect at the next start only', async () => {
    const { daemon, options, log } = await startDaemon();
    await daemon.reload({ ...options, workers: 3 });
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { option: 'workers' } });
  });
});

describe('a start', () => {
  it('on an address that is taken fails, names it, and leaves nothing running', async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    await expect(startDaemon({ listeners: [udp({ port })] })).rejects.toMatchObject({
      code: 'LISTEN',
      message: expect.stringContaining(`127.0.0.1 port ${port}`),
    });
    taken.close();
  });
});
