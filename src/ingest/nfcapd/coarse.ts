// A coarser prefilter in front of the index's: one bit per /19, 64 KiB, which stays in the near cache where the 2 MiB of
// /24 do not. A zero says for certain that no range holds an address. Worth its question only while most bits are zero.
import type { AddressIndex } from '../../match/index.ts';

/** One bit per word of the index's bitmap: 32 blocks of /24. */
const COARSE_WORDS = 1 << 14;
/** Beyond this share of ones the answer is too often "perhaps". */
const MAX_ONES = 1 / 8;

/** For a list as long as that: it says "perhaps" to everything. */
const ALL_ONES = new Int32Array(COARSE_WORDS).fill(-1);

/** By index: built when a thread first uses it, in less than a millisecond. */
const built = new WeakMap<AddressIndex, Int32Array>();

export function coarseBlocks4(index: AddressIndex): Int32Array {
  let coarse = built.get(index);
  if (!coarse) {
    coarse = coarsen(index.blocks4);
    built.set(index, coarse);
  }
  return coarse;
}

/** False = no range holds the address; any signedness. */
export function mayHoldCoarse4(coarse: Int32Array, address: number): boolean {
  return ((coarse[address >>> 18] as number) & (1 << (address >>> 13))) !== 0;
}

function coarsen(blocks4: Int32Array): Int32Array {
  const coarse = new Int32Array(COARSE_WORDS);
  let ones = 0;
  for (let word = 0; word < blocks4.length; word++) {
    if (blocks4[word] === 0) continue;
    coarse[word >>> 5] = (coarse[word >>> 5] as number) | (1 << word);
    ones++;
  }
  return ones > blocks4.length * MAX_ONES ? ALL_ONES : coarse;
}
