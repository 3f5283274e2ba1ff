// Whatever the slab, the records are the same; and wherever a reading is taken up again, nothing is lost or counted twice.
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { openIpfixFile } from '../../../src/ingest/ipfix-file/reader.ts';
import { openPcap } from '../../../src/ingest/pcap/reader.ts';
import { ethernet, ipv4, ipv4Fragments, ipv6, pcap } from '../../support/pcap-writer.ts';
import { countsAfter, type Open, type Reading, readAll } from '../../support/reading.ts';
import {
  ipfix,
  netflow5,
  netflow9,
  record,
  type Specifier,
  set,
  template9,
  template10,
} from '../../wire/encoder.ts';

const START_MS = Date.UTC(2026, 10, 1);
const SEED = 20_261_101;
const MAX_PAYLOAD_BYTES = 65_507;

/** Long records: many bytes, and little to compare. */
const FIELDS: readonly Specifier[] = [
  [8, 4],
  [12, 4],
  [1, 4],
  [95, 500],
];
const FILLER = new Uint8Array(500);

interface Step {
  readonly kind: 'v5' | 'v9' | 'ipfix' | 'template' | 'noise';
  readonly exporter: number;
  readonly records: number;
  readonly fragmented: boolean;
}

const scripts = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('v5', 'v9', 'v9', 'ipfix', 'ipfix', 'template', 'noise'),
    exporter: fc.integer({ min: 1, max: 5 }),
    records: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 120 })),
    fragmented: fc.boolean(),
  }),
  { minLength: 1, maxLength: 50 },
);

function dataSet(id: number, count: number, serial: number): Uint8Array {
  const records = Array.from({ length: count }, (_, n) =>
    record(FIELDS, [`10.${serial}.${id - 300}.${n}`, '203.0.113.7', n, FILLER]),
  );
  return set(id, ...records);
}

function messageOf({ kind, records, exporter }: Step, serial: number): Uint8Array {
  const header = { sequence: serial, domain: exporter % 2 };
  switch (kind) {
    case 'v5':
      return netflow5(
        header,
        Array.from({ length: records }, (_, n) => ({ src: `10.5.${serial}.${n}`, dst: '203.0.113.9' })),
      );
    case 'v9':
      return netflow9(header, dataSet(300, records, serial));
    case 'ipfix':
      return ipfix(header, dataSet(301, records, serial), dataSet(302, records >> 4, serial));
    case 'template':
      return serial % 2
        ? netflow9(header, set(0, template9(300, FIELDS)))
        : ipfix(header, set(2, template10(301, FIELDS), template10(302, FIELDS)));
    case 'noise':
      return Buffer.alloc(records + 4, 0x55);
  }
}

function captureOf(script: readonly Step[]): Buffer {
  const packets = script.flatMap((step, serial) => {
    const options = { source: `192.0.2.${step.exporter}` };
    const payload = messageOf(step, serial).subarray(0, MAX_PAYLOAD_BYTES);
    const packed = step.fragmented
      ? ipv4Fragments(payload, serial, 1_480, options)
      : [ipv4(payload, options)];
    return packed.map((bytes) => ({ bytes: ethernet(bytes), atMs: START_MS + serial * 7_000 }));
  });
  return pcap([...packets, { bytes: ethernet(ipv6(Buffer.alloc(8))), atMs: START_MS }]);
}

function messagesOf(script: readonly Step[]): Buffer {
  const steps = script.filter(({ kind }) => kind === 'ipfix' || kind === 'template');
  return Buffer.concat(
    steps.map((step, serial) => messageOf(step, serial * 2)).filter(({ length }) => length < 65_536),
  );
}

const shapes = fc.record({
  slabBytes: fc.constantFrom(65_536, 70_000, 100_000, 200_000),
  maxSets: fc.integer({ min: 1, max: 40 }),
  step: fc.constantFrom(Number.POSITIVE_INFINITY, 5_000, 66_000),
});

/** Exporter, minute, domain and flow: what must not change. */
function linesOf(reading: Reading, from = 0): string {
  return reading.records
    .slice(from)
    .map(
      ({ exporter, minuteMs, domain, flows: [flow] }) =>
        `${exporter} ${minuteMs} ${domain} ${flow?.src} ${flow?.bytes}`,
    )
    .join('\n');
}

async function expectSame(
  open: Open,
  bytes: Uint8Array,
  shape: { slabBytes: number; maxSets: number; step: number },
): Promise<void> {
  const whole = await readAll(open, bytes, { slabBytes: 4 << 20, maxSets: 8_192 });
  const split = await readAll(open, bytes, shape);
  expect(linesOf(split) === linesOf(whole)).toBe(true);
  expect(split.counts).toEqual(whole.counts);
  expect(split.problems).toEqual(whole.problems);
  const { checkpoints } = split;
  for (const at of new Set([0, checkpoints.length >> 1, checkpoints.length - 2, checkpoints.length - 1])) {
    const checkpoint = checkpoints[at];
    if (!checkpoint) continue;
    const rest = await readAll(open, bytes, {
      ...shape,
      slabBytes: shape.slabBytes + 4_096,
      resume: checkpoint.point,
    });
    expect(linesOf(rest) === linesOf(whole, checkpoint.records)).toBe(true);
    expect(rest.counts).toEqual(countsAfter(whole.counts, checkpoint.counts));
  }
}

describe('any slab and any interruption give the same', () => {
  test.prop([scripts, shapes], { seed: SEED, numRuns: 25 })('of a capture', async (script, shape) => {
    await expectSame(openPcap, captureOf(script), shape);
  });

  test.prop([scripts, shapes], { seed: SEED, numRuns: 25 })(
    'of a file of IPFIX messages',
    async (script, shape) => {
      await expectSame(openIpfixFile, messagesOf(script), shape);
    },
  );
});
