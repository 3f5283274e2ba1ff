// Lengths from the wire: what is 0, what is too much, what is left over.
import { describe, expect, test } from 'vitest';
import { Collector, only } from './collector.ts';
import {
  concat,
  ipfix,
  netflow9,
  optionsTemplate9,
  record,
  type Specifier,
  set,
  template9,
  template10,
  u16,
  VARIABLE,
} from './encoder.ts';
import { dataOf, destinations, FLOW4, flow4, PAIR4 } from './fixtures.ts';

const template = set(0, template9(256, FLOW4));
const data = set(256, flow4('203.0.113.1'));

test("the v9 header's count is not believed", () => {
  for (const count of [0, 1, 60_000]) {
    expect(new Collector().flows(netflow9({ count }, template, data, data))).toHaveLength(2);
  }
});

test('padding of up to a record less one octet ends a set', () => {
  const padded = (n: number) => netflow9({}, template, set(256, flow4('203.0.113.1'), new Uint8Array(n)));
  for (const n of [1, 3, 4, 11, 28]) expect(new Collector().flows(padded(n))).toHaveLength(1);
});

test('a set shorter than its header ends the message; what came before is kept', () => {
  for (const length of [0, 1, 3]) {
    const { records, outcome } = new Collector().receive(
      netflow9({}, template, data, concat(u16(256), u16(length)), data),
    );
    expect(records).toHaveLength(1);
    expect(outcome).toMatchObject({ status: 'malformed', problem: 'a set is shorter than its header' });
  }
});

test('zero fill after the last set is not damage', () => {
  const { records, outcome } = new Collector().receive(netflow9({}, template, data, new Uint8Array(40)));
  expect(records).toHaveLength(1);
  expect(outcome.status).toBe('ok');
});

test('an empty set is passed over', () => {
  expect(new Collector().flows(ipfix({}, set(2), set(3), set(2, template10(256, FLOW4)), data))).toHaveLength(
    1,
  );
});

test('a v9 set that reaches beyond its message is taken for cut: the records that are whole are kept', () => {
  const whole = netflow9({}, template, data, set(256, flow4('203.0.113.2'), flow4('203.0.113.3')));
  const { records, outcome } = new Collector().receive(whole.subarray(0, whole.length - 10));
  expect(destinations(records.flat())).toEqual(['203.0.113.1', '203.0.113.2']);
  expect(outcome).toMatchObject({
    status: 'malformed',
    problem: 'a set reaches beyond its message',
    undecodable: 1,
  });
});

test('an IPFIX set that reaches beyond its message has the message discarded (RFC 7011 § 9)', () => {
  const sets = [set(2, template10(256, FLOW4)), data, concat(u16(256), u16(400))];
  const { records, outcome } = new Collector().receive(ipfix({}, ...sets));
  expect(records).toEqual([]);
  expect(outcome).toMatchObject({
    status: 'malformed',
    problem: 'a set reaches beyond its message',
    undecodable: 1,
  });
});

test('where reserved set ids show that the lengths led astray, a set beyond the message damns all of it', () => {
  const collector = new Collector();
  const { records, outcome } = collector.receive(
    netflow9({}, template, data, set(9), concat(u16(256), u16(400)), data),
  );
  expect(records).toEqual([]);
  expect(outcome).toMatchObject({
    status: 'malformed',
    problem: 'a set reaches beyond its message',
    undecodable: 1,
  });
  expect(collector.receive(netflow9({}, data)).outcome.early).toBe(1);
});

test('padding that is counted but not sent is forgiven', () => {
  const short = netflow9({}, template, concat(u16(256), u16(4 + 29 + 3), flow4('203.0.113.1')));
  expect(flow4('203.0.113.1')).toHaveLength(29);
  expect(new Collector().flows(short)).toHaveLength(1);
});

test('bytes after an IPFIX message are ignored', () => {
  const message = concat(ipfix({}, set(2, template10(256, FLOW4)), data), data, new Uint8Array(5).fill(7));
  const { records, outcome } = new Collector().receive(message);
  expect(records).toHaveLength(1);
  expect(outcome.status).toBe('ok');
});

test('an IPFIX message cut short of its length is discarded (RFC 7011 § 9)', () => {
  const message = ipfix({}, set(2, template10(256, FLOW4)), data, data);
  const { records, outcome } = new Collector().receive(message.subarray(0, message.length - 1));
  expect(records).toEqual([]);
  expect(outcome).toMatchObject({ status: 'malformed', undecodable: 1 });
  expect(outcome.problem).toBe('shorter than the length in its IPFIX header');
});

test('an IPFIX length below that of the header is damage', () => {
  const message = ipfix({}, set(2, template10(256, FLOW4)), data);
  message.set(u16(15), 2);
  expect(new Collector().receive(message).outcome).toMatchObject({
    status: 'malformed',
    sets: 0,
    undecodable: 1,
  });
});

