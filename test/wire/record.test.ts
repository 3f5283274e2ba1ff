import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/core/flow.ts';
import { Collector, only } from './collector.ts';
import { type FieldValue, ipfix, netflow9, type Specifier, set, template9, template10 } from './encoder.ts';
import { dataOf, PAIR4 } from './fixtures.ts';

const SRC = '192.0.2.7';
const DST = '203.0.113.1';

/** Splits [id, length, value] and [id, length, pen, value]. */
function split(
  fields: readonly (readonly [number, number, FieldValue] | readonly [number, number, number, FieldValue])[],
) {
  const specifiers = fields.map((f): Specifier => (f.length === 3 ? [f[0], f[1]] : [f[0], f[1], f[2]]));
  return { specifiers, values: fields.map((f) => f[f.length - 1] as FieldValue) };
}
type Fields = Parameters<typeof split>[0];

/** The flows of one IPFIX record. */
function decode10(fields: Fields): Flow[] {
  const { specifiers, values } = split(fields);
  return new Collector().flows(
    ipfix({}, set(2, template10(256, specifiers)), dataOf(256, specifiers, values)),
  );
}

function decode9(fields: Fields): Flow[] {
  const { specifiers, values } = split(fields);
  return new Collector().flows(
    netflow9({}, set(0, template9(256, specifiers)), dataOf(256, specifiers, values)),
  );
}

const pair4: Fields = [
  [8, 4, SRC],
  [12, 4, DST],
];
const pair6: Fields = [
  [27, 16, '2001:db8::7'],
  [28, 16, '2001:db8::1'],
];
const zero4: Fields = [
  [8, 4, '0.0.0.0'],
  [12, 4, '0.0.0.0'],
];
const zero6: Fields = [
  [27, 16, '::'],
  [28, 16, '::'],
];

describe('addresses', () => {
  test('of IPv6 are in canonical form', () => {
    expect(only(decode10(pair6))).toMatchObject({ src: '2001:db8::7', dst: '2001:db8::1' });
  });

  test('IPv4-mapped are given as IPv4', () => {
    const mapped: Fields = [
      [27, 16, '::ffff:c000:207'],
      [28, 16, '2001:db8::1'],
    ];
    expect(only(decode10(mapped))).toMatchObject({ src: SRC, dst: '2001:db8::1' });
  });

  test('of both families, one all zero: the other is the flow, in either order', () => {
    expect(only(decode10([...pair4, ...zero6]))).toMatchObject({ src: SRC, dst: DST, alternates: [] });
    expect(only(decode10([...zero4, ...pair6]))).toMatchObject({ dst: '2001:db8::1', alternates: [] });
    expect(only(decode10([...zero6, ...pair4]))).toMatchObject({ dst: DST, alternates: [] });
    expect(only(decode10([...pair6, ...zero4]))).toMatchObject({ dst: '2001:db8::1', alternates: [] });
  });

  test('all zero are still a flow', () => {
    expect(only(decode9(zero4))).toMatchObject({ src: '0.0.0.0', dst: '0.0.0.0' });
  });

  test('zero on one side only are kept: a client without address asks for one', () => {
    const dhcp: Fields = [
      [8, 4, '0.0.0.0'],
      [12, 4, '255.255.255.255'],
    ];
    expect(only(decode9([...zero6, ...dhcp]))).toMatchObject({ src: '0.0.0.0', dst: '255.255.255.255' });
  });

  test('absent on one side: the flow has null there', () => {
    expect(only(decode9([[8, 4, SRC]]))).toMatchObject({ src: SRC, dst: null });
    expect(only(decode9([[28, 16, '2001:db8::1']]))).toMatchObject({ src: null, dst: '2001:db8::1' });
  });

  test('absent on both sides: no flow', () => {
    expect(
      decode9([
        [1, 4, 100],
        [56, 6, 1],
      ]),
    ).toEqual([]);
  });

  test('of a wrong length are no addresses', () => {
    expect(
      decode9([
        [8, 16, '2001:db8::7'],
        [12, 3, 1],
      ]),
    ).toEqual([]);
  });
});

