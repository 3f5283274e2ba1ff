import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { listOf } from '../../match/lists.ts';
import { encodeFile, type FlowSpec } from './encoder.ts';
import { scanFile } from './reading.ts';
import { CREATED_MS, fileSpec } from './specs.ts';

const LIST = listOf([
  { family: 4, first: [0xc0000200], last: [0xc000023f] },
  { family: 6, first: [0x20010db8, 0, 0x8000_0000, 0], last: [0x20010db8, 0, 0x8000_0000, 99] },
]);

describe('resuming an nfcapd file', () => {
  test.prop([fileSpec(['none', 'lzo', 'lz4']), fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 3 })], {
    seed: 41,
    numRuns: 80,
    endOnFailure: true,
  })(
    'at any checkpoint gives the rest, exporters and rates included',
    async (spec, littleEndian, stop, maxBlocks) => {
      const { bytes } = encodeFile({ ...spec, littleEndian });
      const whole = await scanFile(bytes, { list: LIST, maxBlocks });
      fc.pre(whole.checkpoints.length > 0);
      const { point, records, matches } = whole.checkpoints[stop % whole.checkpoints.length]!;
      const rest = await scanFile(bytes, { list: LIST, maxBlocks, resume: point });
      expect(rest.matches).toEqual(whole.matches.slice(matches));
      expect(rest.totals.records + rest.totals.undecodable).toBe(
        whole.totals.records + whole.totals.undecodable - records,
      );
      expect(rest.problems).toEqual([]);
    },
  );

  it('in the middle of a block that is read in pieces', async () => {
    const flow: FlowSpec = {
      kind: 'flow',
      exporter: 1,
      firstMs: CREATED_MS,
      lastMs: CREATED_MS,
      receivedMs: CREATED_MS,
      packets: 1,
      bytes: 40,
      srcPort: 1,
      dstPort: 2,
      protocol: 6,
      tcpFlags: 2,
      ipv4: [0xc6336407, 0xc0000210],
    };
    const flows = Array.from({ length: 3_000 }, (_, n) => ({ ...flow, srcPort: n }));
    const { bytes } = encodeFile({ layout: 2, blocks: [flows, [flow]] });
    const whole = await scanFile(bytes, { list: LIST, slabBytes: 70_000 });
    expect(whole.checkpoints.length).toBe(5);
    for (const { point, matches } of whole.checkpoints) {
      const rest = await scanFile(bytes, { list: LIST, slabBytes: 70_000, resume: point });
      expect(rest.matches).toEqual(whole.matches.slice(matches));
    }
  });

  it('behind the end of a file that has become shorter says so', async () => {
    const { bytes } = encodeFile({ layout: 2, blocks: [[], []] });
    const { checkpoints } = await scanFile(bytes, { maxBlocks: 1 });
    const shorter = await scanFile(bytes.subarray(0, 45), { resume: checkpoints[0]!.point });
    expect(shorter.problems[0]!.what).toContain('the file is shorter than it was');
  });
});
