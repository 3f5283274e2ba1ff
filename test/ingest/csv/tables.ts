// Reading tables in tests: a source over bytes, a list of addresses, batches of any size, and what the scan makes of them.

import { DISCARD_REASONS } from '../../../src/core/counters.ts';
import type { Flow } from '../../../src/core/flow.ts';
import { parsePrefix } from '../../../src/core/prefix.ts';
import type { CsvBatch, Filled } from '../../../src/ingest/batch.ts';
import type { ByteSource } from '../../../src/ingest/byte-source.ts';
import { type CsvOptions, openCsv } from '../../../src/ingest/csv/reader.ts';
import { csvRecords } from '../../../src/ingest/csv/records.ts';
import { scanCsv } from '../../../src/ingest/csv/scan.ts';
import { Slab } from '../../../src/ingest/slab.ts';
import { Findings, tallyOf } from '../../../src/match/findings.ts';
import { AddressIndex, buildIndex } from '../../../src/match/index.ts';
import type { ListedRange } from '../../../src/match/list.ts';
import type { Evaluation, FoundMatch, Problem, ScanResult } from '../../../src/match/messages.ts';
import { listOf } from '../../match/lists.ts';

export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

export const EVALUATION: Evaluation = {
  operator: 'example-isp',
  retentionBasis: 'lce-126-1',
  atMs: NOW_MS,
  straddling: 'contained',
};

/** A source that answers in pieces of at most `piece` bytes. */
export function sourceOf(bytes: Uint8Array, piece = Number.POSITIVE_INFINITY): ByteSource {
  let at = 0;
  return {
    name: 'table.csv',
    totalBytes: bytes.length,
    get consumedBytes() {
      return at;
    },
    read(into) {
      const read = Math.min(into.length, piece, bytes.length - at);
      into.set(bytes.subarray(at, at + read));
      at += read;
      return read;
    },
    close: async () => {},
  };
}

export function indexOfAddresses(prefixes: readonly string[]): AddressIndex {
  const ranges = prefixes.map((text): Omit<ListedRange, 'windows'> => {
    const parsed = parsePrefix(text);
    if ('problem' in parsed) throw new Error(parsed.problem);
    const { family, first, last } = parsed.value;
    return { family, first, last };
  });
  return AddressIndex.open(buildIndex(listOf(ranges)));
}

export interface Reading {
  readonly filled: Filled[];
  readonly problems: Problem[];
}

export interface TableOptions extends Partial<CsvOptions> {
  readonly slabBytes?: number;
  readonly piece?: number;
  readonly headBytes?: number;
}

/** Opens a text and calls `take` with each batch while it lies in the slab. */
export async function eachBatch(
  text: string | Uint8Array,
  options: TableOptions,
  take: (slab: Slab, batch: CsvBatch, filled: Filled) => unknown,
): Promise<Reading> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const problems: Problem[] = [];
  const headBytes = Math.min(options.headBytes ?? 64, bytes.length);
  const reader = openCsv(sourceOf(bytes.subarray(headBytes), options.piece), bytes.subarray(0, headBytes), {
    nowMs: NOW_MS,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  const slab = Slab.allocate(0, options.slabBytes ?? 1 << 20, 4);
  const filled: Filled[] = [];
  for (let next = await reader.fill(slab); next; next = await reader.fill(slab)) {
    filled.push(next);
    if (next.batch.kind !== 'csv') throw new Error('not a csv batch');
    await take(slab, next.batch, next);
  }
  await reader.close();
  return { filled, problems };
}

export interface TableRecords {
  readonly flows: Flow[];
  readonly exporters: (string | null)[];
  readonly lines: number[];
  /** What the reader and the rows had to say. */
  readonly problems: string[];
}

/** Every row, decoded. */
export async function recordsOf(
  text: string | Uint8Array,
  options: TableOptions = {},
): Promise<TableRecords> {
  const records: TableRecords = { flows: [], exporters: [], lines: [], problems: [] };
  const { problems } = await eachBatch(text, options, async (slab, batch) => {
    for await (const record of csvRecords(slab, batch)) {
      records.flows.push(...record.flows);
      if (record.flows.length > 0) {
        records.exporters.push(record.exporter);
        records.lines.push(record.line);
      }
      if (record.problem) records.problems.push(`line ${record.line}: ${record.problem}`);
    }
  });
  records.problems.push(...problems.map((problem) => problem.what));
  return records;
}

export type Counts = Record<string, number>;

export function countsOf(results: readonly ScanResult[], readerUndecodable = 0): Counts {
  const columns = [
    'records',
    'matched',
    'matches',
    ...DISCARD_REASONS,
    'undecodable',
    'swappedTimes',
  ] as const;
  const counts: Counts = Object.fromEntries(columns.map((column) => [column, 0]));
  for (const { tallies } of results)
    for (const row of tallies)
      for (const column of columns) counts[column] = (counts[column] as number) + tallyOf(row, column);
  counts.undecodable = (counts.undecodable as number) + readerUndecodable;
  return counts;
}

export interface Scanned {
  readonly counts: Counts;
  readonly matches: FoundMatch[];
  readonly problems: string[];
}

/** What the scanner finds; counts include what the reader could not decode. */
export async function scanOf(
  text: string | Uint8Array,
  index: AddressIndex,
  options: TableOptions = {},
): Promise<Scanned> {
  const results: ScanResult[] = [];
  const { problems, filled } = await eachBatch(text, options, async (slab, batch) => {
    const findings = new Findings();
    await scanCsv(slab, batch, index, EVALUATION, findings);
    results.push(findings.toResult(index.generation));
  });
  const undecodable = filled.reduce((sum, { groups }) => sum + (groups[0]?.undecodable ?? 0), 0);
  return {
    counts: countsOf(results, undecodable),
    matches: results.flatMap((result) => result.matches),
    problems: [...results.flatMap((result) => result.problems), ...problems].map((problem) => problem.what),
  };
}