test('reserved set ids are counted as undecodable, and passed over', () => {
  const { records, outcome } = new Collector().receive(netflow9({}, template, set(9), set(255), data));
  expect(records).toHaveLength(1);
  expect(outcome).toMatchObject({ status: 'ok', undecodable: 2 });
});

test('a data set too short for one record is undecodable', () => {
  expect(new Collector().receive(netflow9({}, template, set(256, new Uint8Array(8)))).outcome).toMatchObject({
    sets: 0,
    undecodable: 1,
  });
});

test('a template of fields without length describes nothing: its data is undecodable', () => {
  const nothing = set(
    0,
    template9(256, [
      [8, 0],
      [12, 0],
    ]),
  );
  expect(new Collector().receive(netflow9({}, nothing, data)).outcome).toMatchObject({
    sets: 0,
    undecodable: 1,
  });
});

test('a field of type 0, and one of length 0, take their place like any other', () => {
  const odd: Specifier[] = [
    [35, 1],
    [0, 1],
    [8, 4],
    [0, 0],
    [12, 4],
    [1, 0],
  ];
  const values = [1, 255, '192.0.2.7', 0, '203.0.113.1', 0];
  const flow = only(
    new Collector().flows(netflow9({}, set(0, template9(256, odd)), dataOf(256, odd, values))),
  );
  expect(flow).toMatchObject({ src: '192.0.2.7', dst: '203.0.113.1', bytes: null });
});

test('an options template with a scope of length 0 is read (Juniper)', () => {
  const options = set(
    1,
    optionsTemplate9(
      300,
      [[1, 0]],
      [
        [35, 1],
        [34, 4],
      ],
    ),
  );
  const announced = set(
    300,
    record(
      [
        [35, 1],
        [34, 4],
      ],
      [2, 100],
    ),
    new Uint8Array(3),
  );
  expect(only(new Collector().flows(netflow9({}, template, options, announced, data))).sampling).toBe(100);
});

describe('variable length', () => {
  const fields: Specifier[] = [
    [8, 4],
    [82, VARIABLE],
    [12, 4],
    [96, VARIABLE],
    [1, 8],
  ];
  const values = (one: number, other: number) =>
    [
      '192.0.2.7',
      new Uint8Array(one).fill(0x41),
      '203.0.113.1',
      new Uint8Array(other).fill(0x42),
      77,
    ] as const;

  test.each([
    [0, 0],
    [1, 254],
    [255, 3],
    [1000, 0],
    [40_000, 300],
  ])('of %i and %i octets is stepped over, with prefixes of one and three octets', (one, other) => {
    const short = record(fields, values(3, 0));
    const messages = [
      ipfix({}, set(2, template10(256, fields)), set(256, short, record(fields, values(one, other)), short)),
      netflow9(
        {},
        set(0, template9(256, fields)),
        set(256, short, record(fields, values(one, other)), short),
      ),
    ];
    for (const message of messages) {
      const flows = new Collector().flows(message);
      expect(flows.map(({ dst, bytes }) => [dst, bytes])).toEqual(Array(3).fill(['203.0.113.1', 77]));
    }
  });

  test('that reaches beyond the set ends it: the records before are kept', () => {
    const whole = record(fields, values(3, 3));
    const cut = whole.subarray(0, whole.length - 1);
    expect(
      new Collector().flows(ipfix({}, set(2, template10(256, fields)), set(256, whole, cut))),
    ).toHaveLength(1);
  });

  test('of a record that is nothing else goes on by one octet at least', () => {
    const only: Specifier[] = [[96, VARIABLE]];
    const { outcome } = new Collector().receive(
      ipfix({}, set(2, template10(256, only)), set(256, new Uint8Array(1000))),
    );
    expect(outcome).toMatchObject({ sets: 1, status: 'ok' });
  });
});

test('an enterprise element is not the IANA element of the same id', () => {
  const fields: Specifier[] = [...PAIR4, [8, 4, 4242], [12, 4, 4242], [1, 4, 4242]];
  const values = ['192.0.2.7', '203.0.113.1', '198.51.100.1', '198.51.100.2', 5] as const;
  const message = ipfix({}, set(2, template10(256, fields)), dataOf(256, fields, values));
  expect(only(new Collector().flows(message))).toMatchObject({
    dst: '203.0.113.1',
    bytes: null,
    alternates: [],
  });
});

test('messages are read where they lie in a larger buffer, shared or not', () => {
  const message = netflow9({}, template, data);
  const buffer = new SharedArrayBuffer(2048);
  const bytes = new Uint8Array(buffer);
  bytes.fill(0xff);
  bytes.set(message, 700);
  const { decoder } = new Collector();
  const offsets: number[] = [];
  const sink = { dataSet: (found: { offset: number }) => void offsets.push(found.offset) };
  decoder.decode(decoder.exporter('192.0.2.1'), bytes, new DataView(buffer), 700, message.length, 0, sink);
  expect(offsets).toEqual([700 + 20 + template.length + 4]);
  expect(destinations(new Collector().flows(message))).toEqual(['203.0.113.1']);
});
