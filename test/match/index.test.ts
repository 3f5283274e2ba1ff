import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { AddressIndex, buildIndex } from '../../src/match/index.ts';
import type { AuthorisedList, ListedRange } from '../../src/match/list.ts';
import { holding, listOf, listOfRanges, OPEN } from './lists.ts';

type Family = 4 | 6;
type Range = Omit<ListedRange, 'windows'>;

const MAX = 0xffff_ffff;

/** Words in which values lie close together, so that ranges meet, nest and touch; and the edges of the words. */
const word = fc.oneof(
  fc.constantFrom(0, 1, 255, 256, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, MAX - 1, MAX),
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0x0a00_0000, max: 0x0a00_0400 }),
  fc.integer({ min: 0, max: MAX }),
);
const address4 = fc.tuple(word).map(([w]) => [w]);
const address6 = fc.oneof(
  fc.tuple(word, word, word, word).map((words) => [...words]),
  fc.tuple(fc.constantFrom(0x2001_0db8, 0x2001_0db9), word, word, word).map((words) => [...words]),
  fc
    .tuple(fc.constant(0), fc.constant(0), fc.constantFrom(0xfffe, 0xffff, 0x1_0000), word)
    .map((words) => [...words]),
);

function prefix(family: Family, address: readonly number[], length: number): Range {
  const kept = address.map((_, n) => Math.min(Math.max(length - 32 * n, 0), 32));
  const mask = kept.map((bits) => (bits === 0 ? 0 : (MAX << (32 - bits)) >>> 0));
  return {
    family,
    first: address.map((w, n) => (w & (mask[n] as number)) >>> 0),
    last: address.map((w, n) => (w | ~(mask[n] as number)) >>> 0),
  };
}

function between(family: Family, one: readonly number[], other: readonly number[]): Range {
  const at = one.findIndex((w, n) => w !== other[n]);
  const ordered = at < 0 || (one[at] as number) < (other[at] as number);
  return ordered ? { family, first: one, last: other } : { family, first: other, last: one };
}

function rangesOf(family: Family): fc.Arbitrary<Range> {
  const address = family === 4 ? address4 : address6;
  const bits = family === 4 ? 32 : 128;
  return fc.oneof(
    address.map((only) => ({ family, first: only, last: only })),
    fc.tuple(address, fc.integer({ min: 0, max: bits })).map(([any, length]) => prefix(family, any, length)),
    fc.tuple(address, address).map(([one, other]) => between(family, one, other)),
  );
}

function neighbours(words: readonly number[]): number[][] {
  const last = words.length - 1;
  const low = words[last] as number;
  return [words, words.with(last, (low - 1) >>> 0), words.with(last, (low + 1) >>> 0)].map((each) => [
    ...each,
  ]);
}

/** What the index says of an address, in the list's order. */
function answer(
  index: AddressIndex,
  family: Family,
  address: readonly number[],
): { lists: boolean; windows: number[] } {
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = address;
  const may = family === 4 ? index.mayList4(w0) : index.mayList6(w0, w1, w2, w3);
  const lists = family === 4 ? index.lists4(w0) : index.lists6(w0, w1, w2, w3);
  const signed = family === 4 ? index.lists4(w0 | 0) : index.lists6(w0 | 0, w1 | 0, w2 | 0, w3 | 0);
  expect(signed, 'signed words say the same').toBe(lists);
  if (lists) expect(may, 'the prefilter never denies a listed address').toBe(true);
  const windows: number[] = [];
  const mapped = family === 6 && w0 === 0 && w1 === 0 && w2 === 0xffff;
  if (mapped) index.windowsOf(4, Uint32Array.of(w3), windows);
  else index.windowsOf(family, Uint32Array.from(address), windows);
  return { lists, windows: windows.sort((a, b) => a - b) };
}

function expectTwin(list: AuthorisedList, family: Family, addresses: readonly (readonly number[])[]): void {
  const index = AddressIndex.open(buildIndex(list));
  for (const address of addresses) {
    const expected = holding(list, family, address);
    expect(answer(index, family, address), address.join(' ')).toEqual({
      lists: expected.length > 0,
      windows: expected,
    });
  }
}

