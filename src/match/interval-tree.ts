// A static interval tree in flat arrays: ranges sorted by their first address, every subtree knowing the greatest last
// address in it. Overlapping, nested and equal ranges all answer. The tree over [low, high) has its root in the middle.
// Addresses are words (IPv4: one, IPv6: four, high first); of what lies behind a range it knows only the number.
import { ascendingOrder } from './radix-sort.ts';

/** One mark per /16 and one for the end: a search for an IPv4 address starts between two of them. */
const GUIDE_MARKS = 65_537;

/** Words of memory that a tree takes. */
export function treeWords(words: 1 | 4, count: number): number {
  return count * (2 * words + 3) + (words === 1 ? GUIDE_MARKS : 0);
}

export class IntervalTree {
  readonly count: number;
  readonly words: 1 | 4;
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** The number of each range in the list. */
  private readonly range: Uint32Array;
  /** Which range of a node's subtree ends last: finds all ranges that hold an address, in O(log n) each. */
  private readonly topOfSubtree: Uint32Array;
  /** Which range from the start up to here ends last: whether any range holds an address is then one comparison. */
  private readonly topSoFar: Uint32Array;
  /** IPv4: how many ranges begin below each /16. */
  private readonly guide: Uint32Array;

  /** Views of `treeWords(words, count)` words of `memory` from `at`. */
  constructor(words: 1 | 4, count: number, memory: Uint32Array, at: number) {
    let next = at;
    const take = (length: number): Uint32Array => {
      const taken = memory.subarray(next, next + length);
      next += length;
      return taken;
    };
    this.words = words;
    this.count = count;
    this.first = take(count * words);
    this.last = take(count * words);
    this.range = take(count);
    this.topOfSubtree = take(count);
    this.topSoFar = take(count);
    this.guide = take(words === 1 ? GUIDE_MARKS : 0);
  }

  /** Fills the tree with inclusive ranges in any order; `ranges` gives their numbers in the list. */
  fill(first: Uint32Array, last: Uint32Array, ranges: Uint32Array): void {
    const { words, count } = this;
    const order = ascendingOrder(first, words);
    for (let n = 0; n < count; n++) {
      const from = order[n] as number;
      this.range[n] = ranges[from] as number;
      for (let word = 0; word < words; word++) {
        this.first[n * words + word] = first[from * words + word] as number;
        this.last[n * words + word] = last[from * words + word] as number;
      }
    }
    let top = 0;
    for (let n = 0; n < count; n++) {
      top = this.endingLater(top, n);
      this.topSoFar[n] = top;
    }
    this.fillTops(0, count);
    if (words === 1) this.fillGuide();
  }

  /** Whether some range holds the IPv4 address; any signedness. */
  holds4(address: number): boolean {
    const sought = address >>> 0;
    const block = address >>> 16;
    let low = this.guide[block] as number;
    let high = this.guide[block + 1] as number;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.first[middle] as number) <= sought) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (this.last[this.topSoFar[low - 1] as number] as number) >= sought;
  }

  /** Whether some range holds the IPv6 address; any signedness. */
  holds6(word0: number, word1: number, word2: number, word3: number): boolean {
    const w0 = word0 >>> 0;
    const w1 = word1 >>> 0;
    const w2 = word2 >>> 0;
    const w3 = word3 >>> 0;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare6(this.first, middle * 4, w0, w1, w2, w3) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && compare6(this.last, (this.topSoFar[low - 1] as number) * 4, w0, w1, w2, w3) >= 0;
  }

  /** Adds to `found` the numbers of all ranges that hold `address` (unsigned words, as many as the tree's). */
  collect(address: Uint32Array, found: number[]): void {
    this.collectIn(0, this.count, address, found);
  }

  private collectIn(from: number, until: number, address: Uint32Array, found: number[]): void {
    let low = from;
    while (low < until) {
      const root = (low + until) >>> 1;
      if (this.compare(this.last, this.topOfSubtree[root] as number, address) < 0) return;
      this.collectIn(low, root, address, found);
      if (this.compare(this.first, root, address) > 0) return;
      if (this.compare(this.last, root, address) >= 0) found.push(this.range[root] as number);
      low = root + 1;
    }
  }

  /** Sign of (the key at `place`) − `address`. */
  private compare(keys: Uint32Array, place: number, address: Uint32Array): number {
    const { words } = this;
    for (let word = 0; word < words; word++) {
      const difference = (keys[place * words + word] as number) - (address[word] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  private endingLater(one: number, other: number): number {
    const { words, last } = this;
    for (let word = 0; word < words; word++) {
      const difference = (last[one * words + word] as number) - (last[other * words + word] as number);
      if (difference !== 0) return difference > 0 ? one : other;
    }
    return one;
  }

  /** Returns which range in [low, high) ends last. */
  private fillTops(low: number, high: number): number {
    const root = (low + high) >>> 1;
    let top = root;
    if (low < root) top = this.endingLater(top, this.fillTops(low, root));
    if (root + 1 < high) top = this.endingLater(top, this.fillTops(root + 1, high));
    if (low < high) this.topOfSubtree[root] = top;
    return top;
  }

  private fillGuide(): void {
    let block = 0;
    for (let n = 0; n < this.count; n++) {
      const here = (this.first[n] as number) >>> 16;
      while (block <= here) this.guide[block++] = n;
    }
    this.guide.fill(this.count, block);
  }
}

/** Sign of (the key at `at`) − the address. */
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
