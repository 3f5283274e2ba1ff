// A static interval tree in flat arrays: ranges sorted by their first address, every subtree knowing which of it ends last.
// Overlapping, nested and equal ranges all answer. The tree over places [low, high) has its root in the middle.
// Addresses are words (IPv4: one, IPv6: four, high first); of what lies behind a range it knows only the number.
import { ascendingOrder } from './radix-sort.ts';

/** One mark per /16 and one for the end: the search for an IPv4 address runs between two of them. */
const GUIDE_MARKS = 65_537;

/** Words of memory that a tree takes. */
export function treeWords(words: 1 | 4, count: number): number {
  return count * (3 * words + 2) + (words === 1 ? GUIDE_MARKS : 0);
}

/** Inclusive ranges of one family in any order: per range its first address, then its last; and its number in the list. */
export interface UnsortedRanges {
  readonly words: 1 | 4;
  readonly entries: Uint32Array;
  readonly numbers: Uint32Array;
}

export class IntervalTree {
  readonly words: 1 | 4;
  readonly count: number;
  /**
   * Per place the first address of its range, and then the reach: the greatest last address of all ranges up to here. An
   * address is held by some range if and only if the reach of the last range that begins at or before it is not below it.
   */
  readonly starts: Uint32Array;
  /** Per place the last address of its range. */
  readonly ends: Uint32Array;
  /** Per place the range's number in the list. */
  private readonly numbers: Uint32Array;
  /** Per root the place in its subtree that ends last: finds which ranges hold an address, in O(log n) each. */
  private readonly tops: Uint32Array;
  /** IPv4: how many ranges begin below each /16. */
  private readonly guide: Uint32Array;

  /** Views of `treeWords(words, count)` words of `memory` from `at`. */
  constructor(words: 1 | 4, count: number, memory: Uint32Array, at: number) {
    let next = at;
    const take = (length: number): Uint32Array => {
      next += length;
      return memory.subarray(next - length, next);
    };
    this.words = words;
    this.count = count;
    this.starts = take(count * words * 2);
    this.ends = take(count * words);
    this.numbers = take(count);
    this.tops = take(count);
    this.guide = take(words === 1 ? GUIDE_MARKS : 0);
  }

  fill(ranges: UnsortedRanges): void {
    const { words, count, starts, ends, numbers } = this;
    const { entries } = ranges;
    const stride = words * 2;
    const order = ascendingOrder({ entries, stride, words });
    let reach = 0;
    for (let n = 0; n < count; n++) {
      const from = order[n] as number;
      numbers[n] = ranges.numbers[from] as number;
      for (let word = 0; word < words; word++) {
        starts[n * stride + word] = entries[from * stride + word] as number;
        ends[n * words + word] = entries[from * stride + words + word] as number;
      }
      if (n > 0) reach = this.endingLater(reach, n);
      for (let word = 0; word < words; word++) {
        starts[n * stride + words + word] = ends[reach * words + word] as number;
      }
    }
    if (count > 0) this.fillTops(0, count);
    if (words === 1) this.fillGuide();
  }

  /** Whether some range holds the IPv4 address; any signedness. */
  holds4(address: number): boolean {
    const { starts, guide } = this;
    const sought = address >>> 0;
    const block = address >>> 16;
    let low = guide[block] as number;
    let high = guide[block + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle * 2] as number) <= sought) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (starts[low * 2 - 1] as number) >= sought;
  }

  /** Whether some range holds the IPv6 address; any signedness. */
  holds6(word0: number, word1: number, word2: number, word3: number): boolean {
    const { starts } = this;
    const w0 = word0 >>> 0;
    const w1 = word1 >>> 0;
    const w2 = word2 >>> 0;
    const w3 = word3 >>> 0;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare6(starts, middle * 8, w0, w1, w2, w3) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && compare6(starts, low * 8 - 4, w0, w1, w2, w3) >= 0;
  }

  /** Adds to `found` the numbers of all ranges that hold `address` (unsigned words, as many as the tree's). */
  collect(address: Uint32Array, found: number[]): void {
    const { words, starts, ends } = this;
    let low = 0;
    let until = this.count;
    while (low < until) {
      const root = (low + until) >>> 1;
      if (compare(starts, root * words * 2, address, 0, words) > 0) {
        until = root;
        continue;
      }
      this.collectEnding(low, root, address, found);
      if (compare(ends, root * words, address, 0, words) >= 0) found.push(this.numbers[root] as number);
      low = root + 1;
    }
  }

  /** Of the subtree over [low, until), whose ranges all begin at or before `address`. */
  private collectEnding(low: number, until: number, address: Uint32Array, found: number[]): void {
    const { words, starts, ends } = this;
    // Where ranges hardly overlap, the reach alone says that none before `until` comes this far.
    if (low >= until || compare(starts, (until * 2 - 1) * words, address, 0, words) < 0) return;
    const root = (low + until) >>> 1;
    if (compare(ends, (this.tops[root] as number) * words, address, 0, words) < 0) return;
    this.collectEnding(low, root, address, found);
    if (compare(ends, root * words, address, 0, words) >= 0) found.push(this.numbers[root] as number);
    this.collectEnding(root + 1, until, address, found);
  }

  /** Which of two places ends later. */
  private endingLater(one: number, other: number): number {
    const { words, ends } = this;
    return compare(ends, one * words, ends, other * words, words) >= 0 ? one : other;
  }

  /** Returns which place in [low, high), not empty, ends last. */
  private fillTops(low: number, high: number): number {
    const root = (low + high) >>> 1;
    let top = root;
    if (low < root) top = this.endingLater(top, this.fillTops(low, root));
    if (root + 1 < high) top = this.endingLater(top, this.fillTops(root + 1, high));
    this.tops[root] = top;
    return top;
  }

  private fillGuide(): void {
    const { count, starts, guide } = this;
    let block = 0;
    for (let n = 0; n < count; n++) {
      const here = (starts[n * 2] as number) >>> 16;
      while (block <= here) guide[block++] = n;
    }
    guide.fill(count, block);
  }
}

/** Negative, 0 or positive as the first address is below, equal to or above the other. */
function compare(one: Uint32Array, at: number, other: Uint32Array, otherAt: number, words: number): number {
  for (let word = 0; word < words; word++) {
    const difference = (one[at + word] as number) - (other[otherAt + word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compare6(keys: Uint32Array, at: number, w0: number, w1: number, w2: number, w3: number): number {
  const k0 = keys[at] as number;
  if (k0 !== w0) return k0 < w0 ? -1 : 1;
  const k1 = keys[at + 1] as number;
  if (k1 !== w1) return k1 < w1 ? -1 : 1;
  const k2 = keys[at + 2] as number;
  if (k2 !== w2) return k2 < w2 ? -1 : 1;
  const k3 = keys[at + 3] as number;
  return k3 === w3 ? 0 : k3 < w3 ? -1 : 1;
}
