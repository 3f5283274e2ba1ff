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

/**
 * IPv6: a hashed bitmap of prefixes. A range is marked at the longest of these lengths at which a few blocks cover it: a
 * single host at /128, so that its neighbours in the hoster's /48 still meet a zero. A look-up asks at every length in use.
 * A block is told by the whole words before `word`, and `word` without its `shift` lowest bits.
 */
const LEVELS = [
  { word: 3, shift: 0 }, // /128
  { word: 1, shift: 0 }, // /64
  { word: 1, shift: 16 }, // /48
  { word: 0, shift: 0 }, // /32
  { word: 0, shift: 16 }, // /16
] as const;
const AT_128 = 1 << 0;
const AT_64 = 1 << 1;
const AT_48 = 1 << 2;
const AT_32 = 1 << 3;
const AT_16 = 1 << 4;
/** Blocks that a range may take at one length before the next shorter one is used; at the shortest, any number. */
const MAX_BLOCKS = 16;

/** A block has two bits, so with one block per range 1 in 256 of the look-ups that miss goes on to the tree. */
const BITS_PER_RANGE = 32;
const MIN_LOG2_BITS = 10;
const MAX_LOG2_BITS = 26;

/** Size of the IPv6 bitmap for so many ranges: the power of two, in bits. */
export function log2BitsFor(ranges: number): number {
  const wanted = Math.ceil(Math.log2(ranges * BITS_PER_RANGE + 1));
  return Math.min(Math.max(wanted, MIN_LOG2_BITS), MAX_LOG2_BITS);
}

/** Marks every range; returns the lengths in use. */
export function markPrefixes6(bits: Int32Array, log2Bits: number, tree: IntervalTree): number {
  const { starts, ends } = tree;
  let levels = 0;
  let next16 = 0; // as in markBlocks4
  for (let n = 0; n < tree.count; n++) {
    const level = levelOf(starts, n * 8, ends, n * 4);
    const { word, shift } = LEVELS[level] as (typeof LEVELS)[number];
    levels |= 1 << level;
    let prefix = 0;
    for (let before = 0; before < word; before++)
      prefix += Math.imul(starts[n * 8 + before] as number, ODD[before] as number);
    let block = (starts[n * 8 + word] as number) >>> shift;
    const until = (ends[n * 4 + word] as number) >>> shift;
    if (1 << level === AT_16) {
      block = Math.max(block, next16);
      next16 = Math.max(next16, until + 1);
    }
    for (; block <= until; block++) {
      const hash = prefix + Math.imul(block, ODD[word]);
      mark(bits, firstBit(hash, log2Bits));
      mark(bits, secondBit(hash, log2Bits));
    }
  }
  return levels;
}

/** The longest length at which at most `MAX_BLOCKS` blocks cover the range without a carry into the words before. */
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

/** False = no range holds the address; any signedness. `levels` and `log2Bits` as they were when the bitmap was marked. */
export function mayHold6(
  bits: Int32Array,
  log2Bits: number,
  levels: number,
  w0: number,
  w1: number,
  w2: number,
  w3: number,
): boolean {
  const prefix64 = Math.imul(w0, ODD0) + Math.imul(w1, ODD1);
  if (
    (levels & AT_128) !== 0 &&
    isMarked6(bits, log2Bits, prefix64 + Math.imul(w2, ODD2) + Math.imul(w3, ODD3))
  )
    return true;
  return (levels & ~AT_128) !== 0 && mayHoldPrefix(bits, log2Bits, levels, w0, w1);
}

function mayHoldPrefix(bits: Int32Array, log2Bits: number, levels: number, w0: number, w1: number): boolean {
  const prefix32 = Math.imul(w0, ODD0);
  if ((levels & AT_64) !== 0 && isMarked6(bits, log2Bits, prefix32 + Math.imul(w1, ODD1))) return true;
  if ((levels & AT_48) !== 0 && isMarked6(bits, log2Bits, prefix32 + Math.imul(w1 >>> 16, ODD1))) return true;
  if ((levels & AT_32) !== 0 && isMarked6(bits, log2Bits, prefix32)) return true;
  return (levels & AT_16) !== 0 && isMarked6(bits, log2Bits, Math.imul(w0 >>> 16, ODD0));
}

function isMarked6(bits: Int32Array, log2Bits: number, hash: number): boolean {
  return isMarked(bits, firstBit(hash, log2Bits)) && isMarked(bits, secondBit(hash, log2Bits));
}

// Multiplicative hashing: a hash is the sum of the words, each times an odd number of its own, modulo 2^32. Two further
// products spread it over the bitmap; a product's upper bits are the good ones.
const ODD0 = 0x85ebca6b;
const ODD1 = 0xc2b2ae35;
const ODD2 = 0x27d4eb2f;
const ODD3 = 0x165667b1;
const ODD = [ODD0, ODD1, ODD2, ODD3] as const;

function firstBit(hash: number, log2Bits: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> (32 - log2Bits);
}

function secondBit(hash: number, log2Bits: number): number {
  return Math.imul(hash ^ (hash >>> 16), 0x7feb352d) >>> (32 - log2Bits);
}

function mark(bits: Int32Array, bit: number): void {
  bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << bit);
}

function isMarked(bits: Int32Array, bit: number): boolean {
  return ((bits[bit >>> 5] as number) & (1 << bit)) !== 0;
}
