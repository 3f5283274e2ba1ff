// Reads delimited text in whole lines into slabs. It finds the table once, then moves bytes: what the lines say is the
// scanner's business.
import { MINUTE_MS } from '../../core/time.ts';
import type { BatchReader, Filled, Group, ReaderOptions } from '../batch.ts';
import { type ByteSource, DamagedInput } from '../byte-source.ts';
import type { Slab } from '../slab.ts';
import type { ColumnMap } from './columns.ts';
import { type FoundTable, findHeader, MAX_PREAMBLE_BYTES } from './header.ts';
import { countLines, indexBefore, NEWLINE, RecordSplitter } from './lines.ts';
import { type CsvPlan, MAX_LINE_BYTES, SPARE_BYTES } from './plan.ts';
import { isNote } from './verdict.ts';

export interface CsvOptions extends ReaderOptions {
  readonly columns?: ColumnMap;
  /** A record may take so many bytes; default 64 KiB. */
  readonly maxLineBytes?: number;
}

const READ_BYTES = 64 * 1024;

/** @param head what was already read of the source */
export function openCsv(source: ByteSource, head: Uint8Array, options: CsvOptions): BatchReader {
  return new CsvReader(source, head, options);
}

class CsvReader implements BatchReader {
  private readonly source: ByteSource;
  private readonly options: CsvOptions;
  /** Bytes that were read and not yet handed out. */
  private pending: Uint8Array;
  private table: FoundTable | null = null;
  private plan: CsvPlan | null = null;
  private opened = false;
  private ended = false;
  private cut = false;
  private skipping = false;
  /** Of the first byte of `pending`. */
  private position = 0;
  private line = 1;
  private undecodable = 0;

  constructor(source: ByteSource, head: Uint8Array, options: CsvOptions) {
    this.source = source;
    this.options = options;
    this.pending = head.slice();
  }

  async fill(slab: Slab): Promise<Filled | null> {
    if (!this.opened) {
      this.opened = true;
      await this.open();
    }
    if (this.table === null) return null;
    const capacity = slab.bytes.length - SPARE_BYTES;
    this.plan ??= this.makePlan(this.table, capacity);
    const splitter = new RecordSplitter(this.plan.delimiter, this.plan.maxLineBytes);
    for (;;) {
      const filled = await this.load(slab.bytes.subarray(0, capacity));
      if (filled === 0) return this.undecodable > 0 ? this.batch(0, this.plan) : null;
      const bytes = Buffer.from(slab.buffer, slab.bytes.byteOffset, filled);
      const final = this.ended && filled >= this.pending.length;
      let end = this.skipping ? 0 : splitter.lastRecordEnd(bytes, filled, final);
      if (end === 0) {
        this.skipLine(bytes, final);
        continue;
      }
      const consumed = end;
      if (bytes[end - 1] !== NEWLINE) end = this.endOfFile(slab, bytes, splitter, this.plan);
      const firstLine = this.line;
      const words = new Int32Array(slab.buffer, slab.bytes.byteOffset, slab.bytes.length >> 2);
      this.line += countLines(words, slab.bytes, end);
      this.giveBack(bytes, consumed);
      return this.batch(end, this.plan, firstLine);
    }
  }

  async close(): Promise<void> {
    await this.source.close();
  }

  /** Reads on until the header line is known, and to the point of resumption. */
  private async open(): Promise<void> {
    let found = findHeader(this.pending, this.ended, this.options.columns);
    while (found === 'incomplete') {
      const more = new Uint8Array(READ_BYTES);
      const read = await this.read(more);
      this.pending = Buffer.concat([this.pending, more.subarray(0, read)]);
      found = findHeader(
        this.pending,
        this.ended || this.pending.length > MAX_PREAMBLE_BYTES,
        this.options.columns,
      );
    }
    if ('problem' in found) {
      const empty = this.pending.length === 0;
      if (!empty) this.options.onProblem({ what: `no table of flows: ${found.problem}`, offset: 0 });
      return;
    }
    this.table = found;
    this.line = found.dataLine;
    this.position = found.dataOffset;
    this.pending = this.pending.subarray(found.dataOffset);
    const { resume } = this.options;
    if (resume && resume.position > this.position) await this.resumeAt(resume.position, resume.state);
  }

