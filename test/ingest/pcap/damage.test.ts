// Damage in a capture: what came before is kept, what follows is found again, and the problem says where.
import { describe, expect, it } from 'vitest';
import { openPcap } from '../../../src/ingest/pcap/reader.ts';
import { ipv4, LINK, PcapngWriter, pcap } from '../../support/pcap-writer.ts';
import { pairsOf, readAll } from '../../support/reading.ts';
import { netflow5, netflow9, record, type Specifier, set, template9 } from '../../wire/encoder.ts';

const AT_MS = Date.UTC(2026, 10, 1);
const FIELDS: readonly Specifier[] = [
  [8, 4],
  [12, 4],
];

function packet(host: number): Buffer {
  return ipv4(netflow5({ sequence: host }, [{ src: `198.51.100.${host}`, dst: '203.0.113.7' }]));
}

const HOSTS = Array.from({ length: 100 }, (_, n) => n);
const RECORD_BYTES = 16 + packet(0).length;
/** Where the record of a host begins. */
const recordAt = (host: number): number => 24 + host * RECORD_BYTES;
const CAPTURE = pcap(
  HOSTS.map((host) => ({ bytes: packet(host), atMs: AT_MS + host * 100 })),
  { linkType: LINK.raw },
);

function hostsWithout(...missing: readonly number[]): string[] {
  return HOSTS.filter((host) => !missing.includes(host)).map((host) => `198.51.100.${host}>203.0.113.7`);
}

describe('a pcap file', () => {
  it('whose record claims an impossible length goes on with the next', async () => {
    const bytes = Buffer.from(CAPTURE);
    bytes.writeUInt32LE(0x7fffffff, recordAt(40) + 8);
    const reading = await readAll(openPcap, bytes);
    expect(pairsOf(reading)).toEqual(hostsWithout(40));
    expect(reading.problems).toEqual([
      {
        what: `a packet record claims 2147483647 bytes; the limit is 262144; ${RECORD_BYTES} bytes passed over`,
        offset: recordAt(40),
      },
    ]);
  });

  it('with garbage in its middle goes on behind it', async () => {
    const garbage = Buffer.alloc(1_001, 0xab);
    const bytes = Buffer.concat([CAPTURE.subarray(0, recordAt(40)), garbage, CAPTURE.subarray(recordAt(40))]);
    const reading = await readAll(openPcap, bytes);
    expect(pairsOf(reading)).toEqual(hostsWithout());
    expect(reading.problems).toHaveLength(1);
    expect(reading.problems[0]).toMatchObject({
      offset: recordAt(40),
      what: expect.stringMatching(/1001 bytes passed over/),
    });
  });

  it('with a stretch of zeros in its middle goes on behind it', async () => {
    const bytes = Buffer.from(CAPTURE);
    bytes.fill(0, recordAt(40), recordAt(50) + 7);
    const reading = await readAll(openPcap, bytes);
    const lost = HOSTS.slice(40, 51);
    expect(pairsOf(reading)).toEqual(hostsWithout(...lost));
    expect(reading.problems.length).toBeGreaterThan(0);
  });

  it('with a record too short by a few bytes loses that one', async () => {
    const bytes = Buffer.concat([
      CAPTURE.subarray(0, recordAt(40) + 30),
      CAPTURE.subarray(recordAt(40) + 35),
    ]);
    const reading = await readAll(openPcap, bytes);
    const got = pairsOf(reading);
    expect(got.slice(0, 40)).toEqual(hostsWithout().slice(0, 40));
    expect(got.slice(-58)).toEqual(hostsWithout().slice(-58));
    expect(reading.problems).not.toEqual([]);
  });

  it('that is cut within a packet keeps all whole ones', async () => {
    const reading = await readAll(openPcap, CAPTURE.subarray(0, recordAt(99) + 30));
    expect(pairsOf(reading)).toEqual(hostsWithout(99));
    expect(reading.problems).toEqual([
      {
        what: `the capture is cut off: its last record has 30 bytes of at least ${RECORD_BYTES}`,
        offset: recordAt(99),
      },
    ]);
  });

  it('that is all damage after its header ends, and says so', async () => {
    const reading = await readAll(
      openPcap,
      Buffer.concat([CAPTURE.subarray(0, 24), Buffer.alloc(300_000, 0xff)]),
      {
        slabBytes: 65_536,
      },
    );
    expect(reading.records).toEqual([]);
    expect(reading.problems).toHaveLength(1);
    expect(reading.problems[0]?.what).toMatch(/300000 bytes passed over/);
  });

  it('that ends after its header is empty', async () => {
    const reading = await readAll(openPcap, CAPTURE.subarray(0, 24));
    expect(reading).toMatchObject({ records: [], problems: [], batches: 0 });
  });

  it('that ends within its header says so', async () => {
    const reading = await readAll(openPcap, CAPTURE.subarray(0, 20));
    expect(reading.problems[0]?.what).toMatch(/cut off/);
  });

  it('with a record longer than a slab passes it over', async () => {
    const large = { bytes: ipv4(Buffer.alloc(60_000)).fill(0x66, 28), atMs: AT_MS };
    const huge = { bytes: Buffer.alloc(200_000, 0x66), atMs: AT_MS };
    const bytes = pcap([large, huge, { bytes: packet(3), atMs: AT_MS }], { linkType: LINK.raw });
    const reading = await readAll(openPcap, bytes, { slabBytes: 65_536 });
    expect(pairsOf(reading)).toEqual(['198.51.100.3>203.0.113.7']);
    expect(reading.problems[0]?.what).toBe('a record of 200016 bytes is longer than a slab: passed over');
  });
});

