// The order of addresses given as words, high words first (IPv4: one u32 word; IPv6: four).

type Words = ArrayLike<number>;

/** Negative, 0 or positive as the address at `at` is below, equal to or above the other. */
export function compareAddresses(
  one: Words,
  at: number,
  other: Words,
  otherAt: number,
  words: number,
): number {
  for (let word = 0; word < words; word++) {
    const difference = (one[at + word] as number) - (other[otherAt + word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The next address; `null` after the last of its family. */
export function addressAfter(address: readonly number[]): readonly number[] | null {
  const next = [...address];
  for (let word = next.length - 1; word >= 0; word--) {
    next[word] = ((next[word] as number) + 1) >>> 0;
    if (next[word] !== 0) return next;
  }
  return null;
}
