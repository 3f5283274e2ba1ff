import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { CoarseFilter } from '../../../src/ingest/nfcapd/coarse.ts';
import { AddressIndex, buildIndex } from '../../../src/match/index.ts';
import { listOf } from '../../match/lists.ts';

function open(ranges: readonly (readonly [first: number, last: number])[]): AddressIndex {
  return AddressIndex.open(
    buildIndex(listOf(ranges.map(([first, last]) => ({ family: 4, first: [first], last: [last] })))),
  );
}

describe('the coarse prefilter', () => {
  const address = fc.nat(0xffff_ffff);
  const range = fc
    .tuple(address, fc.nat(100_000))
    .map(([first, length]) => [first, Math.min(first + length, 0xffff_ffff)] as const);

  test.prop([fc.array(range, { maxLength: 20 }), fc.array(address, { maxLength: 20 })], {
    seed: 51,
    numRuns: 30,
    endOnFailure: true,
  })('never says no to an address that is listed', (ranges, others) => {
    const index = open(ranges);
    const coarse = CoarseFilter.of(index);
    for (const asked of [...ranges.flat(), ...others]) {
      if (index.lists4(asked)) expect(coarse.mayHold(asked)).toBe(true);
    }
  });

  it('says no to most of the rest', () => {
    const coarse = CoarseFilter.of(open([[0xc0000207, 0xc0000207]]));
    expect(coarse.mayHold(0xc0000207)).toBe(true);
    expect(coarse.mayHold(0xc0000207 | 0)).toBe(true);
    expect(coarse.mayHold(0xc0002007)).toBe(false);
    expect(coarse.mayHold(0)).toBe(false);
  });

  it('steps aside for a list that is everywhere', () => {
    const everywhere = Array.from({ length: 1 << 17 }, (_, n) => [n * 0x8000, n * 0x8000] as const);
    expect(CoarseFilter.of(open(everywhere)).mayHold(0xc0000207)).toBe(true);
  });
});
