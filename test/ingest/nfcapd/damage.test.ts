import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { openNfcapd } from '../../../src/ingest/nfcapd/reader.ts';
import { Slab } from '../../../src/ingest/slab.ts';
import { NOW_MS, sourceOf } from '../../support/reading.ts';
import { encodeFile, type FileSpec, type FlowSpec } from './encoder.ts';
import { scanFile } from './reading.ts';
import { CREATED_MS } from './specs.ts';

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
  ipv4: [0xc6336407, 0xc0000210],
};

function flows(count: number): FlowSpec[] {
  return Array.from({ length: count }, (_, n) => ({ ...FLOW, srcPort: n }));
}

const encode = (spec: Partial<FileSpec> & Pick<FileSpec, 'blocks'>) =>
  encodeFile({ layout: 2, createdMs: CREATED_MS, ...spec });

const FOUR_BLOCKS = { blocks: [flows(10), flows(20), flows(30), flows(40)] };

describe('damaged nfcapd files', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'the file is empty or cut off in its header'],
    [
      'another file',
      new TextEncoder().encode('ts,te,td,sa,da'),
      'not an nfcapd file: it does not begin with 0xA50C',
    ],
    [
      'layout 3',
      Uint8Array.of(0x0c, 0xa5, 3, 0),
      'nfcapd layout 3 (nfdump 1.8) is not supported yet: convert the file with nfdump 1.7',
    ],
    [
      'layout 9',
      Uint8Array.of(0x0c, 0xa5, 9, 0),
      'nfcapd layout 9 is unknown; supported are 1 (nfdump 1.6) and 2 (nfdump 1.7)',
    ],
    ['a header', encode(FOUR_BLOCKS).bytes.subarray(0, 39), 'the file is cut off in its header'],
    ['encrypted', encode({ ...FOUR_BLOCKS, encryption: 1 }).bytes, 'the file is encrypted: decrypt it first'],
  ])('%s: says what it is, and reads nothing', async (_name, bytes, what) => {
    const outcome = await scanFile(bytes);
    expect(outcome.problems).toEqual([{ what, offset: 0 }]);
    expect(outcome.totals.records).toBe(0);
  });

  it.each(['none', 'lzo', 'lz4'] as const)(
    'cut in the middle (%s): what came before is kept',
    async (compression) => {
      for (const layout of [1, 2] as const) {
        const { bytes, blocksAt } = encode({ ...FOUR_BLOCKS, layout, compression });
        const outcome = await scanFile(bytes.subarray(0, blocksAt[3]! - 100));
        expect(outcome.problems).toMatchObject([{ what: expect.stringContaining('cut off inside a block') }]);
        expect(outcome.totals.records).toBeGreaterThanOrEqual(30);
        expect(outcome.totals.records).toBe(compression === 'none' ? 58 : 30);
        expect(outcome.totals.records + outcome.totals.undecodable).toBeGreaterThanOrEqual(60);
      }
    },
  );

  it('cut anywhere: whole records before the cut are counted, and the cut is told', async () => {
    const { bytes } = encode({ blocks: [flows(3), flows(3)] });
    for (let length = 40; length < bytes.length; length++) {
      const outcome = await scanFile(bytes.subarray(0, length));
      expect(outcome.totals.records).toBe(
        Math.min(Math.max(Math.floor((length - 52) / 76), 0), 3) +
          Math.max(Math.floor((length - 52 - 3 * 76 - 12) / 76), 0),
      );
      expect(outcome.problems).toHaveLength(1);
    }
  });

  it.each(['lzo', 'lz4', 'zstd'] as const)(
    'a corrupt %s block is passed over, the others are read',
    async (compression) => {
      const { bytes, blocksAt } = encode({ ...FOUR_BLOCKS, compression });
      const damaged = bytes.slice();
      damaged.fill(0xff, blocksAt[1]! + 12, blocksAt[1]! + 40);
      const outcome = await scanFile(damaged);
      expect(outcome.totals).toMatchObject({ records: 80, undecodable: 20 });
      expect(outcome.problems).toEqual([
        { what: `a ${compression} block is damaged: passed over`, offset: blocksAt[1]! + 12 },
      ]);
    },
  );

  it('a corrupt block in layout 1 is passed over as well', async () => {
    const { bytes, blocksAt } = encode({ ...FOUR_BLOCKS, layout: 1, compression: 'lzo' });
    const damaged = bytes.slice();
    damaged.fill(0xff, blocksAt[2]! + 12, blocksAt[2]! + 40);
    const outcome = await scanFile(damaged);
    expect(outcome.totals).toMatchObject({ records: 70, undecodable: 30 });
    expect(outcome.problems).toEqual([
      { what: 'a lzo block is damaged: passed over', offset: blocksAt[2]! + 12 },
    ]);
  });

  it('an impossible block header ends the reading', async () => {
    const { bytes, blocksAt } = encode(FOUR_BLOCKS);
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setUint32(blocksAt[2]! + 4, 0x7fff_ffff, true);
    const outcome = await scanFile(damaged);
    expect(outcome.totals).toMatchObject({ records: 30, undecodable: 1 });
    expect(outcome.problems).toEqual([
      { what: 'no valid block header here: what follows cannot be read', offset: blocksAt[2] },
    ]);
  });

  it('a record of impossible size costs the rest of its block', async () => {
    const { bytes, blocksAt } = encode(FOUR_BLOCKS);
    const damaged = bytes.slice();
    const at = blocksAt[1]! + 12 + 5 * 76;
    new DataView(damaged.buffer).setUint16(at + 2, 0, true);
    const outcome = await scanFile(damaged);
    expect(outcome.totals).toMatchObject({ records: 85, undecodable: 15 });
    expect(outcome.problems).toEqual([
      { what: 'a record of impossible size: 15 records of the block passed over', offset: at },
    ]);
  });

  it('a malformed record costs itself', async () => {
    const { bytes, blocksAt } = encode(FOUR_BLOCKS);
    const damaged = bytes.slice();
    const at = blocksAt[1]! + 12 + 5 * 76;
    new DataView(damaged.buffer).setUint16(at + 14, 400, true); // the first element reaches beyond its record
    const outcome = await scanFile(damaged);
    expect(outcome.totals).toMatchObject({ records: 99, undecodable: 1 });
    expect(outcome.problems).toEqual([{ what: 'a malformed flow record', offset: at }]);
  });

  it('a block that announces more records than it holds says so', async () => {
    const { bytes, blocksAt } = encode(FOUR_BLOCKS);
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setUint32(blocksAt[0]!, 12, true);
    const outcome = await scanFile(damaged);
    expect(outcome.totals).toMatchObject({ records: 100, undecodable: 2 });
    expect(outcome.problems).toMatchObject([{ what: 'a block announces 12 records and holds 10' }]);
  });

  it('a layout 1 record without its map is undecodable, and says which map', async () => {
    const { bytes, blocksAt } = encode({ layout: 1, blocks: [[FLOW, FLOW]] });
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setUint16(blocksAt[0]! + 12 + 4, 77, true); // the map takes another number
    const outcome = await scanFile(damaged);
    expect(outcome.totals).toMatchObject({ records: 0, undecodable: 2 });
    expect(outcome.problems[0]!.what).toBe('a flow record refers to extension map 3, which the file lacks');
  });

  it('fewer blocks than announced: says so', async () => {
    const { bytes } = encode({ ...FOUR_BLOCKS, announcedBlocks: 6 });
    const outcome = await scanFile(bytes);
    expect(outcome.totals.records).toBe(100);
    expect(outcome.problems).toMatchObject([{ what: 'the file announces 6 blocks and ends after 4' }]);
  });

  it('a file that its writer never closed is read to its end, and says so', async () => {
    const { bytes } = encode({ ...FOUR_BLOCKS, announcedBlocks: 0 });
    const outcome = await scanFile(bytes);
    expect(outcome.totals.records).toBe(100);
    expect(outcome.problems).toMatchObject([
      { what: 'the file was never closed by its writer: read to its end' },
    ]);
  });

  it('what stands behind the announced blocks is not read', async () => {
    expect(
      (await scanFile(encode({ ...FOUR_BLOCKS, announcedBlocks: 2, appendix: true }).bytes)).totals.records,
    ).toBe(30);
    expect((await scanFile(encode({ blocks: [], appendix: true }).bytes)).problems).toEqual([]);
  });

  it('an uncompressed block larger than the slab is read in pieces', async () => {
    const { bytes } = encode({ blocks: [flows(5), flows(3_000), flows(5)] });
    const outcome = await scanFile(bytes, { slabBytes: 80_000 });
    expect(outcome.totals).toMatchObject({ records: 3_010, undecodable: 0 });
    expect(outcome.problems).toEqual([]);
    expect(outcome.checkpoints.length).toBeGreaterThan(3);
  });

  it('damage in a block that is read in pieces costs the rest of that block', async () => {
    const { bytes, blocksAt } = encode({ blocks: [flows(5), flows(3_000), flows(5)] });
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setUint16(blocksAt[1]! + 12 + 2_000 * 76 + 2, 2, true);
    const outcome = await scanFile(damaged, { slabBytes: 80_000 });
    expect(outcome.totals.records).toBe(2_010);
    expect(outcome.problems).toMatchObject([{ offset: blocksAt[1]! + 12 + 2_000 * 76 }]);
  });

  it('a compressed block larger than the slab is passed over, and the limit is named', async () => {
    const noise = Array.from(
      { length: 3_000 },
      (_, n): FlowSpec => ({ ...FLOW, ipv4: [(n * 2_654_435_761) >>> 0, (n * 40_503) >>> 0] }),
    );
    const { bytes } = encode({ compression: 'lz4', blocks: [flows(5), noise, flows(5)] });
    const outcome = await scanFile(bytes, { slabBytes: 20_000 });
    expect(outcome.totals).toMatchObject({ records: 10, undecodable: 3_000 });
    expect(outcome.problems[0]!.what).toContain('the limit is 20000');
  });

  const kinds = fc.record({
    layout: fc.constantFrom(1 as const, 2 as const),
    compression: fc.constantFrom('none' as const, 'lzo' as const, 'lz4' as const),
    littleEndian: fc.boolean(),
  });
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });

  test.prop([kinds, flips, fc.nat(200), fc.constantFrom(4_000, 70_000, 1 << 20)], {
    seed: 31,
    numRuns: 500,
    endOnFailure: true,
  })(
    'any damage: no exception, no endless loop, and never more records than bytes allow',
    async (kind, flip, cut, slabBytes) => {
      const { bytes } = encode({
        ...kind,
        blocks: [
          flows(4),
          [
            {
              ...FLOW,
              ipv6: [
                [1, 2, 3, 4],
                [5, 6, 7, 8],
              ],
              padding: 9,
            },
            ...flows(12),
          ],
        ],
      });
      const damaged = bytes.slice(0, Math.max(bytes.length - cut, 0));
      for (const [place, value] of flip) if (damaged.length > 0) damaged[place % damaged.length] = value;
      const outcome = await scanFile(damaged, { slabBytes });
      expect(outcome.totals.records).toBeLessThan(10_000);
    },
  );

  test.prop([fc.uint8Array({ maxLength: 2_000 }), fc.constantFrom(1, 2)], {
    seed: 32,
    numRuns: 500,
    endOnFailure: true,
  })('noise behind a valid file header: no exception', async (noise, layout) => {
    const { bytes } = encode({ layout: layout as 1 | 2, blocks: [], announcedBlocks: 5 });
    await scanFile(Uint8Array.of(...bytes, ...noise));
  });

  it('a reader that failed on one file leaves the next one alone', async () => {
    await scanFile(new Uint8Array(500).fill(0xee));
    expect((await scanFile(encode(FOUR_BLOCKS).bytes)).totals.records).toBe(100);
  });

  it('an input whose compression is damaged ends there, with its reason', async () => {
    const { DamagedInput } = await import('../../../src/ingest/byte-source.ts');
    const { bytes } = encode(FOUR_BLOCKS);
    const source = sourceOf(bytes.subarray(0, 3_000));
    const problems: unknown[] = [];
    const reader = openNfcapd(
      {
        ...source,
        async read(into) {
          const length = await source.read(into);
          if (length === 0) throw new DamagedInput('the gzip data is cut off');
          return length;
        },
      },
      new Uint8Array(0),
      { nowMs: NOW_MS, onProblem: (problem) => problems.push(problem) },
    );
    const slab = Slab.allocate(0, 1 << 16, 8);
    expect(await reader.fill(slab)).not.toBeNull();
    expect(await reader.fill(slab)).toBeNull();
    expect(problems).toEqual([{ what: 'the gzip data is cut off', offset: 3_000 }]);
  });
});
