// A table of text, whatever comments stand around its header and rows. Records are cut here, so that each has its line and a
// broken one costs no other; what stands in their cells is fast-csv's to say.
import { parseString } from 'fast-csv';
import { type Fault, fault } from '../refusal.ts';
import { FEED_LIMITS } from './feed.ts';

/** A row by its columns' names in small letters (`#1` … without a header), or why it is none. */
export type Row =
  | { readonly line: number; readonly fields: { readonly [column: string]: string } }
  | { readonly line: number; readonly fault: Fault };

export interface CsvTable {
  /** In small letters; empty where there is no header. */
  readonly columns: readonly string[];
  rows(): AsyncGenerator<Row>;
}

/** A record or comment as it stands. */
interface Cut {
  readonly line: number;
  readonly text: string;
  readonly kind: 'record' | 'comment' | 'broken';
}

const QUOTE = 34;
const DELIMITERS = [',', ';', '\t'] as const;
/** Records given to fast-csv at once. */
const TOGETHER = 2000;
/** Lines over which a quoted cell may go. */
const MOST_LINES = 200;

/** The table whose header is the first line, or a comment before it, that `isHeader` takes for one. */
export function findTable(text: string, isHeader: (columns: readonly string[]) => boolean): CsvTable | null {
  for (const { line, text: record, kind } of cut(text)) {
    for (const delimiter of DELIMITERS) {
      const columns = namesOf(record, delimiter);
      if (columns.length > FEED_LIMITS.columns || !isHeader(columns)) continue;
      return { columns, rows: () => readRows(text, line, columns, delimiter) };
    }
    if (kind !== 'comment') return null;
  }
  return null;
}

/** A table without a header: its columns are `#1`, `#2` … */
export function bareTable(text: string): CsvTable {
  const [first] = firstRecords(text);
  const delimiter = DELIMITERS.find((sign) => first?.text.includes(sign)) ?? ',';
  return { columns: [], rows: () => readRows(text, 0, null, delimiter) };
}

function* firstRecords(text: string): Generator<Cut> {
  for (const record of cut(text)) if (record.kind === 'record') yield record;
}

function namesOf(record: string, delimiter: string): string[] {
  const cells = record.replace(/^\s*#\s*/, '').split(delimiter, FEED_LIMITS.columns + 1);
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim()
      .toLowerCase(),
  );
}

async function* readRows(
  text: string,
  headerLine: number,
  columns: readonly string[] | null,
  delimiter: string,
): AsyncGenerator<Row> {
  let waiting: Cut[] = [];
  for (const record of cut(text)) {
    if (record.kind === 'comment' || record.line <= headerLine) continue;
    waiting.push(record);
    if (waiting.length < TOGETHER) continue;
    yield* await toRows(waiting, columns, delimiter);
    waiting = [];
  }
  yield* await toRows(waiting, columns, delimiter);
}

async function toRows(
  cuts: readonly Cut[],
  columns: readonly string[] | null,
  delimiter: string,
): Promise<Row[]> {
  const sound = cuts.filter(({ kind }) => kind === 'record');
  const cells = await parseRecords(
    sound.map((record) => record.text),
    delimiter,
  );
  const cellsOf = new Map(sound.map((record, at) => [record, cells[at] ?? null]));
  return cuts.map((record) => toRow(record.line, cellsOf.get(record) ?? null, columns));
}

function toRow(line: number, cells: readonly string[] | null, columns: readonly string[] | null): Row {
  if (cells === null) {
    return {
      line,
      fault: fault('row', undefined, 'format', 'a quote is not closed, or stands within a cell'),
    };
  }
  const names = columns ?? cells.map((_, at) => `#${at + 1}`);
  if (cells.length !== names.length) {
    return { line, fault: fault('cells', cells.length, 'format', `the header has ${names.length}`) };
  }
  const fields: Record<string, string> = Object.create(null);
  for (const [at, name] of names.entries()) fields[name] ??= (cells[at] as string).trim();
  return { line, fields };
}

/** The cells of each record; `null` where fast-csv refuses it. Where several fail together, they are parsed apart. */
async function parseRecords(
  records: readonly string[],
  delimiter: string,
): Promise<(readonly string[] | null)[]> {
  if (records.length === 0) return [];
  const together = await parseTogether(records.join('\n'), delimiter);
  if (together?.length === records.length) return together;
  if (records.length === 1) return [null];
  const half = records.length >> 1;
  return [
    ...(await parseRecords(records.slice(0, half), delimiter)),
    ...(await parseRecords(records.slice(half), delimiter)),
  ];
}

function parseTogether(text: string, delimiter: string): Promise<string[][] | null> {
  return new Promise((resolve) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(text, { headers: false, delimiter, ignoreEmpty: false })
      .on('data', (row) => rows.push(row))
      .on('error', () => resolve(null))
      .on('end', () => resolve(rows));
  });
}

/** Records with the lines on which they begin, blank lines left out. A record goes on while a quote is open. */
function* cut(text: string): Generator<Cut> {
  let line = 1;
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = endOfLine(text, at);
    const first = text.slice(at, end);
    const start = line++;
    if (first.trim() === '') continue;
    if (first.trimStart().startsWith('#')) {
      yield { line: start, text: first, kind: 'comment' };
      continue;
    }
    const record = wholeRecord(text, at, end);
    if (record === null) {
      yield { line: start, text: first, kind: 'broken' };
      continue;
    }
    end = record.end;
    line += record.lines - 1;
    yield { line: start, text: text.slice(at, end).replace(/\r$/, ''), kind: 'record' };
  }
}

/** Where the record that begins at `at` ends; `null` where its quotes are not closed within the limits. */
function wholeRecord(text: string, at: number, endOfFirst: number): { end: number; lines: number } | null {
  let isOpen = hasOddQuotes(text, at, endOfFirst);
  let end = endOfFirst;
  let lines = 1;
  while (isOpen && end < text.length && lines < MOST_LINES && end - at < FEED_LIMITS.recordCharacters) {
    const next = endOfLine(text, end + 1);
    if (hasOddQuotes(text, end + 1, next)) isOpen = false;
    end = next;
    lines += 1;
  }
  return isOpen || end - at > FEED_LIMITS.recordCharacters ? null : { end, lines };
}

function hasOddQuotes(text: string, from: number, until: number): boolean {
  let odd = false;
  for (let at = from; at < until; at++) if (text.charCodeAt(at) === QUOTE) odd = !odd;
  return odd;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
