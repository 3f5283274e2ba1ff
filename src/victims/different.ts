// Different values, of which the first few are kept by name and the rest is counted.

export interface Different<T> {
  readonly listed: readonly T[];
  readonly count: number;
  /** There may be more: what is not listed could not be told from what others do not list. */
  readonly isAtLeast: boolean;
}

/** Values of several days together. @param most that are listed */
export function together<T>(
  days: readonly { readonly listed: readonly T[]; readonly count: number }[],
  most: number,
): Different<T> {
  const all = [...new Set(days.flatMap(({ listed }) => listed))];
  const isCut = days.some(({ listed, count }) => count > listed.length);
  return {
    listed: all.slice(0, most),
    count: Math.max(all.length, ...days.map(({ count }) => count)),
    isAtLeast: isCut && days.length > 1,
  };
}
