// What stands before the interval tree: bitmaps in which a zero says for certain that no range holds an address.
// A one says nothing: the tree decides. No listed address ever meets a zero.
import type { IntervalTree } from './interval-tree.ts';

/** IPv4: one bit per /24, 2 MiB. */
export const BLOCKS4_WORDS = 1 << 19;

/** Marks every /24 that a range touches. */
export function markBlocks4(blocks: Int32Array, tree: IntervalTree): void {
  let next = 0; // what lies before is done: a wide range is painted once, however many ranges lie in it
  for (let n = 0; n < tree.count; n++) {
    const until = (tree.ends[n] as number) >>> 8;
    let block = Math.max((tree.starts[n * 2] as number) >>> 8, next);
    for (; block <= until; block++) {
      if ((block & 31) === 0 && until - block >= 31) {
        blocks[block >>> 5] = -1;
        block += 31;
      } else mark(blocks, block);
    }
    next = Math.max(next, block);
  }
}

/** False = no range holds the address; any signedness. */
export function mayHold4(blocks: Int32Array, address: number): boolean {
  return isMarked(blocks, address >>> 8);
}

/** Bits of each IPv6 bitmap per range: few enough are set that most look-ups that miss end at the first. */
const BITS_PER_RANGE = 16;
const MIN_LOG2_BITS = 10;
const MAX_LOG2_BITS = 25;

function log2BitsFor(ranges: number): number {
  const wanted = Math.ceil(Math.log2(ranges * BITS_PER_RANGE + 1));
  return Math.min(Math.max(wanted, MIN_LOG2_BITS), MAX_LOG2_BITS);
}

/** Words of memory that the IPv6 prefilter for so many ranges takes. */
export function prefilter6Words(ranges: number): number {
  return 1 + (2 * 2 ** log2BitsFor(ranges)) / 32;
}

/**
 * Where a range stands: at the longest of these prefix lengths at which no more than `MAX_BLOCKS` blocks cover it. A block is
 * told by the whole words before `word`, and `word` without its `shift` lowest bits.
 */
const LEVELS = [
  { word: 3, shift: 0 }, // /128
  { word: 1, shift: 0 }, // /64
  { word: 1, shift: 16 }, // /48
  { word: 0, shift: 0 }, // /32
  { word: 0, shift: 16 }, // /16, where any number of blocks is allowed
] as const;
const MAX_BLOCKS = 16;
const AT_128 = 1 << 0;
const AT_64 = 1 << 1;
const AT_48 = 1 << 2;
const AT_32 = 1 << 3;
const AT_16 = 1 << 4;

/**
 * IPv6: two hashed bitmaps. `areas` knows each /48 in which something is listed; most addresses meet a zero there. `blocks`
 * is asked where that is not enough: a listed host stands in it at /128, so that its neighbours in the hoster's /48 meet a
 * zero after all. What is wider than a few /48 stands in `blocks` alone.
 */
export class Prefilter6 {
  private readonly memory: Int32Array;
  private readonly areas: Int32Array;
  private readonly blocks: Int32Array;
  /** A product's upper bits tell a bit's place; so many lower ones are not needed. */
  private readonly unused: number;
  /** Bit n: some range stands at `LEVELS[n]`. */
  private levels: number;

  /** Views of `memory`, `prefilter6Words(ranges)` long. */
  constructor(ranges: number, memory: Int32Array) {
    const words = 2 ** log2BitsFor(ranges) / 32;
    this.memory = memory;
    this.areas = memory.subarray(1, 1 + words);
    this.blocks = memory.subarray(1 + words);
    this.unused = 32 - log2BitsFor(ranges);
    this.levels = memory[0] as number;
  }

