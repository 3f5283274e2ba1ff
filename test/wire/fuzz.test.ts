// Hostile input: no message, however damaged, throws, hangs or takes more memory than allowed, and whoever
// is well goes on being decoded.
import { expect, test } from 'vitest';
import { Decoder } from '../../src/wire/decoder.ts';
import { Collector } from './collector.ts';
import {
  concat,
  ipfix,
  netflow5,
  netflow9,
  optionsTemplate9,
  optionsTemplate10,
  record,
  type Specifier,
  set,
  template9,
  template10,
  VARIABLE,
} from './encoder.ts';
import { FLOW4, flow4 } from './fixtures.ts';

const SEED = 3954;
const ROUNDS = 20_000;

/** mulberry32: the same numbers on every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const wide: Specifier[] = [
  [27, 16],
  [28, 16],
  [82, VARIABLE],
  [8, 4],
  [12, 4],
  [225, 4],
  [1, 3],
  [1, 8, 29_305],
  [152, 8],
];
const wideRecord = record(wide, [
  '2001:db8::1',
  '2001:db8::2',
  new Uint8Array(5),
  '0.0.0.0',
  '0.0.0.0',
  '192.0.2.9',
  7,
  9,
  1,
]);
const valid: readonly Uint8Array[] = [
  netflow5({}, Array(5).fill({ src: '192.0.2.7', dst: '203.0.113.1' })),
  netflow9({}, set(0, template9(256, FLOW4)), set(256, flow4('203.0.113.1'), flow4('203.0.113.2'))),
  netflow9(
    {},
    set(
      1,
      optionsTemplate9(
        300,
        [[1, 4]],
        [
          [48, 1],
          [50, 4],
        ],
      ),
    ),
    set(300, new Uint8Array(18).fill(3)),
  ),
  ipfix({}, set(2, template10(256, wide)), set(256, wideRecord, wideRecord), set(3)),
  ipfix(
    {},
    set(
      3,
      optionsTemplate10(
        301,
        [[149, 4]],
        [
          [160, 8],
          [305, 4],
        ],
      ),
    ),
    set(301, new Uint8Array(32).fill(9)),
  ),
  ipfix({}, set(400, new Uint8Array(60).fill(1))),
];

function damaged(random: (below: number) => number): Uint8Array {
  const pick = () => valid[random(valid.length)]!;
  let message: Uint8Array = Uint8Array.from(pick());
  switch (random(4)) {
    case 0:
      message = message.subarray(0, random(message.length + 1));
      break;
    case 1: {
      const other = pick();
      message = concat(message.subarray(0, random(message.length)), other.subarray(random(other.length)));
      break;
    }
    case 2:
      message = Uint8Array.from({ length: random(200) }, () => random(256));
      if (message.length > 1) message.set([0, [1, 5, 7, 9, 10][random(5)]!]);
      break;
  }
  message = Uint8Array.from(message);
  for (let flips = random(6); flips > 0 && message.length > 0; flips--) {
    // Lengths and counts are where it hurts: whole octets of 0 and 255 as well as single bits.
    const at = random(message.length);
    message[at] = [message[at]! ^ (1 << random(8)), 0, 255][random(3)]!;
  }
  return message;
}

test(`${ROUNDS} damaged messages of one exporter disturb neither another nor its own later ones`, () => {
  const random = generator(SEED);
  const collector = new Collector({
    maxTemplatesPerExporter: 64,
    maxDomainsPerExporter: 8,
    maxEarlySetsPerExporter: 16,
  });
  const good = netflow9({}, set(256, flow4('203.0.113.9')));
  collector.receive(netflow9({}, set(0, template9(256, FLOW4))), 'good');
  const goodFlow = collector.receive(good, 'good').records;
  for (let n = 0; n < ROUNDS; n++) {
    const message = damaged(random);
    collector.receive(message, 'hostile');
    if (n % 100 !== 0) continue;
    expect(collector.receive(good, 'good').records).toEqual(goodFlow);
    const own = netflow9({ domain: 77 }, set(0, template9(500, FLOW4)), set(500, flow4('203.0.113.9')));
    expect(collector.receive(own, 'hostile').records).toHaveLength(1);
  }
  expect(JSON.stringify(collector.decoder.snapshot()).length).toBeLessThan(4_000_000);
});

test('damaged messages at the end of a buffer are never read beyond', () => {
  const random = generator(SEED + 1);
  const { decoder } = new Collector();
  const exporter = decoder.exporter('192.0.2.1');
  const bytes = new Uint8Array(256);
  const view = new DataView(bytes.buffer);
  const sink = {
    dataSet(found: { offset: number; length: number; bytes: Uint8Array }) {
      if (found.bytes === bytes) expect(found.offset + found.length).toBeLessThanOrEqual(bytes.length);
    },
  };
  for (let n = 0; n < 2000; n++) {
    const message = damaged(random).subarray(0, 256);
    const offset = bytes.length - message.length;
    bytes.set(message, offset);
    // A length that claims more than there is must not matter.
    decoder.decode(exporter, bytes, view, offset, message.length + random(2) * 1000, n, sink);
  }
});

test('a flood of templates from many exporters stays within the limits', () => {
  const decoder = new Decoder({
    maxExporters: 32,
    maxTemplates: 200,
    maxFields: 2000,
    maxDomains: 100,
    maxEarlyBytes: 50_000,
  });
  const random = generator(SEED + 2);
  const sink = { dataSet() {} };
  for (let n = 0; n < 3000; n++) {
    const fields = Array.from({ length: 1 + random(30) }, (): Specifier => [random(500), random(9)]);
    const templates = [256, 257, 258].map((id) => template9(id + random(300), fields));
    const message = netflow9(
      { domain: random(20) },
      set(0, ...templates),
      set(256 + random(300), new Uint8Array(random(300))),
    );
    decoder.decode(
      decoder.exporter(`10.0.0.${random(100)}`),
      message,
      new DataView(message.buffer),
      0,
      message.length,
      n,
      sink,
    );
  }
  interface Snapshot {
    exporters: { domains: { templates: { fields: unknown[] }[] }[] }[];
  }
  const { exporters } = decoder.snapshot() as Snapshot;
  const templates = exporters.flatMap(({ domains }) => domains.flatMap((domain) => domain.templates));
  expect(exporters.length).toBeLessThanOrEqual(32);
  expect(templates.length).toBeLessThanOrEqual(200);
  expect(templates.reduce((sum, { fields }) => sum + fields.length, 0)).toBeLessThanOrEqual(2000);
  expect(templates.length).toBeGreaterThan(20);
});

test('the worst of templates is read in bounded time: one-octet records, all of variable length', () => {
  const fields: Specifier[] = [[96, VARIABLE]];
  const collector = new Collector();
  collector.receive(ipfix({}, set(2, template10(256, fields))));
  const zeros = new Uint8Array(65_000);
  const { outcome, records } = collector.receive(ipfix({}, set(256, zeros)));
  expect(outcome.sets).toBe(1);
  expect(records).toHaveLength(65_000);
});
