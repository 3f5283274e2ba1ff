// Matching nfcapd blocks: addresses straight from the bytes; a record that misses is only counted. The hottest loop of a
// replay: no object, string or closure per record. records.ts is its naive twin.
import { TALLY } from '../../core/counters.ts';
import type { Findings } from '../../match/findings.ts';
import type { AddressIndex } from '../../match/index.ts';
import { Matcher } from '../../match/matcher.ts';
import type { Evaluation } from '../../match/messages.ts';
import type { NfcapdBatch } from '../batch.ts';
import type { Slab } from '../slab.ts';
import { scanBigEndian } from './big-endian.ts';
import { type OpenBlock, openBlock } from './blocks.ts';
import { ExporterCounts } from './exporter-counts.ts';
import { isPlain4, runPlain4 } from './plain.ts';
import { ANY_RECORDS } from './plan.ts';
import { decodeRecord, exporterOf, timesOf } from './record.ts';
import { RecordWalk } from './record-walk.ts';
import { countExporters, meetPair4, meetPair6, runLength, suspectSwaps } from './run.ts';
import type { Shape } from './shape.ts';

/** Records without a hit; all zero between scans. */
const misses = new ExporterCounts();
/** What cannot be laid at an exporter's door. */
const NO_EXPORTER = 0;

/**
 * Scans the batch's blocks. Groups are exporter numbers of the file; `findings.notes` says what the records told of
 * exporters (ExporterNotes): the reader's `settle` turns one into the other.
 */
export function scanNfcapd(
  slab: Slab,
  batch: NfcapdBatch,
  index: AddressIndex,
  evaluation: Evaluation,
  findings: Findings,
): void {
  const scan = new Scan(batch, index, evaluation, findings);
  for (let number = 0; number < batch.blockCount; number++) scan.block(openBlock(slab, number));
  scan.finish();
}

class Scan {
  private readonly walk: RecordWalk;
  private readonly littleEndian: boolean;
  private readonly createdMs: number;
  private readonly index: AddressIndex;
  private readonly matcher: Matcher;
  private readonly findings: Findings;

  // Places in the run under the scan.
  private readonly met: number[] = [];
  private readonly suspects: number[] = [];
  private readonly unsettled: number[] = [];

  constructor(batch: NfcapdBatch, index: AddressIndex, evaluation: Evaluation, findings: Findings) {
    this.walk = new RecordWalk(batch.plan);
    this.littleEndian = batch.plan.littleEndian;
    this.createdMs = batch.plan.createdMs;
    this.index = index;
    this.matcher = new Matcher(index, evaluation);
    this.findings = findings;
  }

  block(block: OpenBlock): void {
    const { view, to } = block;
    let at = block.from;
    let records = 0;
    while (at < to) {
      const size = this.walk.sizeAt(view, at, to);
      if (size === 0) break;
      if (this.walk.isFlow(view, at)) {
        const shape = this.walk.shapeOf(view, at, to, size);
        if (shape) {
          const end = this.run(view, at, to, shape);
          records += (end - at) / shape.size;
          at = end;
          continue;
        }
        this.findings.count(NO_EXPORTER, TALLY.undecodable, 1);
        this.findings.problem({ what: this.walk.flowProblem(view, at), offset: offsetIn(block, at) });
      } else this.walk.note(view, at, size);
      records++;
      at += size;
    }
    this.account(block, at, records);
  }

  finish(): void {
    misses.take((exporter, count) => this.findings.count(exporter, TALLY.noHit, count));
    this.findings.notes = this.walk.takeNotes();
  }

  /** Scans the run of records that begins at `from`. @returns the offset behind it */
  private run(view: DataView, from: number, to: number, shape: Shape): number {
    const { met, suspects } = this;
    met.length = 0;
    suspects.length = 0;
    const count = this.littleEndian
      ? this.runLittleEndian(view, from, to, shape)
      : this.runBigEndian(view, from, to, shape);
    if (met.length > 0 || suspects.length > 0) this.lookCloser(view, from, shape);
    return from + count * shape.size;
  }

  private runLittleEndian(view: DataView, from: number, to: number, shape: Shape): number {
    if (isPlain4(shape)) return this.runPlain(view, from, to, shape);
    const { index, met, suspects } = this;
    const { size } = shape;
    const count = runLength(view, from, to, shape);
    for (const { family, src, dst } of shape.pairs) {
      if (family === 4) meetPair4(view, from + src, from + dst, size, count, index, met);
      else meetPair6(view, from + src, from + dst, size, count, index, met);
    }
    countExporters(view, from, shape, count, misses);
    suspectSwaps(view, from, shape, count, suspects);
    return count;
  }

  private runPlain(view: DataView, from: number, to: number, shape: Shape): number {
    const { index, unsettled, met, suspects } = this;
    unsettled.length = 0;
    const count = runPlain4(view, from, to, shape, index, unsettled, misses);
    const { src, dst } = shape.pairs[0] as Shape['pairs'][number];
    for (const record of unsettled) {
      const at = from + record * shape.size;
      const isListed =
        index.lists4(view.getInt32(at + src, true)) || index.lists4(view.getInt32(at + dst, true));
      (isListed ? met : suspects).push(record);
    }
    return count;
  }

  private runBigEndian(view: DataView, from: number, to: number, shape: Shape): number {
    const count = scanBigEndian(view, from, to, shape, this.index, this.met, misses);
    for (let record = 0; record < count; record++) this.suspects.push(record);
    return count;
  }

  /** Judges the records of a run that met a listed address; counts swapped times of the others. */
  private lookCloser(view: DataView, from: number, shape: Shape): void {
    const { littleEndian, findings } = this;
    const hits = new Set(this.met.sort((a, b) => a - b)); // in the file's order
    for (const record of hits) {
      const at = from + record * shape.size;
      const exporter = exporterOf(view, at, shape, littleEndian);
      misses.add(exporter, -1);
      const flow = decodeRecord(view, at, shape, littleEndian, this.createdMs);
      this.matcher.judge(flow ? [flow] : [], exporter, findings);
    }
    for (const record of this.suspects) {
      const at = from + record * shape.size;
      if (hits.has(record) || !timesOf(view, at, shape, littleEndian).swapped) continue;
      findings.count(exporterOf(view, at, shape, littleEndian), TALLY.swappedTimes, 1);
    }
  }

  /** What is missing between the records found, which end at `at`, and those that the block announces. */
  private account(block: OpenBlock, at: number, records: number): void {
    const announced = block.records === ANY_RECORDS ? records + (at < block.to ? 1 : 0) : block.records;
    const lost = Math.max(announced - records, at < block.to ? 1 : 0);
    if (lost === 0) return;
    this.findings.count(NO_EXPORTER, TALLY.undecodable, lost);
    if (block.isCut) return; // the reader has told
    const what =
      block.problem ??
      (at < block.to
        ? `a record of impossible size: ${lost} records of the block passed over`
        : `a block announces ${block.records} records and holds ${records}`);
    this.findings.problem({ what, offset: offsetIn(block, at) });
  }
}

/** In the file; of the block, where the record has no place of its own in the file. */
function offsetIn(block: OpenBlock, at: number): number {
  return block.isCompressed ? block.fileOffset : block.fileOffset + at - block.from;
}