describe('repeated addresses (tunnels): the flow is the inner, the outer stands in alternates', () => {
  test('with ports and protocol of their own (IOS-XR SRv6)', () => {
    const [flow] = decode10([
      ...pair6,
      [7, 2, 0],
      [11, 2, 0],
      [4, 1, 4],
      ...pair4,
      [7, 2, 50_000],
      [11, 2, 443],
      [4, 1, 6],
    ]);
    expect(flow).toMatchObject({ src: SRC, dst: DST, srcPort: 50_000, dstPort: 443, protocol: 6 });
    expect(flow?.alternates).toEqual([{ src: '2001:db8::7', dst: '2001:db8::1', srcPort: 0, dstPort: 0 }]);
  });

  test('an inner header that is all zero leaves the outer as the flow, with its ports', () => {
    const [flow] = decode10([
      ...pair6,
      [7, 2, 53],
      [11, 2, 5353],
      [4, 1, 17],
      ...zero4,
      [7, 2, 0],
      [11, 2, 0],
      [4, 1, 0],
    ]);
    expect(flow).toMatchObject({
      dst: '2001:db8::1',
      srcPort: 53,
      dstPort: 5353,
      protocol: 17,
      alternates: [],
    });
  });

  test('of the same family', () => {
    const [flow] = decode10([...pair4, [8, 4, '10.0.0.1'], [12, 4, '10.0.0.2'], [4, 1, 17]]);
    expect(flow).toMatchObject({ src: '10.0.0.1', dst: '10.0.0.2', protocol: 17 });
    expect(flow?.alternates).toMatchObject([{ src: SRC, dst: DST }]);
  });

  test("of VMware's tenant fields", () => {
    const [flow] = decode10([
      ...pair4,
      [7, 2, 61_000],
      [11, 2, 4789],
      [4, 1, 17],
      [881, 4, 6876, '10.0.0.1'],
      [882, 4, 6876, '10.0.0.2'],
      [886, 2, 6876, 50_000],
      [887, 2, 6876, 443],
      [880, 1, 6876, 6],
    ]);
    expect(flow).toMatchObject({
      src: '10.0.0.1',
      dst: '10.0.0.2',
      srcPort: 50_000,
      dstPort: 443,
      protocol: 6,
    });
    expect(flow?.alternates).toEqual([{ src: SRC, dst: DST, srcPort: 61_000, dstPort: 4789 }]);
  });
});

describe('translated addresses stand in alternates', () => {
  const ports: Fields = [
    [7, 2, 50_000],
    [11, 2, 443],
  ];
  test('225–228', () => {
    const [flow] = decode9([
      ...pair4,
      ...ports,
      [225, 4, '198.51.100.9'],
      [226, 4, DST],
      [227, 2, 1025],
      [228, 2, 443],
    ]);
    expect(flow).toMatchObject({ src: SRC, dst: DST, srcPort: 50_000 });
    expect(flow?.alternates).toEqual([{ src: '198.51.100.9', dst: DST, srcPort: 1025, dstPort: 443 }]);
  });

  test('281 and 282, also beside IPv4 (NAT64)', () => {
    const [flow] = decode10([...pair4, ...ports, [281, 16, '2001:db8::9'], [282, 16, '2001:db8::1']]);
    expect(flow?.alternates).toEqual([
      { src: '2001:db8::9', dst: '2001:db8::1', srcPort: 50_000, dstPort: 443 },
    ]);
  });

  test('40001–40004 of older ASA', () => {
    const [flow] = decode9([
      ...pair4,
      ...ports,
      [40_001, 4, '198.51.100.9'],
      [40_002, 4, DST],
      [40_003, 2, 1025],
      [40_004, 2, 443],
    ]);
    expect(flow?.alternates).toEqual([{ src: '198.51.100.9', dst: DST, srcPort: 1025, dstPort: 443 }]);
  });

  test('a side that is zero was not translated', () => {
    const [flow] = decode9([
      ...pair4,
      ...ports,
      [225, 4, '0.0.0.0'],
      [226, 4, '10.0.0.250'],
      [227, 2, 0],
      [228, 2, 0],
    ]);
    expect(flow?.alternates).toEqual([{ src: SRC, dst: '10.0.0.250', srcPort: 50_000, dstPort: 443 }]);
  });

  test('equal to the flow, or all zero, they are left out', () => {
    const same: Fields = [
      [225, 4, SRC],
      [226, 4, DST],
      [227, 2, 50_000],
      [228, 2, 443],
    ];
    const none: Fields = [
      [225, 4, '0.0.0.0'],
      [226, 4, '0.0.0.0'],
      [227, 2, 0],
      [228, 2, 0],
    ];
    expect(only(decode9([...pair4, ...ports, ...same])).alternates).toEqual([]);
    expect(only(decode9([...pair4, ...ports, ...none])).alternates).toEqual([]);
  });

  test('of a record that names only the source', () => {
    expect(
      only(
        decode9([
          [8, 4, SRC],
          [225, 4, '198.51.100.9'],
        ]),
      ).alternates,
    ).toMatchObject([{ src: '198.51.100.9', dst: null }]);
  });
});

