// What is lost is counted where it was lost, and to the datagram.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Feed } from '../../src/ingest/live/feed.ts';
import type { Report } from '../../src/ingest/live/messages.ts';
import { SlabStock } from '../../src/ingest/live/slab-stock.ts';
import { Slab } from '../../src/ingest/slab.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { KernelDrops, parseTable } from '../../src/ingest/udp/kernel-drops.ts';
import { knowExporter } from '../../src/ingest/wire/known-exporter.ts';
import { Decoder } from '../../src/wire/decoder.ts';
import { netflow5, netflow9, set, template9 } from '../wire/encoder.ts';
import { startDaemon, sums, udp } from './fixture.ts';

const FLOW = { src: '192.0.2.1', dst: '192.0.2.2' };
const message = (sequence: number, records = 30) => netflow5({ sequence }, new Array(records).fill(FLOW));

function* messages(count: number): Generator<Uint8Array> {
  for (let n = 0; n < count; n++) yield message(n * 30);
}

describe.skipIf(!existsSync('/proc/self/net/udp'))('what the kernel drops (needs /proc/net/udp)', () => {
  it('is counted by socket, to the datagram', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.setRecvBufferSize(4_096);
    const drops = KernelDrops.ofPort(socket.address().port);
    // Blocked for as long as it takes to send: nothing is read from the socket meanwhile.
    const sender = createSocket('udp4');
    const answers: Promise<unknown>[] = [];
    for (let n = 0; n < 100; n++) {
      answers.push(
        new Promise((resolve) => sender.send(message(0), socket.address().port, '127.0.0.1', resolve)),
      );
    }
    let received = 0;
    socket.on('message', () => received++);
    await Promise.all(answers);
    for (
      let quiet = 0, before = -1;
      quiet < 3;
      quiet = received === before ? quiet + 1 : 0, before = received
    ) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const dropped = drops?.take() ?? -1;
    expect(received + dropped).toBe(100);
    expect(drops?.take()).toBe(0);
    sender.close();
    socket.close();
  });

  it('stands in the ledger beside what was taken in', async () => {
    const sent = 4_000;
    const { daemon, db, to, log } = await startDaemon({ listeners: [udp({ receiveBuffer: 65_536 })] });
    expect(log.lines.find(({ message }) => message === 'listening')?.fields.dropsKnown).toBe(true);
    const sender = createSocket('udp4');
    const { address, port } = to();
    const whole = message(0);
    // All at once: far more than the buffer holds.
    await Promise.all(
      Array.from(
        { length: sent },
        () => new Promise((resolve) => sender.send(whole, port, address, resolve)),
      ),
    );
    sender.close();
    await daemon.stop();
    const { datagrams, kernelDropped, slabDropped } = sums(db);
    expect(datagrams + kernelDropped + slabDropped).toBe(sent);
  });

  it('is read of the table as the kernel writes it', () => {
    const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  383: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 27653 2 0000000000000000 169792
 1383: 00000000000000000000000000000000:1283 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 99 2 0000000000000000 0
a line that is cut o`;
    expect(parseTable(table)).toEqual([
      { port: 2055, inode: '27653', drops: 169_792 },
      { port: 4739, inode: '99', drops: 0 },
    ]);
  });
});

describe('a capped receive buffer', () => {
  it('is warned of, with what to set', async () => {
    const { log } = await startDaemon({ listeners: [udp({ receiveBuffer: 1_073_741_824 })] });
    const warning = await log.next('receive buffer');
    expect(warning).toMatchObject({
      level: 'warn',
      fields: { fix: 'sysctl -w net.core.rmem_max=1073741824' },
    });
  });
});

describe('a feed without a free slab', () => {
  const NOW_MS = Date.UTC(2026, 10, 21, 12, 0, 30);

  function feedOf(slabs: number) {
    const reports: Report[] = [];
    const all = Array.from({ length: slabs }, (_, n) => Slab.allocate(n, 65_536, 64));
    const stock = new SlabStock(all);
    const feed = new Feed(
      7,
      stock,
      (report) => reports.push(report),
      () => {},
    );
    const decoder = new Decoder();
    const exporter = knowExporter('192.0.2.9', decoder.exporter('192.0.2.9'));
    return {
      feed,
      stock,
      all,
      reports,
      take: (bytes: Uint8Array) => feed.take(decoder, exporter, bytes, NOW_MS),
    };
  }

  it('takes nothing, and goes on when one comes back', () => {
    const { feed, stock, all, reports, take } = feedOf(1);
    let taken = 0;
    while (take(message(taken * 30)) === null) taken++;
    // 44 of 1,464 octets fill the slab.
    expect(taken).toBe(44);
    expect(reports).toMatchObject([
      { kind: 'batch', feed: 7, slab: 0, batch: { setCount: 44 }, groups: [{ datagrams: 44 }] },
    ]);
    expect(take(message(taken * 30))).toBe(false);
    stock.put(all[0] as Slab);
    expect(take(message(taken * 30))).toBe(null);
    feed.flush();
    expect(reports[1]).toMatchObject({ kind: 'batch', groups: [{ datagrams: 1, sequenceLost: 0 }] });
  });

  it('tells what it counts meanwhile by exporter and minute', () => {
    const { feed, reports } = feedOf(0);
    feed.count('slabDropped', '192.0.2.9', NOW_MS);
    feed.count('slabDropped', '192.0.2.9', NOW_MS, 2);
    feed.count('refused', null, NOW_MS);
    feed.count('slabDropped', '192.0.2.9', NOW_MS + 60_000);
    feed.tellCounts();
    feed.tellCounts();
    const minute = Date.UTC(2026, 10, 21, 12);
    expect(reports).toMatchObject([
      {
        kind: 'counts',
        groups: [
          { exporter: '192.0.2.9', fromMs: minute, slabDropped: 3 },
          { exporter: null, fromMs: minute, refused: 1 },
        ],
      },
      {
        kind: 'counts',
        groups: [{ exporter: '192.0.2.9', fromMs: minute + 60_000, slabDropped: 1, datagrams: 0 }],
      },
    ]);
  });

  it('keeps of a message what found no room, and hands all of it over', () => {
    const { feed, stock, all, reports, take } = feedOf(1);
    take(netflow9({}, set(0, template9(256, [[8, 4]]))));
    const sets = Array.from({ length: 150 }, () => set(256, new Uint8Array(8)));
    expect(take(netflow9({ sequence: 1 }, ...sets))).toBe(null);
    for (feed.flush(); feed.isHolding; feed.flush()) stock.put(all[0] as Slab);
    // A slab of this test describes 64 sets.
    expect(reports.map((report) => report.kind === 'batch' && report.batch.setCount)).toEqual([64, 64, 22]);
  });
});

describe('a sequence of messages', () => {
  it('with a gap is counted as such, by exporter', async () => {
    const { daemon, db, to } = await startDaemon();
    await exportFrom('127.0.0.5', [message(0), message(30), message(90)], to());
    await exportFrom('127.0.0.6', messages(5), to());
    await daemon.stop();
    expect(sums(db, '127.0.0.5')).toMatchObject({ datagrams: 3, records: 90, sequenceLost: 30 });
    expect(sums(db, '127.0.0.6')).toMatchObject({ datagrams: 5, records: 150, sequenceLost: 0 });
  });
});
