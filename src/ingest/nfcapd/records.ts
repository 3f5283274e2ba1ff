// Every record of a batch, decoded in full: for `inspect`, and as the naive twin of scan.ts.
import type { Flow } from '../../core/flow.ts';
import type { NfcapdBatch } from '../batch.ts';
import type { Slab } from '../slab.ts';
import { openBlock } from './blocks.ts';
import { Exporters } from './exporters.ts';
import { decodeRecord, exporterOf } from './record.ts';
import { RecordWalk } from './record-walk.ts';
import { resolveSampling } from './sampling.ts';

export interface NfcapdRecord {
  /** One, or none where the record names no address. */
  readonly flows: readonly Flow[];
  /** The exporter's number in the file. */
  readonly group: number;
  /** As far as the file has told up to here. */
  readonly exporter: string | null;
}

/**
 * What cannot be decoded is passed over: the scan reports it.
 * @param exporters of the file: keep one over all of a file's batches, in their order. `null`: nothing is resolved, flows
 * come as a scan judges them
 */
export function* nfcapdRecords(
  slab: Slab,
  batch: NfcapdBatch,
  exporters: Exporters | null = new Exporters(),
): Generator<NfcapdRecord, void, void> {
  const { littleEndian, createdMs } = batch.plan;
  const walk = new RecordWalk(batch.plan);
  for (let number = 0; number < batch.blockCount; number++) {
    const { view, from, to } = openBlock(slab, number);
    let size = 0;
    for (let at = from; at < to; at += size) {
      size = walk.sizeAt(view, at, to);
      if (size === 0) break;
      if (!walk.isFlow(view, at)) {
        walk.note(view, at, size);
        exporters?.learn(walk.takeNotes());
        continue;
      }
      const shape = walk.shapeOf(view, at, to, size);
      if (!shape) continue;
      const group = exporterOf(view, at, shape, littleEndian);
      const flow = decodeRecord(view, at, shape, littleEndian, createdMs);
      const resolved =
        flow && exporters ? resolveSampling(flow, (selector) => exporters.rate(group, selector)) : flow;
      yield { flows: resolved ? [resolved] : [], group, exporter: exporters?.address(group) ?? null };
    }
  }
}
