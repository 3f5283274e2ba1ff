// Matching nfcapd blocks: addresses straight from the bytes; a record that misses is only counted. The hottest loop of a
// replay: no object, string or closure per record. records.ts is its naive twin.
import { TALLY } from '../../core/counters.ts';
import type { Findings } from '../../match/findings.ts';
import type { AddressIndex } from '../../match/index.ts';
import { Matcher } from '../../match/matcher.ts';
import type { Evaluation } from '../../match/messages.ts';
import type { NfcapdBatch } from '../batch.ts';
import type { Slab } from '../slab.ts';
import { type OpenBlock, openBlock } from './blocks.ts';
import { ANY_RECORDS } from './plan.ts';
import { decodeRecord, exporterOf, timesOf } from './record.ts';
import { RecordWalk } from './record-walk.ts';
import { hasShape, type Shape } from './shape.ts';

/** Records without a hit, by exporter number; all zero between scans. One per thread: scans do not overlap. */
const misses = new Uint32Array(0x10000);
/**
 * Records per call of the hot loops. A function that is called rarely and loops long is entered by the interpreter each
 * time, and only replaced on the way: short runs let it be compiled as a whole.
 */
const RUN_RECORDS = 256;
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
  private highestExporter = 0;

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
          const end = isPlainIpv4(shape, this.littleEndian)
            ? this.scanPlainIpv4(view, at, to, shape)
            : this.scanAny(view, at, to, shape);
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
    for (let exporter = 0; exporter <= this.highestExporter; exporter++) {
      const count = misses[exporter] as number;
      if (count === 0) continue;
      this.findings.count(exporter, TALLY.noHit, count);
      misses[exporter] = 0;
    }
    this.findings.notes = this.walk.takeNotes();
  }

  /** Whatever shape, layout and byte order. @returns the offset of the first record that has another shape */
  private scanAny(view: DataView, from: number, to: number, shape: Shape): number {
    const { index, littleEndian } = this;
    const { size, addresses4, addresses6 } = shape;
    const high = littleEndian ? 4 : 0;
    const low = 4 - high;
    const end = Math.min(to, from + RUN_RECORDS * size);
    let at = from;
    do {
      let hit = false;
      for (let n = 0; n < addresses4.length; n++) {
        const address = view.getInt32(at + (addresses4[n] as number), littleEndian);
        if (index.mayList4(address) && index.lists4(address)) hit = true;
      }
      for (let n = 0; n < addresses6.length; n++) {
        const from6 = at + (addresses6[n] as number);
        const w0 = view.getInt32(from6 + high, littleEndian);
        const w1 = view.getInt32(from6 + low, littleEndian);
        const w2 = view.getInt32(from6 + 8 + high, littleEndian);
        const w3 = view.getInt32(from6 + 8 + low, littleEndian);
        if (index.mayList6(w0, w1, w2, w3) && index.lists6(w0, w1, w2, w3)) hit = true;
      }
      const exporter = exporterOf(view, at, shape, littleEndian);
      if (hit) this.judge(view, at, shape, exporter);
      else {
        this.countMiss(exporter);
        if (maySwap(view, at, shape, littleEndian)) this.countSwapped(view, at, shape, exporter);
      }
      at += size;
    } while (at < end && hasShape(view, at, to, shape, littleEndian));
    return at;
  }

  /** As scanAny, for the shape that most records have: little-endian layout 2, IPv4, nothing translated or tunnelled. */
  private scanPlainIpv4(view: DataView, from: number, to: number, shape: Shape): number {
    const { index } = this;
    const { size, word0, word4, mask4, wordsAt, words } = shape;
    const src = shape.addresses4[0] as number;
    const dst = shape.addresses4[1] as number;
    const first = shape.times?.first ?? 0;
    const last = shape.times?.last ?? 0;
    const end = Math.min(to - size, from + (RUN_RECORDS - 1) * size);
    let at = from;
    run: do {
      const source = view.getInt32(at + src, true);
      const destination = view.getInt32(at + dst, true);
      const exporter = view.getUint16(at + 8, true);
      if (
        (index.mayList4(source) && index.lists4(source)) ||
        (index.mayList4(destination) && index.lists4(destination))
      ) {
        this.judge(view, at, shape, exporter);
      } else {
        this.countMiss(exporter);
        // The lower words tell: within a day they differ by less than 2^31 ms.
        if (((view.getInt32(at + last, true) - view.getInt32(at + first, true)) | 0) < 0) {
          this.countSwapped(view, at, shape, exporter);
        }
      }
      at += size;
      if (at > end || view.getInt32(at, true) !== word0) break;
      if ((view.getInt32(at + 4, true) & mask4) !== word4) break;
      for (let n = 0; n < words.length; n++) {
        if (view.getInt32(at + (wordsAt[n] as number), true) !== words[n]) break run;
      }
    } while (at <= end);
    return at;
  }

  private judge(view: DataView, at: number, shape: Shape, exporter: number): void {
    const flow = decodeRecord(view, at, shape, this.littleEndian, this.createdMs);
    this.matcher.judge(flow ? [flow] : [], exporter, this.findings);
  }

  private countMiss(exporter: number): void {
    misses[exporter] = (misses[exporter] as number) + 1;
    if (exporter > this.highestExporter) this.highestExporter = exporter;
  }

  private countSwapped(view: DataView, at: number, shape: Shape, exporter: number): void {
    if (timesOf(view, at, shape, this.littleEndian).swapped) {
      this.findings.count(exporter, TALLY.swappedTimes, 1);
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

function isPlainIpv4(shape: Shape, littleEndian: boolean): boolean {
  return (
    littleEndian &&
    shape.times?.unit === 'ms' &&
    shape.addresses4.length === 2 &&
    shape.addresses6.length === 0
  );
}

/** False = its times are certainly in order, or too far apart to be an exchange. */
function maySwap(view: DataView, at: number, shape: Shape, littleEndian: boolean): boolean {
  const slot = shape.times;
  if (slot === null) return false;
  if (slot.unit === 'ms') {
    const low = littleEndian ? 0 : 4;
    const first = view.getInt32(at + slot.first + low, littleEndian);
    return ((view.getInt32(at + slot.last + low, littleEndian) - first) | 0) < 0;
  }
  return view.getUint32(at + slot.last, littleEndian) <= view.getUint32(at + slot.first, littleEndian);
}

/** In the file; of the block, where the record has no place of its own in the file. */
function offsetIn(block: OpenBlock, at: number): number {
  return block.isCompressed ? block.fileOffset : block.fileOffset + at - block.from;
}
