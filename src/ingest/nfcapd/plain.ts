// The one loop that a replay spends its time in: little-endian records with one pair of IPv4 addresses, in one pass. What it
// cannot settle it names; scan.ts looks closer. run.ts has the loops for all other shapes.
import type { AddressIndex } from '../../match/index.ts';
import { mayHold4 } from '../../match/prefilter.ts';
import { CoarseFilter } from './coarse.ts';
import type { ExporterCounts } from './exporter-counts.ts';
import type { Shape } from './shape.ts';

/** A function that is entered often is compiled as a whole. */
const MAX_RECORDS = 1_024;
/** Words that are compared without a loop. */
const UNROLLED = 4;

/** Whether `runPlain4` can read records of the shape. */
export function isPlain4({ pairs, times, exporter }: Shape): boolean {
  return pairs.length === 1 && pairs[0]?.family === 4 && times?.unit === 'ms' && exporter.width === 2;
}

/**
 * Goes over the records from `from` on that have the shape, at most 1,024; the first is known to have it.
 * @param unsettled gets the places of records of which an address may be listed, or whose end may stand before their start
 * @returns how many records
 */
export function runPlain4(
  view: DataView,
  from: number,
  limit: number,
  shape: Shape,
  index: AddressIndex,
  unsettled: number[],
  exporters: ExporterCounts,
): number {
  const { size, word0, word4, mask4, wordsAt, words } = shape;
  // Where there are fewer, the first word is compared again.
  const at0 = wordsAt[0] ?? 0;
  const at1 = wordsAt[1] ?? 0;
  const at2 = wordsAt[2] ?? 0;
  const at3 = wordsAt[3] ?? 0;
  const own0 = words[0] ?? word0;
  const own1 = words[1] ?? word0;
  const own2 = words[2] ?? word0;
  const own3 = words[3] ?? word0;
  const { src: srcAt, dst: dstAt } = shape.pairs[0] as Shape['pairs'][number];
  const { first: firstAt, last: lastAt } = shape.times as NonNullable<Shape['times']>;
  const exporterAt = shape.exporter.at;
  const hasMoreWords = words.length > UNROLLED;
  const end = Math.min(limit - size, from + (MAX_RECORDS - 1) * size);
  const { blocks4 } = index;
  const coarse = CoarseFilter.of(index);
  const { nets19 } = coarse;
  let exporter = view.getUint16(from + exporterAt, true);
  let counted = 0;
  let count = 0;
  for (let at = from; at <= end; at += size, count++) {
    const differs =
      (view.getInt32(at, true) ^ word0) |
      ((view.getInt32(at + 4, true) & mask4) ^ word4) |
      (view.getInt32(at + at0, true) ^ own0) |
      (view.getInt32(at + at1, true) ^ own1) |
      (view.getInt32(at + at2, true) ^ own2) |
      (view.getInt32(at + at3, true) ^ own3);
    if (differs !== 0 || (hasMoreWords && furtherDiffer(view, at, shape))) break;
    const number = view.getUint16(at + exporterAt, true);
    if (number !== exporter) {
      exporters.add(exporter, count - counted);
      counted = count;
      exporter = number;
    }
    const src = view.getInt32(at + srcAt, true);
    const dst = view.getInt32(at + dstAt, true);
    // Within a day, last and first differ by less than 2^31 ms: the lower words tell which came first.
    const lasted = (view.getInt32(at + lastAt, true) - view.getInt32(at + firstAt, true)) | 0;
    const nets =
      ((nets19[src >>> 18] as number) >>> (src >>> 13)) | ((nets19[dst >>> 18] as number) >>> (dst >>> 13));
    if ((nets & 1) === 0 && lasted >= 0) continue;
    if (lasted < 0 || mayList(coarse, blocks4, src) || mayList(coarse, blocks4, dst)) unsettled.push(count);
  }
  exporters.add(exporter, count - counted);
  return count;
}

function mayList(coarse: CoarseFilter, blocks4: Int32Array, address: number): boolean {
  return coarse.mayHold(address) && mayHold4(blocks4, address);
}

function furtherDiffer(view: DataView, at: number, { words, wordsAt }: Shape): boolean {
  for (let n = UNROLLED; n < words.length; n++) {
    if (view.getInt32(at + (wordsAt[n] as number), true) !== words[n]) return true;
  }
  return false;
}
