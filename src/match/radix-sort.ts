// The order of ranges by their first address, without a comparator and without moving the ranges: sorted by the first
// word, and by the next only where addresses share those before. Every pass reads in order, so that a million fit.

/** Up to so many keys are sorted by insertion: cheaper than counting digits. */
const FEW = 32;
const DIGIT_BITS = 8;
const DIGITS = 1 << DIGIT_BITS;

/** Keys of `words` unsigned words, high first; the key of place n begins at `n * stride` of `entries`. */
export interface Keys {
  readonly entries: Uint32Array;
  readonly stride: number;
  readonly words: number;
}

/** Places in ascending order of their keys; equal keys in any order. */
export function ascendingOrder(keys: Keys): Uint32Array {
  const count = keys.entries.length / keys.stride;
  const sorting = new Sorting(count);
  for (let n = 0; n < count; n++) sorting.order[n] = n;
  sortFrom(keys, 0, sorting, 0, count);
  return sorting.order;
}

/** Places, each beside the word of its key that is being looked at; and room to move both. */
class Sorting {
  readonly order: Uint32Array;
  readonly word: Uint32Array;
  readonly otherOrder: Uint32Array;
  readonly otherWord: Uint32Array;
  readonly starts = new Uint32Array(DIGITS);

  constructor(count: number) {
    this.order = new Uint32Array(count);
    this.word = new Uint32Array(count);
    this.otherOrder = new Uint32Array(count);
    this.otherWord = new Uint32Array(count);
  }
}

/** Sorts order[from, until), whose keys share the words before `level`. */
function sortFrom(keys: Keys, level: number, sorting: Sorting, from: number, until: number): void {
  const { entries, stride, words } = keys;
  const { order, word } = sorting;
  if (until - from <= FEW) {
    insertionSort(keys, level, order, from, until);
    return;
  }
  for (let n = from; n < until; n++) word[n] = entries[(order[n] as number) * stride + level] as number;
  sortByWord(sorting, from, until);
  if (level + 1 === words) return;
  // Runs of equal words: each one's end is noted at its start, where the words are no longer needed.
  let start = from;
  for (let n = from + 1; n <= until; n++) {
    if (n < until && word[n] === word[start]) continue;
    word[start] = n;
    start = n;
  }
  for (let n = from; n < until; ) {
    const end = word[n] as number;
    if (end - n > 1) sortFrom(keys, level + 1, sorting, n, end);
    n = end;
  }
}

/** Least significant digit first; a digit that all share moves nothing. */
function sortByWord(sorting: Sorting, from: number, until: number): void {
  let { order, word, otherOrder, otherWord } = sorting;
  const { starts } = sorting;
  for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
    starts.fill(0);
    for (let n = from; n < until; n++) {
      const digit = ((word[n] as number) >>> shift) & (DIGITS - 1);
      starts[digit] = (starts[digit] as number) + 1;
    }
    if (starts[((word[from] as number) >>> shift) & (DIGITS - 1)] === until - from) continue;
    let next = from;
    for (let digit = 0; digit < DIGITS; digit++) {
      const here = starts[digit] as number;
      starts[digit] = next;
      next += here;
    }
    for (let n = from; n < until; n++) {
      const value = word[n] as number;
      const digit = (value >>> shift) & (DIGITS - 1);
      const place = starts[digit] as number;
      starts[digit] = place + 1;
      otherWord[place] = value;
      otherOrder[place] = order[n] as number;
    }
    [order, otherOrder] = [otherOrder, order];
    [word, otherWord] = [otherWord, word];
  }
  if (order === sorting.order) return;
  for (let n = from; n < until; n++) {
    sorting.order[n] = order[n] as number;
    sorting.word[n] = word[n] as number;
  }
}

function insertionSort(keys: Keys, level: number, order: Uint32Array, from: number, until: number): void {
  for (let n = from + 1; n < until; n++) {
    const inserted = order[n] as number;
    let place = n;
    for (; place > from && isBelow(keys, level, inserted, order[place - 1] as number); place--) {
      order[place] = order[place - 1] as number;
    }
    order[place] = inserted;
  }
}

function isBelow({ entries, stride, words }: Keys, level: number, one: number, other: number): boolean {
  for (let word = level; word < words; word++) {
    const a = entries[one * stride + word] as number;
    const b = entries[other * stride + word] as number;
    if (a !== b) return a < b;
  }
  return false;
}
