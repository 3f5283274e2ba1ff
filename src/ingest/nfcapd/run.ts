// The hot loops of a scan, over a run: records of one shape in a row, few enough to stay in the nearest cache while one
// small loop after another goes over them. A loop that does one thing keeps more of memory's answers under way than one
// that does all. They read little-endian, as nearly every collector writes, and say so in every access: a byte order that
// the compiler does not know doubles their time. Big-endian files have big-endian.ts.
import type { AddressIndex } from '../../match/index.ts';
import { mayHold4 } from '../../match/prefilter.ts';
import { CoarseFilter } from './coarse.ts';
import type { ExporterCounts } from './exporter-counts.ts';
import type { Shape } from './shape.ts';

/**
 * Records of a run at most. A function that is called rarely and loops long would also be entered by the interpreter each
 * time: short runs let it be compiled as a whole.
 */
const MAX_RUN_RECORDS = 256;
const MAX_RUN_BYTES = 24 * 1024;

/** How many records from `at` on have the shape; at least one, the first, which is known to have it. */
export function runLength(view: DataView, at: number, limit: number, shape: Shape): number {
  const { size, word0, word4, mask4, wordsAt, words } = shape;
  const most = Math.max(Math.min(MAX_RUN_RECORDS, Math.floor(MAX_RUN_BYTES / size)), 1);
  const end = Math.min(limit - size, at + (most - 1) * size);
  // The first two words, which every record with addresses has, are compared without a loop.
  const at0 = wordsAt[0] ?? 0;
  const own0 = words[0] ?? word0;
  const at1 = wordsAt[1] ?? 0;
  const own1 = words[1] ?? word0;
  let next = at + size;
  run: for (; next <= end; next += size) {
    if (view.getInt32(next, true) !== word0) break;
    if ((view.getInt32(next + 4, true) & mask4) !== word4) break;
    if (view.getInt32(next + at0, true) !== own0 || view.getInt32(next + at1, true) !== own1) break;
    for (let n = 2; n < words.length; n++) {
      if (view.getInt32(next + (wordsAt[n] as number), true) !== words[n]) break run;
    }
  }
  return (next - at) / size;
}

/** Adds to `met` the places of records of which one of two IPv4 addresses, at `one` and `other` in the first, is listed. */
export function meetPair4(
  view: DataView,
  one: number,
  other: number,
  size: number,
  count: number,
  index: AddressIndex,
  met: number[],
): void {
  const { blocks4 } = index;
  const coarse = CoarseFilter.of(index);
  for (let n = 0, at = 0; n < count; n++, at += size) {
    const first = view.getInt32(one + at, true);
    const second = view.getInt32(other + at, true);
    if (!coarse.mayHold(first) && !coarse.mayHold(second)) continue;
    if (!mayHold4(blocks4, first) && !mayHold4(blocks4, second)) continue;
    if (index.lists4(first) || index.lists4(second)) met.push(n);
  }
}

/** As meetPair4, for IPv6. */
export function meetPair6(
  view: DataView,
  one: number,
  other: number,
  size: number,
  count: number,
  index: AddressIndex,
  met: number[],
): void {
  for (let n = 0, at = 0; n < count; n++, at += size) {
    if (isListed6(view, one + at, index) || isListed6(view, other + at, index)) met.push(n);
  }
}

function isListed6(view: DataView, at: number, index: AddressIndex): boolean {
  const w0 = view.getInt32(at + 4, true);
  const w1 = view.getInt32(at, true);
  const w2 = view.getInt32(at + 12, true);
  const w3 = view.getInt32(at + 8, true);
  return index.mayList6(w0, w1, w2, w3) && index.lists6(w0, w1, w2, w3);
}

/** Adds one to the count of each record's exporter. */
export function countExporters(
  view: DataView,
  at: number,
  shape: Shape,
  count: number,
  exporters: ExporterCounts,
): void {
  const { size, exporter } = shape;
  const wide = exporter.width === 2;
  for (let n = 0, from = at + exporter.at; n < count; n++, from += size) {
    exporters.add(wide ? view.getUint16(from, true) : view.getUint8(from), 1);
  }
}

/**
 * Adds to `suspects` the places of records whose last packet may stand before the first. The lower words tell: within a
 * day they differ by less than 2^31 ms; what differs more is no exchange.
 */
export function suspectSwaps(
  view: DataView,
  at: number,
  shape: Shape,
  count: number,
  suspects: number[],
): void {
  const { size, times } = shape;
  if (times === null) return;
  const least = times.unit === 'ms' ? 0 : 1; // seconds that are equal may hide milliseconds
  let first = at + times.first;
  let last = at + times.last;
  for (let n = 0; n < count; n++, first += size, last += size) {
    if (((view.getInt32(last, true) - view.getInt32(first, true)) | 0) < least) suspects.push(n);
  }
}
