// Packets of real exporters, put into captures of every kind, give what the decoder gives for them one by one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPcap } from '../../../src/ingest/pcap/reader.ts';
import {
  ethernet,
  ipv4,
  ipv4Fragments,
  LINK,
  linuxCooked,
  PcapngWriter,
  pcap,
} from '../../support/pcap-writer.ts';
import { readAll } from '../../support/reading.ts';
import { Collector } from '../../wire/collector.ts';

const CORPORA = join(import.meta.dirname, '../../../../shared/corpora');

/** One datagram of the corpora, all 0xff, is of none: in a capture it is other traffic. */
const VERSIONS = [1, 5, 7, 9, 10];

interface Datagram {
  readonly case: string;
  readonly exporter: string;
  readonly hex: string;
}

interface Sent {
  readonly exporter: string;
  readonly payload: Buffer;
  readonly atMs: number;
}

/** All datagrams, each case's exporters under addresses of their own, a second apart. */
function datagrams(): Sent[] {
  const addresses = new Map<string, string>();
  return readdirSync(CORPORA)
    .sort()
    .map((corpus) => join(CORPORA, corpus, 'datagrams.jsonl'))
    .filter(existsSync)
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => ({ path, line })),
    )
    .map(({ path, line }, n) => {
      const { case: name, exporter, hex } = JSON.parse(line) as Datagram;
      const key = `${path} ${name} ${exporter}`;
      const address = addresses.get(key) ?? `10.77.${addresses.size >> 8}.${addresses.size & 255}`;
      addresses.set(key, address);
      return { exporter: address, payload: Buffer.from(hex, 'hex'), atMs: Date.UTC(2026, 10, 1) + n * 1_000 };
    });
}

describe.skipIf(!existsSync(CORPORA))(
  'packets of real exporters (skipped where ../shared/corpora is missing)',
  () => {
    const sent = existsSync(CORPORA) ? datagrams() : [];
    const collector = new Collector();
    const expected = sent.flatMap(({ exporter, payload, atMs }) => {
      collector.nowMs = atMs;
      return collector.receive(payload, exporter).records;
    });

    it.each<[string, Uint8Array, number]>([
      [
        'a capture of raw IP',
        pcap(
          sent.map(({ exporter, payload, atMs }) => ({ bytes: ipv4(payload, { source: exporter }), atMs })),
          {
            linkType: LINK.raw,
          },
        ),
        1 << 20,
      ],
      [
        'a capture of fragments over VLANs',
        pcap(
          sent.flatMap(({ exporter, payload, atMs }, n) =>
            ipv4Fragments(payload, n & 0xffff, 504, { source: exporter }).map((bytes) => ({
              bytes: ethernet(bytes, [0x88a8, 0x8100]),
              atMs,
            })),
          ),
          { littleEndian: false },
        ),
        65_536,
      ],
      [
        'a pcapng of Linux cooked captures',
        sent
          .reduce(
            (writer, { exporter, payload, atMs }) =>
              writer.enhanced(linuxCooked(ipv4(payload, { source: exporter })), BigInt(atMs) * 1_000n),
            new PcapngWriter().describe(LINK.linuxCooked),
          )
          .toBuffer(),
        100_000,
      ],
    ])('%s', async (_name, capture, slabBytes) => {
      const reading = await readAll(openPcap, capture, { slabBytes });
      expect(reading.counts.datagrams).toBe(
        sent.filter(({ payload }) => VERSIONS.includes(payload.readUInt16BE())).length,
      );
      const got = reading.records.map(({ flows }) => JSON.stringify(flows));
      expect(got.length).toBe(expected.length);
      expect(got.filter((flows, n) => flows !== JSON.stringify(expected[n]))).toEqual([]);
    });
  },
);
