// Addresses of one family as ranges: sorted, disjoint, none adjacent. It says whether an address or prefix meets any of
// them, and knows nothing of what they mean.
import { addressAfter, compareAddresses } from '../core/address-order.ts';
import type { Prefix } from '../core/prefix.ts';

/** Inclusive bounds. IPv4: one u32 word; IPv6: four, high first. */
type Bounds = Pick<Prefix, 'first' | 'last'>;

export class AddressRanges {
  readonly count: number;
  /** Of each range its first and its last address, high words first. */
  private readonly bounds: Uint32Array;
  /** Of an address: 1 (IPv4) or 4 (IPv6). */
  private readonly words: number;

  private constructor(family: 4 | 6, bounds: Uint32Array) {
    this.words = family === 4 ? 1 : 4;
    this.bounds = bounds;
    this.count = bounds.length / this.words / 2;
  }

  /** Of those of `prefixes` that are of this family, in any order, overlapping or not. */
  static of(family: 4 | 6, prefixes: readonly Prefix[]): AddressRanges {
    const merged: { first: readonly number[]; last: readonly number[] }[] = [];
    const sorted = prefixes
      .filter((prefix) => prefix.family === family)
      .sort((a, b) => compareAddresses(a.first, 0, b.first, 0, a.first.length));
    for (const { first, last } of sorted) {
      const before = merged.at(-1);
      if (!before || !reaches(before.last, first)) merged.push({ first, last });
      else if (compareAddresses(before.last, 0, last, 0, last.length) < 0) before.last = last;
    }
    const words = family === 4 ? 1 : 4;
    const bounds = new Uint32Array(merged.length * words * 2);
    merged.forEach(({ first, last }, at) => {
      bounds.set(first, at * words * 2);
      bounds.set(last, (at * 2 + 1) * words);
    });
    return new AddressRanges(family, bounds);
  }

  /** As `toBytes` gave them. */
  static ofBytes(family: 4 | 6, bytes: Uint8Array): AddressRanges {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new AddressRanges(
      family,
      Uint32Array.from({ length: bytes.byteLength / 4 }, (_, at) => view.getUint32(at * 4)),
    );
  }

  /** Words in network byte order. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.bounds.byteLength);
    const view = new DataView(bytes.buffer);
    this.bounds.forEach((word, at) => {
      view.setUint32(at * 4, word);
    });
    return bytes;
  }

  equals(other: AddressRanges): boolean {
    return (
      this.bounds.length === other.bounds.length && this.bounds.every((word, at) => word === other.bounds[at])
    );
  }

  /** Whether some range shares an address with [first, last], which is of this family. */
  meets({ first, last }: Bounds): boolean {
    const { bounds, words } = this;
    let low = 0;
    let high = this.count;
    // The first range that does not end before `first`.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareAddresses(bounds, (middle * 2 + 1) * words, first, 0, words) < 0) low = middle + 1;
      else high = middle;
    }
    return low < this.count && compareAddresses(bounds, low * 2 * words, last, 0, words) <= 0;
  }
}

/** Whether nothing lies between the end of one range and the beginning of a later one. */
function reaches(last: readonly number[], first: readonly number[]): boolean {
  const next = addressAfter(last);
  return next === null || compareAddresses(first, 0, next, 0, next.length) <= 0;
}