test('client and server addresses stand for the flow where it has no others (Cisco AVC)', () => {
  const avc: Fields = [
    [12_236, 4, 9, SRC],
    [12_237, 4, 9, DST],
    [12_240, 2, 9, 50_000],
    [12_241, 2, 9, 443],
  ];
  expect(only(decode10(avc))).toMatchObject({ src: SRC, dst: DST, srcPort: 50_000, dstPort: 443 });
  expect(only(decode10([...zero4, ...avc]))).toMatchObject({ src: '0.0.0.0', alternates: [] });
});

describe('counters', () => {
  test.each([
    ['delta', 1, 2],
    ['total', 85, 86],
    ['initiator', 231, 298],
    ['out', 23, 24],
  ])('%s (%i, %i) are read', (_, bytes, packets) => {
    expect(only(decode10([...pair4, [bytes, 8, 1000], [packets, 8, 10]]))).toMatchObject({
      bytes: 1000,
      packets: 10,
    });
  });

  test('of several kinds: delta before total before out, in any order', () => {
    expect(only(decode10([...pair4, [23, 8, 3], [85, 8, 2], [1, 8, 1]])).bytes).toBe(1);
    expect(only(decode10([...pair4, [23, 8, 3], [85, 8, 2]])).bytes).toBe(2);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('of %i octets (reduced size) are read', (length) => {
    expect(only(decode10([...pair4, [1, length, 0xa7]])).bytes).toBe(0xa7);
  });

  test('of eight octets keep their high half', () => {
    expect(only(decode10([...pair4, [1, 8, 2n ** 40n + 5n]])).bytes).toBe(2 ** 40 + 5);
  });

  test('of no octets, or more than eight, are none', () => {
    expect(only(decode10([...pair4, [1, 0, 0]])).bytes).toBeNull();
    expect(only(decode10([...pair4, [1, 9, 1]])).bytes).toBeNull();
  });
});

describe('a biflow is two flows', () => {
  const forward: Fields = [
    ...pair4,
    [7, 2, 50_000],
    [11, 2, 443],
    [4, 1, 6],
    [1, 4, 1000],
    [2, 4, 10],
    [6, 1, 2],
  ];

  test('by the reversed elements of RFC 5103', () => {
    const flows = decode10([...forward, [1, 4, 29_305, 5000], [2, 4, 29_305, 20], [6, 1, 29_305, 0x12]]);
    expect(flows).toHaveLength(2);
    expect(flows[0]).toMatchObject({ src: SRC, dst: DST, bytes: 1000, packets: 10, tcpFlags: 2 });
    expect(flows[1]).toMatchObject({
      src: DST,
      dst: SRC,
      srcPort: 443,
      dstPort: 50_000,
      bytes: 5000,
      packets: 20,
      tcpFlags: 0x12,
    });
  });

  test('unless nothing came back', () => {
    expect(decode10([...forward, [1, 4, 29_305, 0], [2, 4, 29_305, 0]])).toHaveLength(1);
    expect(decode10([...forward, [32, 2, 29_305, 8]])).toHaveLength(1);
  });

  test('by initiator and responder counters (ASA)', () => {
    const flows = decode9([...pair4, [231, 8, 300], [232, 8, 700]]);
    expect(flows.map(({ src, bytes }) => [src, bytes])).toEqual([
      [SRC, 300],
      [DST, 700],
    ]);
  });

  test('not by a responder counter alone (Huawei means something else)', () => {
    expect(decode9([...pair4, [1, 4, 300], [232, 2, 700]])).toHaveLength(1);
  });

  test('whose translated addresses turn round with it', () => {
    const flows = decode9([...pair4, [231, 4, 3], [232, 4, 7], [225, 4, '198.51.100.9'], [226, 4, DST]]);
    expect(flows[1]?.alternates).toMatchObject([{ src: DST, dst: '198.51.100.9' }]);
  });
});

describe('ports', () => {
  test.each([
    ['udp', 180, 181],
    ['tcp', 182, 183],
  ])('of %s elements (%i, %i) are read', (_, src, dst) => {
    expect(only(decode10([...pair4, [src, 2, 1024], [dst, 2, 53]]))).toMatchObject({
      srcPort: 1024,
      dstPort: 53,
    });
  });

  test('of both in one template: the one that is not zero', () => {
    const both: Fields = [
      [182, 2, 0],
      [183, 2, 0],
      [180, 2, 1024],
      [181, 2, 53],
    ];
    expect(only(decode10([...pair4, ...both]))).toMatchObject({ srcPort: 1024, dstPort: 53 });
  });
});

describe('ICMP type and code stand as the destination port', () => {
  test.each<[string, Fields]>([
    ['32', [[32, 2, 0x0303]]],
    [
      '176 and 177',
      [
        [176, 1, 3],
        [177, 1, 3],
      ],
    ],
    [
      '178 and 179',
      [
        [178, 1, 3],
        [179, 1, 3],
      ],
    ],
    ['139', [[139, 2, 0x0303]]],
    [
      '32, ports zero',
      [
        [7, 2, 0],
        [11, 2, 0],
        [32, 2, 0x0303],
      ],
    ],
  ])('from %s', (_, icmp) => {
    expect(only(decode10([...pair4, [4, 1, 1], ...icmp])).dstPort).toBe(0x0303);
  });

  test('unless the exporter filled the ports', () => {
    expect(only(decode10([...pair4, [4, 1, 1], [7, 2, 17], [11, 2, 0], [32, 2, 0x0800]]))).toMatchObject({
      srcPort: 17,
      dstPort: 0,
    });
  });

  test('for ICMP only', () => {
    expect(only(decode10([...pair4, [4, 1, 6], [32, 2, 0x0800]])).dstPort).toBeNull();
  });
});

test('the TCP flags of YAF, first packet and the rest, are put together', () => {
  expect(only(decode10([...pair4, [14, 1, 6871, 0x02], [15, 1, 6871, 0x18]])).tcpFlags).toBe(0x1a);
});

test('a template of two pairs is one record, however often its elements repeat', () => {
  const specifiers = [...PAIR4, ...PAIR4, ...PAIR4];
  const values = [SRC, DST, '10.0.0.1', '10.0.0.2', '10.0.1.1', '10.0.1.2'];
  const message = netflow9({}, set(0, template9(256, specifiers)), dataOf(256, specifiers, values));
  const flow = only(new Collector().flows(message));
  expect(flow.dst).toBe('10.0.1.2');
  expect(flow.alternates.map((pair) => pair.dst)).toEqual([DST, '10.0.0.2']);
});
