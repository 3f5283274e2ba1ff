// Decodes a Parquet file row group by row group, the needed columns alone, into lines of text. It trusts what hyparquet
// trusts: thread.ts keeps watch over it.
import { type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ColumnMap } from '../csv/columns.ts';
import type { CsvField } from '../csv/fields.ts';
import { ParquetFile } from './file.ts';
import { PARSERS, type ParquetColumn, parquetColumns } from './table.ts';

export interface DecoderSetup {
  readonly path: string;
  readonly map: ColumnMap | undefined;
}

/** What the lines hold, in order: each column's name and the field it tells. */
export type LineColumns = readonly { readonly name: string; readonly field: CsvField }[];

export interface DecodedLines {
  /** null = the file holds no table of flows; `problems` says why. */
  readonly columns: LineColumns | null;
  /** Bytes of lines written; 0 = no row from here on. */
  readonly length: number;
  /** The first row that was written, from 0, and the one after the last. */
  readonly firstRow: number;
  readonly nextRow: number;
  /** Row groups that could not be decoded. */
  readonly undecodable: number;
  readonly problems: readonly string[];
}

/** Who fills memory with lines of a Parquet file: the decoder itself, or the thread that it runs in. */
export interface LineSource {
  fill(into: Uint8Array, row: number): Promise<DecodedLines>;
  close(): Promise<void>;
}

/** Rows decoded at a time: larger row groups are read in parts, so that memory stays flat. */
const MAX_WINDOW_ROWS = 131_072;
/** More than any writer puts into one group (2 ** 20 is usual); a footer that names more is damaged. */
const MAX_GROUP_ROWS = 2 ** 31;
/** No row is longer: a hundred-odd bytes for each field there is. */
export const MAX_ROW_BYTES = 4096;
const ROWS_AT_ONCE = 16;
/** A slab must hold so much for any row to fit. */
export const MIN_SLAB_BYTES = ROWS_AT_ONCE * MAX_ROW_BYTES;

/** Decoded columns of rows [from, to) of the file. */
interface Window {
  readonly from: number;
  readonly to: number;
  readonly values: readonly (readonly unknown[])[];
}

export class ParquetDecoder implements LineSource {
  private readonly setup: DecoderSetup;
  private readonly onDecoding: (row: number, groupEnd: number) => void;
  private file: ParquetFile | null = null;
  private metadata: FileMetaData | null = null;
  private columns: readonly ParquetColumn[] | null = null;
  private opened = false;
  private window: Window | null = null;
  private problems: string[] = [];
  private undecodable = 0;

  /** @param onDecoding told before rows are decoded: the first of them, and the end of their row group */
  constructor(setup: DecoderSetup, onDecoding: (row: number, groupEnd: number) => void = () => {}) {
    this.setup = setup;
    this.onDecoding = onDecoding;
  }

  /** Writes lines from `row` on, as many as fit. What is damaged is passed over and told. */
  async fill(into: Uint8Array, row: number): Promise<DecodedLines> {
    if (!this.opened) {
      this.opened = true;
      await this.open();
    }
    const { columns } = this;
    let length = 0;
    let firstRow = row;
    let nextRow = row;
    if (columns !== null) {
      const window = await this.windowFrom(row);
      if (window === null) {
        nextRow = Math.max(row, this.rowCount());
      } else {
        firstRow = Math.max(row, window.from);
        nextRow = firstRow;
        const bytes = Buffer.from(into.buffer, into.byteOffset, into.length);
        // Written some at a time: a call per row costs more than the row.
        while (nextRow < window.to && length + ROWS_AT_ONCE * MAX_ROW_BYTES <= into.length) {
          const to = Math.min(nextRow + ROWS_AT_ONCE, window.to);
          let lines = '';
          for (; nextRow < to; nextRow++) lines += lineOf(columns, window.values, nextRow - window.from);
          length += bytes.write(lines, length, 'latin1');
        }
      }
    }
    const { problems, undecodable } = this;
    this.problems = [];
    this.undecodable = 0;
    return {
      columns: columns?.map(({ name, field }) => ({ name, field })) ?? null,
      length,
      firstRow,
      nextRow,
      undecodable,
      problems,
    };
  }

  async close(): Promise<void> {
    this.window = null;
    this.file?.close();
  }

  private async open(): Promise<void> {
    const { path, map } = this.setup;
    this.file = ParquetFile.open(path);
    if (this.file === null) {
      this.problems.push(
        `${path}: Parquet is read from a plain file only, not from a pipe or a compressed file: decompress it first`,
      );
      return;
    }
    try {
      this.metadata = await parquetMetadataAsync(this.file, { geoparquet: false });
      this.rowCount(); // sizes are asked for without care from here on
      const columns = parquetColumns(this.metadata, map);
      if ('missing' in columns) {
        this.problems.push(
          `no table of flows: the columns lack ${columns.missing}; give a mapping with --columns src=…,dst=…,start=…`,
        );
      } else {
        this.columns = columns;
      }
    } catch (error) {
      this.problems.push(`the footer cannot be read: ${(error as Error).message}`);
    }
  }

  private rowCount(): number {
    return (this.metadata?.row_groups ?? []).reduce((sum, group) => sum + rowsOf(group), 0);
  }

  /** The decoded rows that hold `row`, or the next ones that can be decoded; null = there are none. */
  private async windowFrom(row: number): Promise<Window | null> {
    if (this.window !== null && row >= this.window.from && row < this.window.to) return this.window;
    this.window = null;
    let groupEnd = 0;
    for (const [number, group] of this.metadata?.row_groups.entries() ?? []) {
      const groupFrom = groupEnd;
      groupEnd += rowsOf(group);
      if (row >= groupEnd) continue;
      const from = Math.max(row, groupFrom);
      try {
        this.onDecoding(from, groupEnd);
        this.window = await this.decode(from, Math.min(groupEnd, from + MAX_WINDOW_ROWS));
        return this.window;
      } catch (error) {
        this.undecodable++;
        const { message } = error as Error;
        this.problems.push(
          `rows ${from + 1} to ${groupEnd} (row group ${number + 1}) cannot be read: ${message}`,
        );
      }
    }
    return null;
  }

  /** Column by column, so that but one is in memory as the file has it. */
  private async decode(from: number, to: number): Promise<Window> {
    const values: unknown[][] = [];
    for (const { name } of this.columns ?? []) {
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
}

/** @throws Error where the footer lies */
function rowsOf(group: { readonly num_rows: bigint }): number {
  const rows = Number(group.num_rows);
  if (!Number.isSafeInteger(rows) || rows < 0 || rows > MAX_GROUP_ROWS)
    throw new Error('a row group of an impossible size');
  return rows;
}

function lineOf(
  columns: readonly ParquetColumn[],
  values: readonly (readonly unknown[])[],
  row: number,
): string {
  let line = '';
  for (let column = 0; column < columns.length; column++) {
    const cell = (columns[column] as ParquetColumn).write((values[column] as readonly unknown[])[row]);
    line += column === 0 ? cell : `\t${cell}`;
  }
  return `${line}\n`;
}