  /** Marks every range. */
  mark(tree: IntervalTree): void {
    const { starts, ends } = tree;
    let next16 = 0; // as in markBlocks4
    for (let n = 0; n < tree.count; n++) {
      const start = n * 8;
      const end = n * 4;
      const level = levelOf(starts, start, ends, end);
      const { word, shift } = LEVELS[level] as (typeof LEVELS)[number];
      this.levels |= 1 << level;
      let prefix = 0;
      for (let before = 0; before < word; before++)
        prefix += Math.imul(starts[start + before] as number, ODD[before] as number);
      let block = (starts[start + word] as number) >>> shift;
      const until = (ends[end + word] as number) >>> shift;
      if (1 << level === AT_16) {
        block = Math.max(block, next16);
        next16 = Math.max(next16, until + 1);
      }
      for (; block <= until; block++) this.markBlock(prefix + Math.imul(block, ODD[word]));
      if (1 << level <= AT_48)
        this.markAreas(starts[start] as number, starts[start + 1] as number, ends[end + 1] as number);
    }
    this.memory[0] = this.levels;
  }

  /** False = no range holds the address; any signedness. */
  mayHold(w0: number, w1: number, w2: number, w3: number): boolean {
    const area = Math.imul(w0, ODD0) + Math.imul(w1 >>> 16, ODD1);
    if (isMarked(this.areas, firstProduct(area) >>> this.unused) && this.mayHoldWithin(w0, w1, w2, w3))
      return true;
    return this.levels >= AT_32 && this.mayHoldWide(w0);
  }

  private mayHoldWithin(w0: number, w1: number, w2: number, w3: number): boolean {
    const { levels } = this;
    const prefix32 = Math.imul(w0, ODD0);
    const prefix64 = prefix32 + Math.imul(w1, ODD1);
    if ((levels & AT_128) !== 0 && this.holdsBlock(prefix64 + Math.imul(w2, ODD2) + Math.imul(w3, ODD3)))
      return true;
    if ((levels & AT_64) !== 0 && this.holdsBlock(prefix64)) return true;
    return (levels & AT_48) !== 0 && this.holdsBlock(prefix32 + Math.imul(w1 >>> 16, ODD1));
  }

  private mayHoldWide(w0: number): boolean {
    if ((this.levels & AT_32) !== 0 && this.holdsBlock(Math.imul(w0, ODD0))) return true;
    return (this.levels & AT_16) !== 0 && this.holdsBlock(Math.imul(w0 >>> 16, ODD0));
  }

  /** Every /48 between two addresses that share the first word. */
  private markAreas(w0: number, first1: number, last1: number): void {
    for (let block = first1 >>> 16; block <= last1 >>> 16; block++) {
      mark(this.areas, firstProduct(Math.imul(w0, ODD0) + Math.imul(block, ODD1)) >>> this.unused);
    }
  }

  /** A block has two bits: chance sets both where it hardly ever sets one. */
  private markBlock(hash: number): void {
    mark(this.blocks, firstProduct(hash) >>> this.unused);
    mark(this.blocks, secondProduct(hash) >>> this.unused);
  }

  private holdsBlock(hash: number): boolean {
    return (
      isMarked(this.blocks, firstProduct(hash) >>> this.unused) &&
      isMarked(this.blocks, secondProduct(hash) >>> this.unused)
    );
  }
}

/** The place in LEVELS where a range stands. The words before the level's must be the same at both ends. */
function levelOf(first: Uint32Array, at: number, last: Uint32Array, lastAt: number): number {
  let same = 0;
  while (same < 3 && first[at + same] === last[lastAt + same]) same++;
  for (let level = 0; level < LEVELS.length - 1; level++) {
    const { word, shift } = LEVELS[level] as (typeof LEVELS)[number];
    const blocks = ((last[lastAt + word] as number) >>> shift) - ((first[at + word] as number) >>> shift) + 1;
    if (word <= same && blocks <= MAX_BLOCKS) return level;
  }
  return LEVELS.length - 1;
}

// Multiplicative hashing: a hash is the sum of the words, each times an odd number of its own, modulo 2^32. A further product
// spreads it over the bitmap.
const ODD0 = 0x85ebca6b;
const ODD1 = 0xc2b2ae35;
const ODD2 = 0x27d4eb2f;
const ODD3 = 0x165667b1;
const ODD = [ODD0, ODD1, ODD2, ODD3] as const;

function firstProduct(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
}

function secondProduct(hash: number): number {
  return Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
}

function mark(bits: Int32Array, bit: number): void {
  bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << bit);
}

function isMarked(bits: Int32Array, bit: number): boolean {
  return ((bits[bit >>> 5] as number) & (1 << bit)) !== 0;
}
