// What the test encoder wrote, the decoder gives back: any order of fields, any reduced size, any padding
// and order of sets.
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { Flow } from '../../src/core/flow.ts';
import { Collector } from './collector.ts';
import {
  EXPORT_MS,
  type FieldValue,
  ipfix,
  netflow5,
  netflow9,
  record,
  type Specifier,
  set,
  template9,
  template10,
  UPTIME_MS,
  VARIABLE,
} from './encoder.ts';

const SEED = 7011;

interface Sample {
  readonly src: string;
  readonly dst: string;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly protocol: number;
  readonly bytes: number;
  readonly packets: number;
  readonly tcpFlags: number;
  readonly startMs: number;
  readonly endMs: number;
}

const address4 = fc.ipV4().filter((text) => text !== '0.0.0.0');
const port = fc.integer({ min: 1, max: 65_535 });
const sample: fc.Arbitrary<Sample> = fc.record({
  src: address4,
  dst: address4,
  srcPort: port,
  dstPort: port,
  protocol: fc.constantFrom(6, 17, 47, 132),
  bytes: fc.integer({ min: 0, max: 0xffff_ffff }),
  packets: fc.integer({ min: 0, max: 0xffff_ffff }),
  tcpFlags: fc.integer({ min: 0, max: 255 }),
  startMs: fc.integer({ min: EXPORT_MS - UPTIME_MS, max: EXPORT_MS - 1000 }),
  endMs: fc.integer({ min: EXPORT_MS - 1000, max: EXPORT_MS }),
});
const samples = fc.array(sample, { minLength: 1, maxLength: 12 });

const shown = (flow: Flow): Sample => ({
  src: flow.src!,
  dst: flow.dst!,
  srcPort: flow.srcPort!,
  dstPort: flow.dstPort!,
  protocol: flow.protocol!,
  bytes: flow.bytes!,
  packets: flow.packets!,
  tcpFlags: flow.tcpFlags!,
  startMs: flow.startMs!,
  endMs: flow.endMs!,
});

test.prop([samples], { seed: SEED, numRuns: 200 })('NetFlow v5', (flows) => {
  const uptime = (ms: number) => ms - EXPORT_MS + UPTIME_MS;
  const message = netflow5(
    {},
    flows.map((flow) => ({ ...flow, first: uptime(flow.startMs), last: uptime(flow.endMs) })),
  );
  expect(new Collector().flows(message).map(shown)).toEqual(flows);
});

/**
 * A field of the template, and how to get its value from a sample; the rest is noise between the fields
 * that matter.
 */
type Column = readonly [specifier: Specifier, read: (flow: Sample) => FieldValue];
const size = (least: number) => fc.integer({ min: least, max: 8 });
const columns: fc.Arbitrary<Column[]> = fc
  .record({
    bytes: size(4),
    packets: size(4),
    flags: size(1),
    noise: fc.array(fc.tuple(fc.integer({ min: 400, max: 420 }), fc.integer({ min: 0, max: 20 })), {
      maxLength: 4,
    }),
    variable: fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 3 }),
  })
  .chain(({ bytes, packets, flags, noise, variable }) => {
    const found: Column[] = [
      [[8, 4], (flow) => flow.src],
      [[12, 4], (flow) => flow.dst],
      [[7, 2], (flow) => flow.srcPort],
      [[11, 2], (flow) => flow.dstPort],
      [[4, 1], (flow) => flow.protocol],
      [[1, bytes], (flow) => flow.bytes],
      [[2, packets], (flow) => flow.packets],
      [[6, flags], (flow) => flow.tcpFlags],
      [[152, 8], (flow) => flow.startMs],
      [[153, 8], (flow) => flow.endMs],
      ...noise.map(([id, length]): Column => [[id, length], () => new Uint8Array(length).fill(0xaa)]),
      ...variable.map((length): Column => [[96, VARIABLE], () => new Uint8Array(length).fill(0xbb)]),
    ];
    return fc.shuffledSubarray(found, { minLength: found.length });
  });

test.prop([columns, samples, fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 3 })], {
  seed: SEED,
  numRuns: 300,
})('NetFlow v9 and IPFIX', (fields, flows, isIpfix, isEarly, padding) => {
  const specifiers = fields.map(([specifier]) => specifier);
  const records = flows.map((flow) =>
    record(
      specifiers,
      fields.map(([, read]) => read(flow)),
    ),
  );
  const data = set(256, ...records, new Uint8Array(padding));
  const template = isIpfix ? set(2, template10(256, specifiers)) : set(0, template9(256, specifiers));
  const sets = isEarly ? [data, template] : [template, data];
  const message = isIpfix ? ipfix({}, ...sets) : netflow9({}, ...sets);
  expect(new Collector().flows(message).map(shown)).toEqual(flows);
});
