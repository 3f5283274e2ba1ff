import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/core/flow.ts';
import { HAS_BZIP2 } from './compress.ts';
import { encodeFile, type FlowSpec, type RecordSpec } from './encoder.ts';
import { decodeFile } from './reading.ts';
import { CREATED_MS, expectedFlow, fileSpec } from './specs.ts';

const FLOW: FlowSpec = {
  kind: 'flow',
  exporter: 1,
  firstMs: CREATED_MS,
  lastMs: CREATED_MS + 5_000,
  receivedMs: CREATED_MS + 6_000,
  packets: 7,
  bytes: 700,
  srcPort: 40_000,
  dstPort: 443,
  protocol: 6,
  tcpFlags: 0x1b,
  ipv4: [0xc0000201, 0xc6336407],
};

async function decode(records: readonly RecordSpec[], layout: 1 | 2 = 2): Promise<Flow[]> {
  const file = encodeFile({ layout, createdMs: CREATED_MS, blocks: [records] });
  return (await decodeFile(file.bytes)).flows;
}

const isFlow = (record: RecordSpec): record is FlowSpec => record.kind === 'flow';

describe('records of nfcapd files', () => {
  test.prop([fileSpec(['none', 'lzo', 'lz4', 'zstd'])], { seed: 11, numRuns: 120, endOnFailure: true })(
    'decode to what a test encoder wrote, in both layouts and all compressions',
    async (spec) => {
      const blocks = spec.blocks.map((records) =>
        records.filter(isFlow).map((flow) => ({ ...flow, isScaled: false })),
      );
      const file = encodeFile({ ...spec, blocks });
      const { flows, problems } = await decodeFile(file.bytes, { slabBytes: 150_000 });
      const expected = blocks.flat().map((flow) => expectedFlow(flow, spec.layout, spec.createdMs ?? 0));
      expect(problems).toEqual([]);
      expect(flows).toEqual(expected.filter((flow) => flow !== null));
    },
  );

  test.prop([fileSpec(['none'])], { seed: 12, numRuns: 50, endOnFailure: true })(
    'decode the same from a big-endian file',
    async (spec) => {
      const little = await decodeFile(encodeFile(spec).bytes);
      const big = await decodeFile(encodeFile({ ...spec, littleEndian: false }).bytes);
      expect(big).toEqual(little);
    },
  );

  it.skipIf(!HAS_BZIP2)('come out of bzip2 blocks (needs bzip2)', async () => {
    for (const layout of [1, 2] as const) {
      const file = encodeFile({
        layout,
        compression: 'bzip2',
        createdMs: CREATED_MS,
        blocks: [[FLOW], [FLOW, FLOW]],
      });
      expect((await decodeFile(file.bytes)).flows).toHaveLength(3);
    }
  });

  it('a block may stand uncompressed in a compressed file', async () => {
    const file = encodeFile({
      layout: 2,
      compression: 'lz4',
      blocks: [[FLOW], [FLOW], [FLOW]],
      uncompressedBlocks: [1],
    });
    expect(await decodeFile(file.bytes)).toMatchObject({ flows: { length: 3 }, problems: [] });
  });

  it('the exporter is named from its record on', async () => {
    const file = encodeFile({
      layout: 2,
      blocks: [[FLOW, { kind: 'exporter', number: 1, ipv4: 0xc0000263 }, FLOW, { ...FLOW, exporter: 2 }]],
    });
    expect((await decodeFile(file.bytes)).exporters).toEqual([null, '192.0.2.99', null]);
  });

  it('counters that nfcapd multiplied are divided by the rate of their sampler again', async () => {
    const scaled = { ...FLOW, packets: 700, bytes: 70_000, isScaled: true };
    const sampler = (selector: number, rate: number): RecordSpec => ({
      kind: 'sampler',
      exporter: 1,
      selector,
      rate,
    });
    const raw = { packets: 7, bytes: 700, sampling: 100 };
    expect(await decode([sampler(-1, 100), scaled])).toMatchObject([raw]);
    expect(await decode([sampler(5, 100), sampler(6, 10), { ...scaled, selector: 5 }])).toMatchObject([raw]);
    expect(await decode([sampler(5, 1), sampler(-3, 100), { ...scaled, selector: 5 }])).toMatchObject([raw]);
    expect(await decode([sampler(-1, 100), scaled], 1)).toMatchObject([raw]);
  });

  it('where the file does not tell the rate, the counters stay and the sampling is unknown', async () => {
    const scaled = { ...FLOW, packets: 700, bytes: 70_000, isScaled: true };
    const twoSamplers: RecordSpec[] = [5, 6].map((selector) => ({
      kind: 'sampler',
      exporter: 1,
      selector,
      rate: 10,
    }));
    for (const records of [[scaled], [...twoSamplers, scaled]]) {
      expect(await decode(records)).toMatchObject([{ packets: 700, bytes: 70_000, sampling: null }]);
    }
  });

  it('a flow of which nfcapd knew no sampling has none to tell', async () => {
    const sampler: RecordSpec = { kind: 'sampler', exporter: 1, selector: -1, rate: 100 };
    expect(await decode([sampler, FLOW])).toMatchObject([{ packets: 7, bytes: 700, sampling: null }]);
  });
});
