// Lists of ranges for the index, and addresses to look up in it.
import type { AuthorisedList, ListedRange, Window } from '../src/match/list.ts';
import { Random } from './random.ts';

/** Always open. Written out for each: a spread would give every window a shape of its own in V8. */
function openWindow(indicator: number): Window {
  return {
    indicator,
    trafficFromMs: Number.NEGATIVE_INFINITY,
    trafficUntilMs: Number.POSITIVE_INFINITY,
    collectionFromMs: Number.NEGATIVE_INFINITY,
    collectionUntilMs: Number.POSITIVE_INFINITY,
    operatorSet: 0,
    basis: 0,
    port: null,
    protocol: null,
  };
}

/** IPv6 ranges and lookups lie in here, 2000::/8: spread wide, and yet often near one another. */
const GLOBAL_UNICAST = 0x2000_0000;

/** Nine addresses for one prefix (IPv4 /24 to /31, IPv6 /48 to /64); overlaps as they come. */
export function randomList(family: 4 | 6, count: number, seed: number): AuthorisedList {
  const random = new Random(seed);
  const ranges: ListedRange[] = [];
  for (let indicator = 0; indicator < count; indicator++) {
    const words = family === 4 ? [random.scattered()] : randomAddress6(random);
    const single = indicator % 10 !== 0;
    const bits = (random.next() >>> 0) % (family === 4 ? 8 : 17);
    const length = single ? words.length * 32 : (family === 4 ? 24 : 48) + bits;
    const [first, last] = bounds(words, length);
    ranges.push({ family, first, last, windows: [openWindow(indicator)] });
  }
  return {
    generation: 1,
    indicators: ranges.map((_, n) => ({ id: `indicator--${n}`, authorisation: 'BENCH-1' })),
    operatorSets: [['bench-isp']],
    bases: ['lce-126-1'],
    ranges,
  };
}

/** Words of `count` random addresses, one or four each; nearly all miss any list. */
export function randomAddresses(family: 4 | 6, count: number, seed: number): Int32Array {
  const random = new Random(seed);
  if (family === 4) return Int32Array.from({ length: count }, () => random.scattered());
  return Int32Array.from(Array.from({ length: count }, () => randomAddress6(random)).flat());
}

/** Addresses beside listed ones: what a prefilter by prefix lets pass. */
export function nearMisses(list: AuthorisedList, count: number, seed: number): Int32Array {
  const random = new Random(seed);
  return Int32Array.from(
    Array.from({ length: count }, () => {
      const range = list.ranges[(random.next() >>> 0) % list.ranges.length] as ListedRange;
      const last = range.last.at(-1) as number;
      return [...range.last.slice(0, -1), ((last & ~255) | ((last + 1 + (random.next() & 63)) & 255)) >>> 0];
    }).flat(),
  );
}

function randomAddress6(random: Random): number[] {
  const first = (GLOBAL_UNICAST | (random.scattered() >>> 8)) >>> 0;
  return [first, random.scattered(), random.scattered(), random.scattered()];
}

function bounds(words: readonly number[], length: number): [first: number[], last: number[]] {
  const first: number[] = [];
  const last: number[] = [];
  for (const [n, word] of words.entries()) {
    const kept = Math.min(32, Math.max(0, length - n * 32));
    const mask = kept === 0 ? 0 : (0xffff_ffff << (32 - kept)) >>> 0;
    first.push((word & mask) >>> 0);
    last.push((word | ~mask) >>> 0);
  }
  return [first, last];
}
