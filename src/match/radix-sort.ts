// The order of multi-word keys without moving them: least significant digit first, stable, no comparator.

const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Positions of `keys` in ascending order. A key is `words` unsigned words, high word first; equal keys keep their order.
 * A digit that all keys share costs one counting pass and moves nothing.
 */
export function ascendingOrder(keys: Uint32Array, words: number): Uint32Array {
  const count = keys.length / words;
  let order = new Uint32Array(count);
  for (let n = 0; n < count; n++) order[n] = n;
  let other = new Uint32Array(count);
  const starts = new Uint32Array(DIGITS);

  for (let word = words - 1; word >= 0; word--) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      if (!countDigits(keys, words, word, shift, starts)) continue;
      for (let n = 0; n < count; n++) {
        const key = order[n] as number;
        const digit = ((keys[key * words + word] as number) >>> shift) & (DIGITS - 1);
        const place = starts[digit] as number;
        starts[digit] = place + 1;
        other[place] = key;
      }
      [order, other] = [other, order];
    }
  }
  return order;
}

/** Leaves in `starts` where each digit's keys begin. False = all keys have the same digit. */
function countDigits(
  keys: Uint32Array,
  words: number,
  word: number,
  shift: number,
  starts: Uint32Array,
): boolean {
  starts.fill(0);
  for (let at = word; at < keys.length; at += words) {
    const digit = ((keys[at] as number) >>> shift) & (DIGITS - 1);
    starts[digit] = (starts[digit] as number) + 1;
  }
  const first = keys.length > 0 ? ((keys[word] as number) >>> shift) & (DIGITS - 1) : 0;
  if ((starts[first] as number) * words === keys.length) return false;
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const here = starts[digit] as number;
    starts[digit] = sum;
    sum += here;
  }
  return true;
}
