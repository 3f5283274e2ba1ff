// What a worker needs to know to read the lines of one delimited file. Plain data: it travels with every batch.
import type { CsvField } from './fields.ts';

/** `auto` tells epoch seconds, milli-, micro- and nanoseconds by their size, and calendar times with the year first. */
export const TIME_FORMATS = [
  'auto',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
  'dmy',
  'mdy',
] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

export const DELIMITERS = { comma: ',', pipe: '|', semicolon: ';', tab: '\t' } as const;
export type Delimiter = (typeof DELIMITERS)[keyof typeof DELIMITERS];

/** A row, or a quoted record over several lines, may take so many bytes; what is longer is damage. */
export const MAX_LINE_BYTES = 64 * 1024;

/** Bytes after a batch's last line that stay free in the slab: the scanner reads whole words and sets sentinels. */
export const SPARE_BYTES = 16;

export interface CsvPlan {
  readonly delimiter: Delimiter;
  /** Place of each field's column, from 0. */
  readonly columns: Readonly<Partial<Record<CsvField, number>>>;
  /** Names from the header line; empty where there is none. */
  readonly header: readonly string[];
  /** IANA zone of times without an offset. */
  readonly timezone: string;
  readonly timeFormat: TimeFormat;
  readonly maxLineBytes: number;
  /** How problems name a record's place: lines of a file, rows of a Parquet table. */
  readonly unit: 'line' | 'row';
  /** Epoch ms that stand in for the instant of export where the row tells none. */
  readonly nowMs: number;
}
