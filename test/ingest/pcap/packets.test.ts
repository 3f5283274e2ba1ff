// Whatever the link and the headers in front of it, the datagram is found, and its exporter.
import { describe, expect, it } from 'vitest';
import { openPcap } from '../../../src/ingest/pcap/reader.ts';
import {
  ethernet,
  ipv4,
  ipv6,
  LINK,
  linuxCooked,
  linuxCooked2,
  loopback,
  PcapngWriter,
  pcap,
} from '../../support/pcap-writer.ts';
import { pairsOf, type Reading, readAll } from '../../support/reading.ts';
import { netflow5 } from '../../wire/encoder.ts';

const AT_MS = Date.UTC(2026, 9, 31, 23, 59, 30);
const DATAGRAM = netflow5({}, [{ src: '198.51.100.1', dst: '203.0.113.7' }]);
const V6 = '2001:db8:0:0:0:0:0:1';

function read(packet: Uint8Array, linkType: number): Promise<Reading> {
  return readAll(openPcap, pcap([{ bytes: packet, atMs: AT_MS }], { linkType }));
}

describe('a datagram is found', () => {
  it.each([
    ['in Ethernet', LINK.ethernet, ethernet(ipv4(DATAGRAM)), '192.0.2.1'],
    ['behind a VLAN tag', LINK.ethernet, ethernet(ipv4(DATAGRAM), [0x8100]), '192.0.2.1'],
    ['behind two (QinQ)', LINK.ethernet, ethernet(ipv4(DATAGRAM), [0x88a8, 0x8100]), '192.0.2.1'],
    [
      'behind four, older kinds included',
      LINK.ethernet,
      ethernet(ipv4(DATAGRAM), [0x9100, 0x9200, 0x8100, 0x8100]),
      '192.0.2.1',
    ],
    ['in Linux cooked capture', LINK.linuxCooked, linuxCooked(ipv4(DATAGRAM)), '192.0.2.1'],
    ['in Linux cooked capture v2', LINK.linuxCooked2, linuxCooked2(ipv4(DATAGRAM)), '192.0.2.1'],
    ['in raw IP', LINK.raw, ipv4(DATAGRAM), '192.0.2.1'],
    ['in raw IP as BSD numbers it', 12, ipv4(DATAGRAM), '192.0.2.1'],
    ['in raw IP as OpenBSD numbers it', 14, ipv4(DATAGRAM), '192.0.2.1'],
    ['in IPv4 by link type', LINK.ipv4, ipv4(DATAGRAM), '192.0.2.1'],
    ['in IPv6 by link type', LINK.ipv6, ipv6(DATAGRAM), '2001:db8::1'],
    ['in BSD loopback', LINK.null, loopback(ipv4(DATAGRAM)), '192.0.2.1'],
    ['in OpenBSD loopback, IPv6', LINK.loop, loopback(ipv6(DATAGRAM)), '2001:db8::1'],
    ['behind IPv4 options', LINK.raw, ipv4(DATAGRAM, {}, Buffer.alloc(40, 1)), '192.0.2.1'],
    ['in IPv6 over Ethernet', LINK.ethernet, ethernet(ipv6(DATAGRAM), [0x8100]), '2001:db8::1'],
    [
      'behind IPv6 extension headers',
      LINK.raw,
      ipv6(DATAGRAM, { source: V6 }, [0, 60, 43, 60, 135]),
      '2001:db8::1',
    ],
    ['behind IPv6 authentication', LINK.raw, ipv6(DATAGRAM, { source: V6 }, [51]), '2001:db8::1'],
    ['in an atomic IPv6 fragment', LINK.raw, ipv6(DATAGRAM, { source: V6 }, [44]), '2001:db8::1'],
    [
      'of an IPv4-mapped exporter',
      LINK.raw,
      ipv6(DATAGRAM, { source: '0:0:0:0:0:ffff:c000:201' }),
      '192.0.2.1',
    ],
  ])('%s', async (_where, linkType, packet, exporter) => {
    const reading = await read(packet, linkType);
    expect(reading.problems).toEqual([]);
    expect(pairsOf(reading)).toEqual(['198.51.100.1>203.0.113.7']);
    expect(reading.groups).toMatchObject([
      {
        exporter,
        fromMs: Date.UTC(2026, 9, 31, 23, 59),
        toMs: Date.UTC(2026, 10, 1),
        datagrams: 1,
        undecodable: 0,
        early: 0,
        earlyDropped: 0,
        sequenceLost: 0,
      },
    ]);
  });

  it('without the padding that the link put behind it', async () => {
    const short = netflow5({ count: 2 }, [{ src: '198.51.100.1', dst: '203.0.113.7' }]);
    const padded = Buffer.concat([ethernet(ipv4(short)), Buffer.alloc(96)]);
    expect(pairsOf(await read(padded, LINK.ethernet))).toEqual(['198.51.100.1>203.0.113.7']);
  });

  it('though the network card was to fill in its length', async () => {
    const packet = ipv4(DATAGRAM);
    packet.writeUInt16BE(0, 2);
    expect(pairsOf(await read(packet, LINK.raw))).toEqual(['198.51.100.1>203.0.113.7']);
  });
});