  private async resumeAt(position: number, state: string | undefined): Promise<void> {
    const scratch = new Uint8Array(READ_BYTES);
    while (this.position < position) {
      if (this.pending.length === 0) {
        const read = await this.read(scratch);
        if (read === 0) break;
        this.pending = scratch.slice(0, read);
      }
      const step = Math.min(this.pending.length, position - this.position);
      this.pending = this.pending.subarray(step);
      this.position += step;
    }
    if (this.position < position) {
      const what = `the file ends at byte ${this.position}, before the place where reading was to go on (${position})`;
      this.options.onProblem({ what, offset: this.position });
    }
    const known: unknown = state === undefined ? null : JSON.parse(state);
    if (known !== null && typeof known === 'object' && 'line' in known) this.line = Number(known.line);
  }

  private makePlan(table: FoundTable, capacity: number): CsvPlan {
    return {
      delimiter: table.delimiter,
      columns: table.columns,
      header: table.header,
      timezone: this.options.columns?.timezone ?? 'UTC',
      timeFormat: this.options.columns?.timeFormat ?? 'auto',
      maxLineBytes: Math.min(this.options.maxLineBytes ?? MAX_LINE_BYTES, capacity),
      unit: 'line',
      nowMs: this.options.nowMs,
    };
  }

  /** Fills `into` from what is pending, then from the source, to the brim or to the end of the input. */
  private async load(into: Uint8Array): Promise<number> {
    let filled = Math.min(this.pending.length, into.length);
    into.set(this.pending.subarray(0, filled));
    while (filled < into.length && !this.ended) {
      filled += await this.read(into.subarray(filled));
    }
    // What did not fit stays pending; what did is taken off when the batch is cut.
    return filled;
  }

  private async read(into: Uint8Array): Promise<number> {
    if (this.ended) return 0;
    try {
      const pending = this.source.read(into);
      const read = typeof pending === 'number' ? pending : await pending;
      if (read === 0) this.ended = true;
      return read;
    } catch (error) {
      if (!(error instanceof DamagedInput)) throw error;
      this.ended = true;
      this.cut = true;
      this.options.onProblem({ what: error.message, offset: null });
      return 0;
    }
  }

  /** Keeps bytes[from, …) of what was loaded, in front of what did not fit, for the next batch. */
  private giveBack(loaded: Uint8Array, from: number): void {
    this.pending =
      loaded.length < this.pending.length
        ? this.pending.subarray(from)
        : Uint8Array.from(loaded.subarray(from));
    this.position += from;
  }

  /** No record ends in a full slab: it is longer than any may be. */
  private skipLine(bytes: Buffer, final: boolean): void {
    if (!this.skipping) {
      this.undecodable++;
      const what = `line ${this.line}: longer than ${this.plan?.maxLineBytes} bytes, or a quote is not closed; passed over`;
      this.options.onProblem({ what, offset: this.position });
    }
    const newline = indexBefore(bytes, NEWLINE, 0, bytes.length);
    this.skipping = newline < 0 && !final;
    if (newline >= 0) this.line++;
    this.giveBack(bytes, newline < 0 ? bytes.length : newline + 1);
  }

  /**
   * The last line has no line break. It is given one, unless it has fewer columns than the others: then it was cut off, and what
   * stands there may be half an address.
   */
  private endOfFile(slab: Slab, bytes: Buffer, splitter: RecordSplitter, plan: CsvPlan): number {
    const from = splitter.lastRecordStart(bytes, bytes.length);
    const whole = splitter.countColumns(bytes, from, bytes.length) >= (this.table?.columnCount ?? 0);
    if (!this.cut && (whole || isNote(bytes.toString('utf8', from).split(plan.delimiter)))) {
      slab.bytes[bytes.length] = NEWLINE;
      return bytes.length + 1;
    }
    this.undecodable++;
    this.options.onProblem({
      what: 'the last line is cut off: it has no line break and fewer columns than the others',
      offset: this.position + from,
    });
    return from;
  }

  private batch(length: number, plan: CsvPlan, firstLine = this.line): Filled {
    const fromMs = Math.floor(this.options.nowMs / MINUTE_MS) * MINUTE_MS;
    const group: Group = {
      exporter: null,
      fromMs,
      toMs: fromMs + MINUTE_MS,
      datagrams: 0,
      undecodable: this.undecodable,
      early: 0,
      earlyDropped: 0,
      sequenceLost: 0,
    };
    this.undecodable = 0;
    return {
      batch: { kind: 'csv', length, firstLine, plan },
      groups: [group],
      position: this.position,
      state: JSON.stringify({ line: this.line }),
    };
  }
}
