// Lists for tests: windows with everything open but what a test closes, ranges from words.
import type { AuthorisedList, ListedRange, Window } from '../../src/match/list.ts';

export const OPEN: Window = {
  indicator: 0,
  trafficFromMs: Number.NEGATIVE_INFINITY,
  trafficUntilMs: Number.POSITIVE_INFINITY,
  collectionFromMs: Number.NEGATIVE_INFINITY,
  collectionUntilMs: Number.POSITIVE_INFINITY,
  operatorSet: 0,
  basis: 0,
  port: null,
  protocol: null,
};

/** Each range names itself: its window's indicator is its place. */
export function listOf(ranges: readonly Omit<ListedRange, 'windows'>[]): AuthorisedList {
  return listOfRanges(ranges.map((range, indicator) => ({ ...range, windows: [{ ...OPEN, indicator }] })));
}

export function listOfRanges(ranges: readonly ListedRange[], generation = 1): AuthorisedList {
  return {
    generation,
    indicators: ranges.map((_, n) => ({ id: `indicator-${n}`, authorisation: '001/2026' })),
    operatorSets: [['example-isp'], ['other-isp'], ['example-isp', 'other-isp'], []],
    bases: ['lce-126-1', 'lce-122'],
    ranges,
  };
}

export function compareWords(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((word, n) => word !== other[n]);
  return at < 0 ? 0 : (one[at] as number) - (other[at] as number);
}

/** The naive twin of the index: the places in the list of all ranges that hold the address. */
export function holding(list: AuthorisedList, family: 4 | 6, address: readonly number[]): number[] {
  const at = isMapped(family, address) ? address.slice(3) : address;
  return list.ranges.flatMap((range, n) => {
    const mapped = isMapped(range.family, range.first) && isMapped(range.family, range.last);
    const first = mapped ? range.first.slice(3) : range.first;
    const last = mapped ? range.last.slice(3) : range.last;
    if (first.length !== at.length) return [];
    return compareWords(first, at) <= 0 && compareWords(at, last) <= 0 ? [n] : [];
  });
}

function isMapped(family: 4 | 6, words: readonly number[]): boolean {
  return family === 6 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}
