// The one loop that a replay of nfcapd files spends its time in: little-endian records with one pair of IPv4 addresses, in one
// pass. It is made for a shape, its offsets and header words as constants, which V8 runs half as long as one that must
// look them up. Only integers enter its text. What it cannot settle it names; scan.ts looks closer. run.ts has the loops
// for all other shapes.
import type { AddressIndex } from '../../match/index.ts';
import { CoarseFilter } from './coarse.ts';
import type { ExporterCounts } from './exporter-counts.ts';
import type { Shape } from './shape.ts';

/**
 * Goes over the records at `from` to `end` (the last one's offset) until one has another shape.
 * `unsettled` gets the places of records of which an address may be listed, or whose end may stand before their start.
 * @returns how many records have the shape
 */
type Loop = (
  view: DataView,
  from: number,
  end: number,
  coarse: CoarseFilter,
  nets19: Int32Array,
  unsettled: number[],
  exporters: ExporterCounts,
) => number;

/** A function that is entered often is compiled as a whole. */
const MAX_RECORDS = 1_024;
/** Loops kept: one for each layout of records that real files hold, and an end to what made-up ones can cost. */
const MAX_LOOPS = 64;

const loops = new Map<string, Loop>();
const loopOf = new WeakMap<Shape, Loop>();

/** @returns how many records from `from` on have the shape, at most 1,024; 0 = such records are not read here */
export function runPlain4(
  view: DataView,
  from: number,
  limit: number,
  shape: Shape,
  index: AddressIndex,
  unsettled: number[],
  exporters: ExporterCounts,
): number {
  const loop = loopOf.get(shape) ?? loopFor(shape);
  if (!loop) return 0;
  const end = Math.min(limit - shape.size, from + (MAX_RECORDS - 1) * shape.size);
  const coarse = CoarseFilter.of(index);
  return loop(view, from, end, coarse, coarse.nets19, unsettled, exporters);
}

function loopFor(shape: Shape): Loop | null {
  const text = loopText(shape);
  if (text === null) return null;
  let loop = loops.get(text);
  if (!loop) {
    if (loops.size >= MAX_LOOPS) return null;
    loop = new Function('view, from, end, coarse, nets19, unsettled, exporters', text) as Loop;
    loops.set(text, loop);
  }
  loopOf.set(shape, loop);
  return loop;
}

/** `null` = a shape for the loops of run.ts. */
function loopText({
  size,
  word0,
  word4,
  mask4,
  wordsAt,
  words,
  pairs,
  times,
  exporter,
}: Shape): string | null {
  const [pair] = pairs;
  if (pairs.length !== 1 || pair?.family !== 4 || times?.unit !== 'ms' || exporter.width !== 2) return null;
  const differences = [
    `(view.getInt32(at, true) ^ ${word0})`,
    `((view.getInt32(at + 4, true) & ${mask4}) ^ ${word4})`,
    ...Array.from(words, (word, n) => `(view.getInt32(at + ${wordsAt[n]}, true) ^ ${word})`),
  ];
  // Within a day, last and first differ by less than 2^31 ms: the lower words tell which came first.
  return `
let exporter = view.getUint16(from + ${exporter.at}, true);
let count = 0;
let counted = 0;
for (let at = from; at <= end; at += ${size}, count++) {
  if ((${differences.join(' | ')}) !== 0) break;
  const number = view.getUint16(at + ${exporter.at}, true);
  if (number !== exporter) {
    exporters.add(exporter, count - counted);
    counted = count;
    exporter = number;
  }
  const src = view.getInt32(at + ${pair.src}, true);
  const dst = view.getInt32(at + ${pair.dst}, true);
  const lasted = (view.getInt32(at + ${times.last}, true) - view.getInt32(at + ${times.first}, true)) | 0;
  const nets = (nets19[src >>> 18] >>> (src >>> 13)) | (nets19[dst >>> 18] >>> (dst >>> 13));
  if ((nets & 1) === 0 && lasted >= 0) continue;
  if (lasted < 0 || coarse.mayList(src) || coarse.mayList(dst)) unsettled.push(count);
}
exporters.add(exporter, count - counted);
return count;`;
}