describe('what is no export is passed over and counted', () => {
  const dns = Buffer.from('1234010000010000000000000161076578616d706c6503636f6d0000010001', 'hex');
  const stun = Buffer.from('000100002112a442000000000000000000000000', 'hex');

  async function traffic(...packets: readonly Uint8Array[]) {
    const bytes = pcap(
      packets.map((packet) => ({ bytes: packet, atMs: AT_MS })),
      { linkType: LINK.raw },
    );
    let reader: ReturnType<typeof openPcap> | null = null;
    const reading = await readAll((source, head, options) => {
      reader = openPcap(source, head, options);
      return reader;
    }, bytes);
    return { reading, traffic: (reader as ReturnType<typeof openPcap> | null)?.traffic };
  }

  it('other UDP, TCP, and what is no IP at all', async () => {
    const tcp = ipv4(DATAGRAM);
    tcp[9] = 6;
    const { reading, traffic: seen } = await traffic(
      ipv4(dns),
      ipv4(stun),
      tcp,
      Buffer.alloc(60),
      ipv4(DATAGRAM),
    );
    expect(seen).toEqual({ packets: 5, otherUdp: 2, notUdp: 2, cutOff: 0, unknownFragments: 0 });
    expect(reading.counts.datagrams).toBe(1);
    expect(reading.problems).toEqual([]);
  });

  it('headers that claim more than there is', async () => {
    const packet = ipv4(DATAGRAM);
    const cuts = [0, 1, 10, 19, 20, 27].map((length) => packet.subarray(0, length));
    const hollow = ipv4(DATAGRAM);
    hollow[0] = 0x4f;
    const small = ipv4(DATAGRAM);
    small[0] = 0x41;
    const { reading } = await traffic(...cuts, small, ipv6(DATAGRAM, {}, [0]).subarray(0, 44));
    expect(reading.counts.datagrams).toBe(0);
    expect(pairsOf((await traffic(hollow)).reading)).toEqual([]);
  });

  it('an unknown link, which is named once', async () => {
    const packet = { bytes: ipv4(DATAGRAM), atMs: AT_MS };
    const reading = await readAll(openPcap, pcap([packet, packet], { linkType: 105 }));
    expect(reading.problems).toEqual([
      { what: 'packets of link type 105 cannot be read: passed over', offset: 24 },
    ]);
  });
});

describe('both byte orders and clocks', () => {
  const packets = [
    { bytes: ethernet(ipv4(DATAGRAM)), atMs: AT_MS },
    { bytes: ethernet(ipv4(DATAGRAM)), atMs: AT_MS + 60_000 },
  ];

  it.each([
    [true, false],
    [true, true],
    [false, false],
    [false, true],
  ])('of pcap: little endian %j, nanoseconds %j', async (littleEndian, nanoseconds) => {
    const reading = await readAll(openPcap, pcap(packets, { littleEndian, nanoseconds }));
    expect(reading.problems).toEqual([]);
    expect(reading.groups.map((group) => group.fromMs)).toEqual([AT_MS - 30_000, AT_MS + 30_000]);
  });

  it.each([true, false])('of pcapng: little endian %j', async (littleEndian) => {
    const [first, second] = packets as [(typeof packets)[0], (typeof packets)[0]];
    const writer = new PcapngWriter(littleEndian);
    const reading = await readAll(
      openPcap,
      writer
        .block(4, Buffer.alloc(30)) // name resolution: passed over
        .describe(LINK.ethernet)
        .describe(LINK.raw, 0, writer.option(2, Buffer.from('eth1')), writer.option(9, Buffer.from([9])))
        .enhanced(first.bytes, BigInt(first.atMs) * 1_000n)
        .enhanced(ipv4(DATAGRAM, { source: '192.0.2.2' }), BigInt(second.atMs) * 1_000_000n, 1)
        .obsolete(second.bytes, BigInt(second.atMs) * 1_000n)
        .simple(first.bytes)
        .toBuffer(),
    );
    expect(reading.problems).toEqual([]);
    expect(reading.groups.map(({ exporter, fromMs, datagrams }) => [exporter, fromMs, datagrams])).toEqual([
      ['192.0.2.1', AT_MS - 30_000, 1],
      ['192.0.2.2', AT_MS + 30_000, 1],
      ['192.0.2.1', AT_MS + 30_000, 2],
    ]);
  });

  it('of pcapng sections after one another, whose interfaces are their own', async () => {
    const one = new PcapngWriter(true).describe(LINK.raw).enhanced(ipv4(DATAGRAM), BigInt(AT_MS) * 1_000n);
    const binary = new PcapngWriter(false);
    binary
      .describe(
        LINK.ethernet,
        0,
        binary.option(9, Buffer.from([0x8a])),
        binary.option(14, seconds(AT_MS / 1_000, false)),
      )
      .enhanced(ethernet(ipv4(DATAGRAM)), 2_048n);
    const reading = await readAll(openPcap, Buffer.concat([one.toBuffer(), binary.toBuffer()]));
    expect(reading.problems).toEqual([]);
    expect(reading.records).toHaveLength(2);
    expect(reading.groups.map((group) => group.datagrams)).toEqual([2]);
  });

  it('of pcapng, where a packet of an undescribed interface is passed over', async () => {
    const bytes = new PcapngWriter()
      .enhanced(ipv4(DATAGRAM), 1n, 3)
      .describe(LINK.raw)
      .simple(ipv4(DATAGRAM))
      .toBuffer();
    const reading = await readAll(openPcap, bytes);
    expect(reading.problems).toEqual([
      { what: 'a packet is of interface 3, which was not described', offset: 28 },
    ]);
    expect(reading.records).toHaveLength(1);
  });
});

function seconds(value: number, littleEndian: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  if (littleEndian) bytes.writeBigInt64LE(BigInt(value));
  else bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