describe('the index of addresses', () => {
  for (const family of [4, 6] as const) {
    const address = family === 4 ? address4 : address6;
    test.prop([fc.array(rangesOf(family), { maxLength: 60 }), fc.array(address, { maxLength: 60 })], {
      seed: 20_261_121,
      numRuns: 400,
    })(`answers as a naive scan of the list does, IPv${family}`, (ranges, asked) => {
      const edges = ranges.flatMap(({ first, last }) => [...neighbours(first), ...neighbours(last)]);
      expectTwin(listOf(ranges), family, [...asked, ...edges]);
    });
  }

  test.prop(
    [fc.array(fc.oneof(rangesOf(4), rangesOf(6)), { maxLength: 30 }), fc.array(word, { maxLength: 30 })],
    {
      seed: 20_261_122,
      numRuns: 200,
    },
  )('looks up IPv4-mapped IPv6 as IPv4, in the list and in the question', (ranges, words) => {
    const asked = [
      ...words,
      ...ranges.flatMap(({ first, last }) => [first.at(-1) as number, last.at(-1) as number]),
    ];
    const list = listOf(ranges);
    expectTwin(
      list,
      4,
      asked.map((w) => [w]),
    );
    expectTwin(
      list,
      6,
      asked.map((w) => [0, 0, 0xffff, w]),
    );
  });

  it('lists nothing when the list is empty', () => {
    const index = AddressIndex.open(buildIndex(listOf([])));
    expect(answer(index, 4, [0])).toEqual({ lists: false, windows: [] });
    expect(answer(index, 4, [MAX])).toEqual({ lists: false, windows: [] });
    expect(answer(index, 6, [0, 0, 0, 0])).toEqual({ lists: false, windows: [] });
    expect(index.mayList4(0x0a00_0001)).toBe(false);
    expect(index.mayList6(0x2001_0db8, 0, 0, 1)).toBe(false);
  });

  it('does not list IPv4 addresses for an IPv6 range that reaches over ::ffff:0:0/96', () => {
    const index = AddressIndex.open(buildIndex(listOf([prefix(6, [0, 0, 0, 0], 0)])));
    expect(answer(index, 6, [0, 0, 0xffff, 0x0a00_0001]).lists).toBe(false);
    expect(answer(index, 6, [0, 0, 0xfffe, 0x0a00_0001]).lists).toBe(true);
    expect(answer(index, 4, [0x0a00_0001]).lists).toBe(false);
  });

  it('gives every window of a range, and of its duplicates', () => {
    const range = { family: 4 as const, first: [7], last: [9] };
    const list = listOfRanges([
      { ...range, windows: [OPEN, { ...OPEN, indicator: 1, port: 443, protocol: 6 }] },
      { ...range, windows: [] },
      { ...range, windows: [{ ...OPEN, indicator: 2, trafficUntilMs: 5 }] },
    ]);
    const index = AddressIndex.open(buildIndex(list));
    const found: number[] = [];
    index.windowsOf(4, Uint32Array.of(8), found);
    const indicators = found.map((window) => index.windows.indicator[window]).sort();
    expect(indicators).toEqual([0, 1, 2]);
    expect(Array.from(index.windows.port, (port) => port)).toContain(443);
  });

  it('carries generation, operators and bases from the list to whoever opens the handle', () => {
    const list = listOfRanges([], 42);
    const index = AddressIndex.open(structuredClone(buildIndex(list)));
    expect(index.generation).toBe(42);
    expect(index.operatorSets).toEqual(list.operatorSets);
    expect(index.bases).toEqual(list.bases);
  });

  it('finds a host in a crowd: 20,000 hosts of one /64 deny their neighbours', () => {
    const hosts = Array.from({ length: 20_000 }, (_, n) => [0x2001_0db8, 0, 0, n * 7]);
    const index = AddressIndex.open(
      buildIndex(listOf(hosts.map((only) => ({ family: 6, first: only, last: only })))),
    );
    let passed = 0;
    for (let n = 0; n < 140_000; n++) {
      const listed = n % 7 === 0;
      expect(index.lists6(0x2001_0db8, 0, 0, n)).toBe(listed);
      if (!listed && index.mayList6(0x2001_0db8, 0, 0, n)) passed++;
    }
    expect(passed / 120_000).toBeLessThan(0.05);
  });
});
