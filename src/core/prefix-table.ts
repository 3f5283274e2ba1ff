// Values by prefix: of the prefixes that hold an address, the longest answers. Prefixes lie within each other or apart, so
// the address space falls into stretches with one answer each, found by halving.
import { addressAfter, compareAddresses } from './address-order.ts';
import type { Prefix } from './prefix.ts';

export interface TableEntry<T> {
  readonly prefix: Pick<Prefix, 'family' | 'first' | 'last' | 'length'>;
  readonly value: T;
}

export class PrefixTable<T> {
  private readonly ipv4: Stretches<T>;
  private readonly ipv6: Stretches<T>;

  /** Of two entries with one prefix the later counts. */
  constructor(entries: readonly TableEntry<T>[]) {
    this.ipv4 = new Stretches(1, ofFamily(entries, 4));
    this.ipv6 = new Stretches(4, ofFamily(entries, 6));
  }

  /** @param words of the address, unsigned; more than its family needs are left alone */
  find(family: 4 | 6, words: ArrayLike<number>): T | undefined {
    return (family === 4 ? this.ipv4 : this.ipv6).find(words);
  }
}

/** Wider ones before those within them. */
function ofFamily<T>(entries: readonly TableEntry<T>[], family: 4 | 6): readonly TableEntry<T>[] {
  return entries
    .filter(({ prefix }) => prefix.family === family)
    .sort(
      ({ prefix: a }, { prefix: b }) =>
        compareAddresses(a.first, 0, b.first, 0, a.first.length) || a.length - b.length,
    );
}

class Stretches<T> {
  private readonly words: number;
  /** Where each stretch begins; it reaches to the next one. */
  private readonly starts: Uint32Array;
  private readonly values: readonly (T | undefined)[];

  constructor(words: number, sorted: readonly TableEntry<T>[]) {
    const starts: (readonly number[])[] = [];
    const values: (T | undefined)[] = [];
    const begin = (start: readonly number[], value: T | undefined): void => {
      const before = starts.at(-1);
      if (before && compareAddresses(before, 0, start, 0, words) === 0) values[values.length - 1] = value;
      else {
        starts.push(start);
        values.push(value);
      }
    };
    const open: TableEntry<T>[] = [];
    const close = (): void => {
      const after = addressAfter(open.pop()!.prefix.last);
      if (after) begin(after, open.at(-1)?.value);
    };
    for (const entry of sorted) {
      const { first } = entry.prefix;
      while (open.length > 0 && compareAddresses(open.at(-1)!.prefix.last, 0, first, 0, words) < 0) close();
      begin(first, entry.value);
      open.push(entry);
    }
    while (open.length > 0) close();
    this.words = words;
    this.starts = Uint32Array.from(starts.flat());
    this.values = values;
  }

  find(address: ArrayLike<number>): T | undefined {
    const { starts, words } = this;
    let low = 0;
    let high = this.values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAddresses(starts, middle * words, address, 0, words) <= 0) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : this.values[low - 1];
  }
}
