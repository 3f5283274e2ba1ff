// Reads Parquet as lines of text into slabs: the scanner of delimited text serves them, by the same rules and counters.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MINUTE_MS } from '../../core/time.ts';
import type { BatchReader, Filled, ReaderOptions } from '../batch.ts';
import type { ByteSource } from '../byte-source.ts';
import type { ColumnMap } from '../csv/columns.ts';
import { type CsvPlan, SPARE_BYTES } from '../csv/plan.ts';
import type { Slab } from '../slab.ts';
import {
  type LineColumns,
  type LineSource,
  MAX_ROW_BYTES,
  MIN_SLAB_BYTES,
  ParquetDecoder,
} from './decoder.ts';
import { DecoderThread } from './thread.ts';

export interface ParquetOptions extends ReaderOptions {
  readonly columns?: ColumnMap;
  /** Who decodes; by default the built thread, or, where there is none, the caller's. */
  readonly lines?: LineSource;
}

/** @param _head unused: the columns lie where the footer says, so the file is opened again by its name */
export function openParquet(source: ByteSource, _head: Uint8Array, options: ParquetOptions): BatchReader {
  return new ParquetReader(source, options);
}

class ParquetReader implements BatchReader {
  private readonly source: ByteSource;
  private readonly options: ParquetOptions;
  private lines: LineSource | null;
  private plan: CsvPlan | null = null;
  /** The next row, from 0. */
  private row: number;

  constructor(source: ByteSource, options: ParquetOptions) {
    this.source = source;
    this.options = options;
    this.lines = options.lines ?? null;
    this.row = options.resume?.position ?? 0;
  }

  async fill(slab: Slab): Promise<Filled | null> {
    const capacity = slab.bytes.length - SPARE_BYTES;
    if (capacity < MIN_SLAB_BYTES) {
      throw new Error(`a slab holds ${capacity} bytes; at least ${MIN_SLAB_BYTES} are needed`);
    }
    this.lines ??= openLines(this.source.name, this.options.columns);
    const filled = await this.lines.fill(slab.bytes.subarray(0, capacity), this.row);
    for (const what of filled.problems) this.options.onProblem({ what, offset: null });
    if (filled.columns === null) return null;
    const atEnd = filled.length === 0 && filled.undecodable === 0;
    this.row = filled.nextRow;
    return atEnd ? null : this.batch(filled.length, filled.firstRow, filled.undecodable, filled.columns);
  }

  async close(): Promise<void> {
    await this.lines?.close();
    await this.source.close();
  }

  private batch(length: number, firstRow: number, undecodable: number, columns: LineColumns): Filled {
    const { nowMs } = this.options;
    // Without columns there is no line: a row group was passed over before the first one.
    if (columns.length > 0) this.plan ??= this.planOf(columns);
    const plan = this.plan ?? this.planOf(columns);
    const fromMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    const counted = { datagrams: 0, undecodable, early: 0, earlyDropped: 0, sequenceLost: 0 };
    return {
      batch: { kind: 'csv', length, firstLine: firstRow + 1, plan },
      groups: [{ exporter: null, fromMs, toMs: fromMs + MINUTE_MS, ...counted }],
      position: this.row,
    };
  }

  private planOf(columns: LineColumns): CsvPlan {
    const { nowMs, columns: map } = this.options;
    return {
      delimiter: '\t',
      columns: Object.fromEntries(columns.map(({ field }, at) => [field, at])),
      header: columns.map(({ name }) => name),
      timezone: map?.timezone ?? 'UTC',
      timeFormat: map?.timeFormat ?? 'auto',
      maxLineBytes: MAX_ROW_BYTES,
      unit: 'row',
      nowMs,
    };
  }
}

/** In the thread as built: Node 20 does not run TypeScript. */
function openLines(path: string, map: ColumnMap | undefined): LineSource {
  const setup = { path, map };
  const entry = ['../../../workers/parquet.js', '../../../dist/workers/parquet.js']
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((file) => existsSync(file));
  return entry ? new DecoderThread(entry, setup) : new ParquetDecoder(setup);
}
