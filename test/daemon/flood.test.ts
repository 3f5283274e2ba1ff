import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LiveExporters } from '../../src/ingest/live/exporters.ts';
import { capturedDatagrams } from '../../src/ingest/pcap/captured-datagrams.ts';
import { exportFrom } from '../../src/ingest/udp/exporter.ts';
import { Decoder } from '../../src/wire/decoder.ts';
import { netflow9, set, template9 } from '../wire/encoder.ts';
import { CAPTURES, startDaemon, sums } from './fixture.ts';

const GOOD = [...capturedDatagrams(join(CAPTURES, 'softflowd-netflow9.pcap'))];
/** Small enough that one receive buffer holds it all: what is lost here was not lost by the kernel. */
const FLOOD = 1_500;

function* garbage(): Generator<Uint8Array> {
  let state = 1;
  for (let n = 0; n < FLOOD; n++) {
    const bytes = new Uint8Array(n % 200);
    for (let at = 0; at < bytes.length; at++) {
      state = (state * 48_271) % 2_147_483_647;
      bytes[at] = state & 255;
    }
    // Half of it looks like an export at first sight.
    if (n % 2 === 0 && bytes.length > 2) bytes.set([0, [5, 9, 10][n % 3] as number]);
    yield bytes;
  }
}

/** Ever new domains, templates, and data for templates that never come. */
function* templates(): Generator<Uint8Array> {
  for (let n = 0; n < FLOOD; n++) {
    const announced = [0, 1, 2, 3].map((more) =>
      template9(256 + ((n * 4 + more) % 60_000), [
        [8, 4],
        [12, 4],
        [n % 400, 4],
      ]),
    );
    yield netflow9(
      { domain: n, sequence: n },
      set(0, ...announced),
      set(60_000 + (n % 5_000), new Uint8Array(64)),
    );
  }
}

describe('an exporter beside a flood', () => {
  it.each([
    ['of garbage', garbage],
    ['of templates', templates],
  ])('%s keeps all its flows', async (_what, flood) => {
    const { daemon, db, to } = await startDaemon();
    await exportFrom('127.0.0.5', GOOD.slice(0, 20), to());
    await Promise.all([
      exportFrom('127.0.0.66', flood(), to()),
      exportFrom('127.0.0.5', GOOD.slice(20), to()),
    ]);
    expect(await daemon.stop()).toBe(true);
    expect(sums(db, '127.0.0.5')).toMatchObject({
      datagrams: 58,
      records: 1612,
      matched: 498,
      undecodable: 0,
    });
    expect(sums(db, '127.0.0.66').datagrams).toBe(FLOOD);
  });

  it('of forged exporters keeps all its flows', async () => {
    const { daemon, db, to } = await startDaemon();
    await exportFrom('127.0.0.5', GOOD.slice(0, 20), to());
    for (let forged = 0; forged < 200; forged++) {
      await exportFrom(
        `127.1.0.${forged + 1}`,
        [netflow9({ sequence: forged }, set(300, new Uint8Array(32)))],
        to(),
      );
    }
    await exportFrom('127.0.0.5', GOOD.slice(20), to());
    await daemon.stop();
    expect(sums(db, '127.0.0.5')).toMatchObject({ records: 1612, matched: 498, early: 0 });
    expect(sums(db)).toMatchObject({ datagrams: 258, early: 200, earlyDropped: 200 });
  });
});

describe('forged addresses', () => {
  const HOUR_MS = 3_600_000;

  it('get no more ledger rows than there are names, and take none from who has one', () => {
    const exporters = new LiveExporters(new Decoder(), 3);
    const names = (address: string, atMs: number) =>
      (exporters.find(address, atMs) ?? exporters.admit(address, address, atMs)).address;
    expect(
      ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5'].map((one) => names(one, 0)),
    ).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3', null, null]);
    expect(names('192.0.2.2', HOUR_MS)).toBe('192.0.2.2');
    // Two are idle by now; one of them gives up its name.
    expect(names('192.0.2.6', HOUR_MS)).toBe('192.0.2.6');
    expect(names('192.0.2.2', HOUR_MS)).toBe('192.0.2.2');
  });
});
