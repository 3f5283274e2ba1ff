// A smaller prefilter in front of the index's 2 MiB, whose answers come from far memory: 64 KiB with a bit per /19, and
// 64 KiB with a bit per hash of a /24, which is asked when the first says perhaps. Both stay in a near cache. A zero says
// for certain that no range holds an address; the index decides the rest. Of use while nearly all bits are zero.
import type { AddressIndex } from '../../match/index.ts';

const LOG2_BITS = 19;
const WORDS = 2 ** LOG2_BITS / 32;
/** With more marks than that the answer is too often "perhaps": then it is always. */
const MAX_MARKS = 2 ** LOG2_BITS / 8;

/** By index: built when a thread first uses it, in a millisecond. */
const built = new WeakMap<AddressIndex, CoarseFilter>();

export class CoarseFilter {
  /** Also read by the loop over plain records, which asks for two addresses at once. */
  readonly nets19 = new Int32Array(WORDS);
  private readonly hashed24 = new Int32Array(WORDS);

  /** @param blocks4 the index's bitmap: a bit per /24, so that a word is a /19 */
  constructor(blocks4: Int32Array) {
    let marks = 0;
    for (let word = 0; word < blocks4.length && marks <= MAX_MARKS; word++) {
      const blocks = blocks4[word] as number;
      if (blocks === 0) continue;
      this.nets19[word >>> 5] = (this.nets19[word >>> 5] as number) | (1 << word);
      for (let bit = 0; bit < 32; bit++) {
        if ((blocks & (1 << bit)) === 0) continue;
        const hash = hash24(word * 32 + bit);
        this.hashed24[hash >>> 5] = (this.hashed24[hash >>> 5] as number) | (1 << hash);
        marks++;
      }
    }
    if (marks > MAX_MARKS) {
      this.nets19.fill(-1);
      this.hashed24.fill(-1);
    }
  }

  static of(index: AddressIndex): CoarseFilter {
    let filter = built.get(index);
    if (!filter) {
      filter = new CoarseFilter(index.blocks4);
      built.set(index, filter);
    }
    return filter;
  }

  /** False = no range holds the address; any signedness. */
  mayHold(address: number): boolean {
    if (((this.nets19[address >>> 18] as number) & (1 << (address >>> 13))) === 0) return false;
    const hash = hash24(address >>> 8);
    return ((this.hashed24[hash >>> 5] as number) & (1 << hash)) !== 0;
  }
}

/** Multiplicative hashing: of the product the upper bits are the good ones. */
function hash24(block: number): number {
  return Math.imul(block, 0x9e3779b1) >>> (32 - LOG2_BITS);
}
