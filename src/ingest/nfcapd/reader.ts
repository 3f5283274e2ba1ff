// Reads an nfcapd file block by block, straight into slabs. It looks at headers only; in layout 1 also at extension maps,
// for which it decompresses. Resumes at a block; what the file told of exporters goes with the checkpoint.
import type { BatchReader, Filled, NfcapdBatch, ReaderOptions } from '../batch.ts';
import { type ByteSource, RewoundSource } from '../byte-source.ts';
import { ProblemLog } from '../problem-log.ts';
import type { Slab } from '../slab.ts';
import { BlockInput } from './block-input.ts';
import { type Checkpoint, exportersOf, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { OUTPUT_FULL } from './copy.ts';
import { decompressBlock, decompressionProblem } from './decompress.ts';
import type { Exporters } from './exporters.ts';
import { Filling } from './filling.ts';
import {
  BLOCK_HEADER_BYTES,
  type BlockHeader,
  type FileHeader,
  fileHeaderBytes,
  MAGIC_BYTES,
  parseBlockHeader,
  parseFileHeader,
} from './header.ts';
import { addMaps, type Maps } from './layout-1.ts';
import { ANY_RECORDS, type Compression, MAX_BLOCK_BYTES } from './plan.ts';
import { RecordWalk } from './record-walk.ts';
import { settle } from './settle.ts';

/** Ledger interval of a file: the slot in which it was begun, nfcapd's default rotation. */
const SLOT_MS = 300_000;

/** @param head already read from the source */
export function openNfcapd(source: ByteSource, head: Uint8Array, options: ReaderOptions): BatchReader {
  return new NfcapdReader(new RewoundSource(head, source), options);
}

/** A block whose header has been read. */
interface PendingBlock extends BlockHeader {
  /** Offset in the input of its first byte. */
  readonly at: number;
}

class NfcapdReader implements BatchReader {
  private readonly input: BlockInput;
  private readonly problems: ProblemLog;
  private readonly nowMs: number;
  private readonly resumeAt: number;
  private readonly checkpoint: Checkpoint | null;
  private readonly exporters: Exporters;
  private readonly maps: Maps;
  private mapList: Checkpoint['maps'];
  private file: FileHeader | null = null;
  private pending: PendingBlock | null = null;
  /** Layout 1: the pending block as it stands on disk, once it has been read. */
  private packed: Uint8Array | null = null;
  private blocks: number;
  private left: number;
  private isEnded = false;

  constructor(source: ByteSource, options: ReaderOptions) {
    this.input = new BlockInput(source);
    this.problems = new ProblemLog(options.onProblem);
    this.nowMs = options.nowMs;
    this.resumeAt = options.resume?.position ?? 0;
    this.checkpoint = options.resume?.state === undefined ? null : parseCheckpoint(options.resume.state);
    this.exporters = exportersOf(this.checkpoint);
    this.mapList = this.checkpoint?.maps ?? [];
    this.maps = new Map(this.mapList);
    this.blocks = this.checkpoint?.blocks ?? 0;
    this.left = this.checkpoint?.left ?? 0;
  }

  async fill(slab: Slab): Promise<Filled | null> {
    if (this.isEnded) return null;
    this.file ??= await this.open();
    if (!this.file) return null;
    const filling = new Filling(slab);
    const plan = { ...this.file, maps: this.mapList };
    let more = true;
    while (more && !this.isEnded && !filling.isFull) more = await this.addBlock(this.file, filling);
    if (filling.count === 0) return null;
    const batch: NfcapdBatch = {
      kind: 'nfcapd',
      blockCount: filling.count,
      plan: {
        layout: plan.layout,
        littleEndian: plan.littleEndian,
        createdMs: plan.createdMs,
        maps: plan.maps,
      },
    };
    return this.filled(batch, this.file);
  }

  async close(): Promise<void> {
    this.problems.close();
    await this.input.close();
  }

  private filled(batch: NfcapdBatch, file: FileHeader): Filled {
    const { exporters, blocks, left, mapList: maps } = this;
    const fromMs = Math.floor((file.createdMs || this.nowMs) / SLOT_MS) * SLOT_MS;
    return {
      batch,
      groups: [],
      position: this.pending ? this.pending.at - BLOCK_HEADER_BYTES : this.input.position,
      /** As of the batch settled last: to be asked for after `settle`. */
      get state() {
        return formatCheckpoint({ blocks, left, exporters: exporters.toNotes(), maps });
      },
      settle: (result) => settle(result, exporters, { fromMs, toMs: fromMs + SLOT_MS }),
    };
  }

  /** Reads the file header, and skips to where to resume. `null` = there is nothing to read; told. */
  private async open(): Promise<FileHeader | null> {
    const head = new Uint8Array(512);
    let length = await this.input.read(head.subarray(0, MAGIC_BYTES), MAGIC_BYTES);
    let header: FileHeader | string | number = fileHeaderBytes(viewOf(head, length));
    if (typeof header === 'number') {
      const size = header;
      length += await this.input.read(head.subarray(length, size), size - length);
      header = length < size ? 'the file is cut off in its header' : parseFileHeader(viewOf(head, size));
    }
    if (typeof header === 'string') {
      this.end(header, 0);
      return null;
    }
    const skip = this.resumeAt - this.input.position;
    if (skip > 0 && !(await this.input.skip(skip))) {
      this.end(
        `the file is shorter than it was: it ends before byte ${this.resumeAt}, where reading stopped`,
        null,
      );
    }
    return header;
  }

  /** Adds the next block, or passes over it. False = it does not fit into this slab. */
  private async addBlock(file: FileHeader, filling: Filling): Promise<boolean> {
    if (this.left > 0) {
      if (filling.count > 0) return false;
      await this.addPiece(file, filling);
      return false;
    }
    this.pending ??= await this.readBlockHeader(file, filling);
    const block = this.pending;
    if (!block) return false;
    if (!block.holdsRecords) return this.passOver(block);
    if (block.isCompressed) {
      if (block.size > Math.min(MAX_BLOCK_BYTES, filling.capacity)) {
        const limit = Math.min(MAX_BLOCK_BYTES, filling.capacity);
        this.problems.add(
          `a compressed block of ${block.size} bytes; the limit is ${limit}: passed over`,
          block.at,
        );
        filling.add(0, file.compression, block.records, block.at, { isCut: true });
        return this.passOver(block);
      }
      if (file.layout === 1) return this.addUnpacked(file, block, filling);
    } else if (block.size > filling.capacity) {
      if (filling.count > 0) return false;
      this.take();
      this.left = block.size;
      return true;
    }
    if (block.size > filling.capacity - filling.used) return false;
    const got = await this.input.read(filling.slab.bytes.subarray(filling.used), block.size);
    const isCut = got < block.size;
    if (isCut) this.endInside(block.at + got, block.size - got);
    if (file.layout === 1) this.learnMaps(file, filling.slab.view, filling.used, filling.used + got);
    filling.add(got, block.isCompressed ? file.compression : 'none', block.records, block.at, { isCut });
    this.take();
    return true;
  }

  private async readBlockHeader(file: FileHeader, filling: Filling): Promise<PendingBlock | null> {
    if (file.blocks !== null && this.blocks >= file.blocks) {
      this.isEnded = true;
      return null;
    }
    const head = new Uint8Array(BLOCK_HEADER_BYTES);
    const at = this.input.position;
    const got = await this.input.read(head, BLOCK_HEADER_BYTES);
    if (got < BLOCK_HEADER_BYTES) {
      if (this.input.damage !== null || got > 0) this.endInside(at + got, BLOCK_HEADER_BYTES - got);
      else if (file.blocks !== null) {
        this.end(`the file announces ${file.blocks} blocks and ends after ${this.blocks}`, at);
      }
      this.isEnded = true;
      return null;
    }
    if (file.blocks === null && this.blocks === 0) {
      this.problems.add('the file was never closed by its writer: read to its end', null);
    }
    const header = parseBlockHeader(viewOf(head, BLOCK_HEADER_BYTES), file);
    if (!header) {
      this.end('no valid block header here: what follows cannot be read', at);
      filling.add(0, 'none', 1, at, { isCut: true });
      return null;
    }
    return { ...header, at: at + BLOCK_HEADER_BYTES };
  }

  /** The next piece of a block that no slab holds whole: as many whole records as fit. */
  private async addPiece(file: FileHeader, filling: Filling): Promise<void> {
    const { bytes, view } = filling.slab;
    const at = this.input.position;
    const wanted = Math.min(this.left, filling.capacity);
    const got = await this.input.read(bytes.subarray(0, wanted), wanted);
    const isCut = got < wanted;
    if (isCut) this.endInside(at + got, this.left - got);
    const size = isCut || got === this.left ? got : wholeRecords(view, got, file);
    if (file.layout === 1) this.learnMaps(file, view, 0, size);
    if (size === 0) {
      // No record fits: damage, which the scan reports when it meets it. Where the next one begins, nothing tells.
      filling.add(got, 'none', ANY_RECORDS, at);
      await this.input.skip(this.left - got);
      this.left = 0;
      return;
    }
    this.input.unread(bytes.subarray(size, got));
    filling.add(size, 'none', ANY_RECORDS, at, { isCut });
    this.left = isCut ? 0 : this.left - size;
  }

  /** Layout 1: the pending block, decompressed into the slab. */
  private async addUnpacked(file: FileHeader, block: PendingBlock, filling: Filling): Promise<boolean> {
    if (!this.packed) {
      const packed = new Uint8Array(block.size);
      const got = await this.input.read(packed, block.size);
      if (got < block.size) {
        this.endInside(block.at + got, block.size - got);
        filling.add(0, file.compression, block.records, block.at, { isCut: true });
        this.take();
        return true;
      }
      this.packed = packed;
    }
    const { view } = filling.slab;
    const from = filling.used;
    const limit = Math.min(filling.capacity, from + MAX_BLOCK_BYTES);
    const compression = file.compression as Exclude<Compression, 'none'>;
    const input = viewOf(this.packed, this.packed.length);
    const to = decompressBlock(compression, input, 0, this.packed.length, view, from, limit);
    if (to === OUTPUT_FULL && filling.count > 0) return false;
    if (to < 0) {
      this.problems.add(decompressionProblem(compression, to, limit - from), block.at);
      filling.add(0, compression, block.records, block.at, { isCut: true });
    } else {
      this.learnMaps(file, view, from, to);
      filling.add(to - from, 'none', block.records, block.at, { isUnpacked: true });
    }
    this.take();
    return true;
  }

  private learnMaps(file: FileHeader, view: DataView, from: number, to: number): void {
    if (addMaps(this.maps, view, from, to, file.littleEndian)) this.mapList = [...this.maps];
  }

  private async passOver(block: PendingBlock): Promise<boolean> {
    if (!(await this.input.skip(block.size))) this.endInside(this.input.position, 0);
    this.take();
    return true;
  }

  /** The pending block is dealt with. */
  private take(): void {
    this.pending = null;
    this.packed = null;
    this.blocks++;
  }

  private endInside(at: number, missing: number): void {
    this.end(
      this.input.damage ?? `the file is cut off inside a block: at least ${missing} bytes are missing`,
      at,
    );
  }

  private end(problem: string, at: number | null): void {
    this.isEnded = true;
    this.problems.add(problem, at);
  }
}

/** Bytes of the whole records at the beginning of view[0, length). */
function wholeRecords(view: DataView, length: number, file: FileHeader): number {
  const walk = new RecordWalk({ ...file, maps: [] });
  let at = 0;
  for (let size = walk.sizeAt(view, 0, length); size > 0; size = walk.sizeAt(view, at, length)) at += size;
  return at;
}

function viewOf(bytes: Uint8Array, length: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}
