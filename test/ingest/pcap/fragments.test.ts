// Fragmented datagrams become whole, within bounds, whatever order they come in; what contradicts itself is given up.
import { describe, expect, it } from 'vitest';
import { type FragmentLimits, Reassembler } from '../../../src/ingest/pcap/fragments.ts';
import { PACKET, Packet } from '../../../src/ingest/pcap/packet.ts';
import { openPcap } from '../../../src/ingest/pcap/reader.ts';
import { ipv4, ipv4Fragments, ipv6Fragments, LINK, pcap } from '../../support/pcap-writer.ts';
import { pairsOf, type Reading, readAll } from '../../support/reading.ts';
import { ipfix, netflow5, set } from '../../wire/encoder.ts';

const AT_MS = Date.UTC(2026, 10, 1);

function datagram(records: number, host = 1): Uint8Array {
  return netflow5(
    {},
    Array.from({ length: records }, (_, n) => ({ src: `198.51.100.${host}`, dst: `203.0.113.${n % 250}` })),
  );
}

function read(packets: readonly Uint8Array[], stepMs = 1): Promise<Reading> {
  const captured = packets.map((bytes, n) => ({ bytes, atMs: AT_MS + n * stepMs }));
  return readAll(openPcap, pcap(captured, { linkType: LINK.raw }));
}

describe.each([
  ['IPv4', ipv4Fragments],
  ['IPv6', ipv6Fragments],
])('%s fragments', (_family, fragment) => {
  it('in order', async () => {
    const reading = await read(fragment(datagram(100), 7, 1_480));
    expect(reading.problems).toEqual([]);
    expect(reading.records).toHaveLength(100);
    expect(reading.counts.datagrams).toBe(1);
  });

  it('backwards, interleaved with those of another datagram', async () => {
    const one = fragment(datagram(60, 1), 1, 1_000).reverse();
    const other = fragment(datagram(60, 2), 2, 1_000).reverse();
    const reading = await read(one.flatMap((bytes, n) => [bytes, other[n] as Buffer]));
    expect(reading.problems).toEqual([]);
    expect(reading.records).toHaveLength(120);
  });

  it('repeated, one of them', async () => {
    const [first, ...rest] = fragment(datagram(60), 1, 1_000) as [Buffer, ...Buffer[]];
    const reading = await read([first, first, ...rest]);
    expect(reading.problems).toEqual([]);
    expect(reading.records).toHaveLength(60);
  });

  it('repeated whole, as another datagram of the same identification', async () => {
    const all = fragment(datagram(60), 1, 1_000);
    expect((await read([...all, ...all])).records).toHaveLength(120);
  });

  it('that overlap give up their datagram, and no other', async () => {
    const [first, second, ...rest] = fragment(datagram(60), 1, 1_000) as [Buffer, Buffer, ...Buffer[]];
    const forged = Buffer.from(second);
    forged.writeUInt8(0xee, forged.length - 1);
    const reading = await read([first, second, forged, ...rest, ...fragment(datagram(20), 2, 496)]);
    expect(reading.records).toHaveLength(20);
    expect(reading.counts).toMatchObject({ datagrams: 2, undecodable: 1 });
    expect(reading.problems).toHaveLength(1);
    expect(reading.problems[0]?.what).toMatch(/fragments contradict each other/);
  });

  it('of which one is missing are counted at the end', async () => {
    const reading = await read(fragment(datagram(60), 1, 1_000).slice(0, -1));
    expect(reading.counts).toMatchObject({ datagrams: 1, undecodable: 1 });
    expect(reading.groups[0]?.exporter).toMatch(/^(192\.0\.2\.1|2001:db8::1)$/);
  });

  it('do not become whole with one that comes too late', async () => {
    const reading = await read(fragment(datagram(60), 1, 1_000), 40_000);
    expect(reading.records).toEqual([]);
    expect(reading.counts).toMatchObject({ undecodable: 1 });
  });

  it('of what is no export are let go', async () => {
    const reading = await read(fragment(Buffer.alloc(3_000, 0x77), 1, 1_000).slice(0, -1));
    expect(reading.counts.datagrams).toBe(0);
    expect(reading.problems).toEqual([]);
  });

  it('of the largest datagram', async () => {
    const reading = await read(fragment(datagram(1_364), 1, 1_480));
    expect(reading.records).toHaveLength(1_364);
  });
});

describe('reassembly is bounded', () => {
  const lost: number[] = [];

  function feed(limits: Partial<FragmentLimits>, ids: number, size: number): Reassembler {
    const reassembler = new Reassembler(
      () => true,
      (datagram) => lost.push(datagram.bytes),
      limits,
    );
    const packet = new Packet();
    for (let id = 0; id < ids; id++) {
      const bytes = ipv4Fragments(Buffer.alloc(size * 2), id, size)[0] as Buffer;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      expect(packet.read(view, 0, bytes.length, LINK.raw)).toBe(PACKET.fragment);
      expect(reassembler.add(packet, bytes, view, AT_MS)).toBe(0);
    }
    return reassembler;
  }

  it('in datagrams: the oldest goes', () => {
    lost.length = 0;
    feed({ maxDatagrams: 3 }, 10, 80);
    expect(lost).toEqual(Array(7).fill(80));
  });

  it('in bytes', () => {
    lost.length = 0;
    feed({ maxBytes: 1_000 }, 10, 400);
    expect(lost).toEqual(Array(8).fill(400));
  });

  it('in fragments of one datagram', async () => {
    const reassembler = new Reassembler(
      () => true,
      (datagram) => lost.push(datagram.pieces.length),
      { maxFragments: 10 },
    );
    lost.length = 0;
    const packet = new Packet();
    for (const bytes of ipv4Fragments(Buffer.alloc(200), 1, 8)) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      packet.read(view, 0, bytes.length, LINK.raw);
      expect(reassembler.add(packet, bytes, view, AT_MS)).toBe(0);
    }
    expect(lost).toEqual([10]);
  });
});

describe('what the snapshot length cut off', () => {
  it('is decoded as far as it goes', async () => {
    const whole = ipv4(datagram(20));
    const bytes = pcap(
      [{ bytes: whole.subarray(0, 28 + 24 + 48 * 7 + 10), atMs: AT_MS, original: whole.length }],
      {
        linkType: LINK.raw,
      },
    );
    const reading = await readAll(openPcap, bytes);
    expect(pairsOf(reading)).toHaveLength(7);
    expect(reading.problems[0]?.what).toBe('a datagram of 984 bytes was captured to 370 only');
  });

  it('is counted where nothing can be made of the rest (RFC 7011 § 9)', async () => {
    const whole = ipv4(ipfix({}, set(300, Buffer.alloc(800))));
    const cut = { bytes: whole.subarray(0, 150), atMs: AT_MS, original: whole.length };
    const reading = await readAll(openPcap, pcap([cut], { linkType: LINK.raw }));
    expect(reading.counts).toMatchObject({ datagrams: 1, undecodable: 1 });
    expect(reading.problems.map(({ offset }) => offset)).toEqual([24, 24]);
  });

  it('makes a fragmented datagram unusable', async () => {
    const [first, second] = ipv4Fragments(datagram(40), 1, 1_480) as [Buffer, Buffer];
    const reading = await read([first, second.subarray(0, 100)]);
    expect(reading.records).toEqual([]);
    expect(reading.counts).toMatchObject({ datagrams: 1, undecodable: 1 });
  });
});
