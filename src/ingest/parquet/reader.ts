// Reads Parquet row group by row group, the needed columns alone, and writes the rows as lines of text into slabs: the scanner
// of delimited text serves them, with the same rules and counters.
import { type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { MINUTE_MS } from '../../core/time.ts';
import type { BatchReader, Filled, ReaderOptions } from '../batch.ts';
import type { ByteSource } from '../byte-source.ts';
import type { ColumnMap } from '../csv/columns.ts';
import { type CsvPlan, SPARE_BYTES } from '../csv/plan.ts';
import type { Slab } from '../slab.ts';
import { ParquetFile } from './file.ts';
import { PARSERS, type ParquetColumn, parquetColumns } from './table.ts';

export interface ParquetOptions extends ReaderOptions {
  readonly columns?: ColumnMap;
}

/** Rows decoded at a time: larger row groups are read in parts, so that memory stays flat. */
const MAX_WINDOW_ROWS = 131_072;
/** No row is longer: a hundred-odd bytes for each field there is. */
const MAX_ROW_BYTES = 4096;

/** Decoded columns of rows [from, to) of the file. */
interface Window {
  readonly from: number;
  readonly to: number;
  readonly values: readonly (readonly unknown[])[];
}

/** @param head unused: the columns lie where the footer says, so the file is opened again by its name */
export function openParquet(source: ByteSource, _head: Uint8Array, options: ParquetOptions): BatchReader {
  return new ParquetReader(source, options);
}

class ParquetReader implements BatchReader {
  private readonly source: ByteSource;
  private readonly options: ParquetOptions;
  private file: ParquetFile | null = null;
  private metadata: FileMetaData | null = null;
  private columns: readonly ParquetColumn[] = [];
  private plan: CsvPlan | null = null;
  private opened = false;
  private window: Window | null = null;
  private group = 0;
  /** Rows of the groups before `group`. */
  private groupFrom = 0;
  /** The next row. */
  private row: number;
  private undecodable = 0;

  constructor(source: ByteSource, options: ParquetOptions) {
    this.source = source;
    this.options = options;
    this.row = options.resume?.position ?? 0;
  }

  async fill(slab: Slab): Promise<Filled | null> {
    if (!this.opened) {
      this.opened = true;
      await this.open();
    }
    if (this.plan === null) return null;
    const capacity = slab.bytes.length - SPARE_BYTES;
    if (capacity < MAX_ROW_BYTES)
      throw new Error(`a slab holds ${capacity} bytes; at least ${MAX_ROW_BYTES} are needed`);
    const bytes = Buffer.from(slab.buffer, slab.bytes.byteOffset, capacity);
    const firstRow = await this.nextRow();
    let length = 0;
    while (this.window !== null && this.row < this.window.to && length + MAX_ROW_BYTES <= capacity) {
      length += bytes.write(this.lineOf(this.window, this.row - this.window.from), length, 'latin1');
      this.row++;
    }
    if (length === 0 && this.undecodable === 0) return null;
    return this.batch(length, firstRow, this.plan);
  }

  async close(): Promise<void> {
    this.window = null;
    this.file?.close();
    await this.source.close();
  }

  private async open(): Promise<void> {
    const { name } = this.source;
    this.file = ParquetFile.open(name);
    if (this.file === null) {
      this.problem(
        `${name}: Parquet is read from a plain file only, not from a pipe or a compressed file: decompress it first`,
      );
      return;
    }
    try {
      this.metadata = await parquetMetadataAsync(this.file, { geoparquet: false });
      const columns = parquetColumns(this.metadata, this.options.columns);
      if ('missing' in columns) {
        this.problem(
          `no table of flows: the columns lack ${columns.missing}; give a mapping with --columns src=…,dst=…,start=…`,
        );
        return;
      }
      this.columns = columns;
    } catch (error) {
      this.problem(`the footer cannot be read: ${(error as Error).message}`);
      return;
    }
    this.plan = {
      delimiter: '\t',
      columns: Object.fromEntries(this.columns.map(({ field }, at) => [field, at])),
      header: this.columns.map(({ name: column }) => column),
      timezone: this.options.columns?.timezone ?? 'UTC',
      timeFormat: this.options.columns?.timeFormat ?? 'auto',
      maxLineBytes: MAX_ROW_BYTES,
      unit: 'row',
      nowMs: this.options.nowMs,
    };
  }

  /** Decodes on until the window holds the next row, or the file ends. Returns the row's number. */
  private async nextRow(): Promise<number> {
    const groups = this.metadata?.row_groups ?? [];
    while (this.window === null || this.row >= this.window.to) {
      this.window = null;
      const group = groups[this.group];
      if (!group) break;
      const groupTo = this.groupFrom + Math.max(0, Number(group.num_rows));
      if (this.row >= groupTo) {
        this.group++;
        this.groupFrom = groupTo;
        continue;
      }
      const to = Math.min(groupTo, this.row + MAX_WINDOW_ROWS);
      try {
        this.window = await this.decode(this.row, to);
      } catch (error) {
        this.undecodable++;
        this.problem(
          `rows ${this.row + 1} to ${groupTo} (row group ${this.group + 1}) cannot be read: ${(error as Error).message}`,
        );
        this.row = groupTo;
      }
    }
    return this.row;
  }

  /** Column by column, so that but one is in memory as the file has it. */
  private async decode(from: number, to: number): Promise<Window> {
    const values: unknown[][] = [];
    for (const { name } of this.columns) {
      const column = new Array<unknown>(to - from);
      let known = 0;
      await parquetRead({
        file: this.file as ParquetFile,
        metadata: this.metadata as FileMetaData,
        columns: [name],
        rowStart: from,
        rowEnd: to,
        compressors,
        parsers: PARSERS,
        utf8: false,
        useOffsetIndex: true,
        onChunk: ({ columnData, rowStart }) => {
          // Pages reach over both ends of what was asked for.
          for (let n = Math.max(0, from - rowStart); n < columnData.length && rowStart + n < to; n++) {
            column[rowStart + n - from] = columnData[n];
            known++;
          }
        },
      });
      if (known !== to - from) throw new Error(`column "${name}" holds ${known} of ${to - from} rows`);
      values.push(column);
    }
    return { from, to, values };
  }

  private lineOf({ values }: Window, at: number): string {
    let line = '';
    for (let column = 0; column < this.columns.length; column++) {
      const cell = (this.columns[column] as ParquetColumn).write((values[column] as readonly unknown[])[at]);
      line += column === 0 ? cell : `\t${cell}`;
    }
    return `${line}\n`;
  }

  private batch(length: number, firstRow: number, plan: CsvPlan): Filled {
    const fromMs = Math.floor(this.options.nowMs / MINUTE_MS) * MINUTE_MS;
    const { undecodable } = this;
    this.undecodable = 0;
    return {
      batch: { kind: 'csv', length, firstLine: firstRow + 1, plan },
      groups: [
        {
          exporter: null,
          fromMs,
          toMs: fromMs + MINUTE_MS,
          datagrams: 0,
          undecodable,
          early: 0,
          earlyDropped: 0,
          sequenceLost: 0,
        },
      ],
      position: this.row,
    };
  }

  private problem(what: string): void {
    this.options.onProblem({ what, offset: null });
  }
}