describe('a pcapng file', () => {
  const writer = new PcapngWriter().describe(LINK.raw);
  for (const host of HOSTS) writer.enhanced(packet(host), BigInt(AT_MS + host) * 1_000n);
  const capture = writer.toBuffer();
  const BLOCK_BYTES = 32 + packet(0).length;
  const blockAt = (host: number): number => 28 + 20 + host * BLOCK_BYTES;

  it('whose block claims a wrong length goes on with the next', async () => {
    for (const length of [0, 7, 12, 400, 0xfffffffc]) {
      const bytes = Buffer.from(capture);
      bytes.writeUInt32LE(length, blockAt(40) + 4);
      const reading = await readAll(openPcap, bytes);
      expect(pairsOf(reading)).toEqual(hostsWithout(40));
      expect(reading.problems).toHaveLength(1);
      expect(reading.problems[0]).toMatchObject({
        offset: blockAt(40),
        what: expect.stringMatching(new RegExp(`${BLOCK_BYTES} bytes passed over`)),
      });
    }
  });

  it('with garbage of odd length in its middle goes on behind it', async () => {
    const garbage = Buffer.alloc(1_001, 0xab);
    const bytes = Buffer.concat([capture.subarray(0, blockAt(40)), garbage, capture.subarray(blockAt(40))]);
    const reading = await readAll(openPcap, bytes);
    expect(pairsOf(reading)).toEqual(hostsWithout());
    expect(reading.problems).toHaveLength(1);
  });

  it('that is cut within a block keeps all whole ones', async () => {
    const reading = await readAll(openPcap, capture.subarray(0, blockAt(99) + 50));
    expect(pairsOf(reading)).toEqual(hostsWithout(99));
    expect(reading.problems).toHaveLength(1);
    expect(reading.problems[0]).toMatchObject({ offset: blockAt(99) });
  });

  it('with a block longer than a slab passes it over', async () => {
    const bytes = new PcapngWriter()
      .block(10, Buffer.alloc(1_000_000, 0xcd))
      .describe(LINK.raw)
      .enhanced(packet(1), 1n)
      .toBuffer();
    const reading = await readAll(openPcap, bytes, { slabBytes: 65_536 });
    expect(pairsOf(reading)).toEqual(['198.51.100.1>203.0.113.7']);
  });
});

describe('the export within', () => {
  it('with damaged datagrams counts them, tells the first twenty, and decodes the others', async () => {
    const broken = Array.from({ length: 50 }, () => ipv4(netflow5({}, []).subarray(0, 10)));
    const bytes = pcap(
      [...broken, packet(1)].map((content) => ({ bytes: content, atMs: AT_MS })),
      { linkType: LINK.raw },
    );
    const reading = await readAll(openPcap, bytes);
    expect(reading.counts).toMatchObject({ datagrams: 51, undecodable: 50 });
    expect(pairsOf(reading)).toEqual(['198.51.100.1>203.0.113.7']);
    expect(reading.problems).toHaveLength(21);
    expect(reading.problems[1]?.offset).toBe(24 + 16 + 38);
    expect(reading.problems[20]).toEqual({ what: '30 more problems like these', offset: null });
  });

  it('whose template never comes is counted at the end', async () => {
    const message = netflow9({}, set(300, record(FIELDS, ['198.51.100.1', '203.0.113.7'])));
    const bytes = pcap([{ bytes: ipv4(message), atMs: AT_MS }], { linkType: LINK.raw });
    const reading = await readAll(openPcap, bytes);
    expect(reading.records).toEqual([]);
    expect(reading.counts).toMatchObject({ datagrams: 1, early: 1, earlyDropped: 1 });
    expect(reading.problems).toEqual([{ what: '1 data sets whose template never came', offset: null }]);
  });

  it('whose template comes late gives its records once, through the smallest batches, resumed at each', async () => {
    const early = Array.from({ length: 5 }, (_, n) =>
      netflow9({ sequence: n }, set(300, record(FIELDS, [`198.51.100.${n}`, '203.0.113.7']))),
    );
    const template = netflow9({ sequence: 5 }, set(0, template9(300, FIELDS)));
    const bytes = pcap(
      [...early, template, ...early].map((message) => ({ bytes: ipv4(message), atMs: AT_MS })),
      { linkType: LINK.raw },
    );
    const whole = await readAll(openPcap, bytes, { maxSets: 1 });
    const expected = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4].map((n) => `198.51.100.${n}>203.0.113.7`);
    expect(pairsOf(whole)).toEqual(expected);
    expect(whole.checkpoints.filter(({ point }) => point.state?.includes('delivered'))).toHaveLength(4);
    for (const { point, records, counts } of whole.checkpoints) {
      const rest = await readAll(openPcap, bytes, { maxSets: 1, resume: point });
      expect(pairsOf(rest)).toEqual(expected.slice(records));
      expect(rest.counts.datagrams).toBe(whole.counts.datagrams - counts.datagrams);
    }
  });
});
