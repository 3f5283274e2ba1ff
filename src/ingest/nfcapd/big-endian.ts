// The scan of run.ts for files from big-endian collectors, which are rare: one record at a time.
import type { AddressIndex } from '../../match/index.ts';
import type { ExporterCounts } from './exporter-counts.ts';
import { exporterOf } from './record.ts';
import { hasShape, type Shape } from './shape.ts';

/**
 * As runLength, meetPair4 and 6, and countExporters in one. The first record is known to have the shape.
 * @returns the run's length
 */
export function scanBigEndian(
  view: DataView,
  from: number,
  limit: number,
  shape: Shape,
  index: AddressIndex,
  met: number[],
  exporters: ExporterCounts,
): number {
  let count = 0;
  for (let at = from; hasShape(view, at, limit, shape, false); at += shape.size) {
    for (const { family, src, dst } of shape.pairs) {
      const isListed = family === 4 ? isListed4 : isListed6;
      if (isListed(view, at + src, index) || isListed(view, at + dst, index)) met.push(count);
    }
    exporters.add(exporterOf(view, at, shape, false), 1);
    count++;
  }
  return count;
}

function isListed4(view: DataView, at: number, index: AddressIndex): boolean {
  const address = view.getInt32(at);
  return index.mayList4(address) && index.lists4(address);
}

function isListed6(view: DataView, at: number, index: AddressIndex): boolean {
  const w0 = view.getInt32(at);
  const w1 = view.getInt32(at + 4);
  const w2 = view.getInt32(at + 8);
  const w3 = view.getInt32(at + 12);
  return index.mayList6(w0, w1, w2, w3) && index.lists6(w0, w1, w2, w3);
}
