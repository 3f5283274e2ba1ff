// Finds out what a delimited file is: where its header line stands, its delimiter, and which column tells what.
import { readAddress } from './address.ts';
import { type ColumnMap, mapColumns, mappedColumns } from './columns.ts';
import { type CsvField, FIELD_NAMES, missingFields } from './fields.ts';
import { NEWLINE } from './lines.ts';
import { DELIMITERS, type Delimiter } from './plan.ts';

/** The header must stand within so many bytes; what comes before it are comments and notes. */
export const MAX_PREAMBLE_BYTES = 128 * 1024;
const MAX_PREAMBLE_LINES = 100;

/** UGR'16 (Maciá-Fernández et al., 2018): a table of nfdump's without header, known by its shape alone. */
const UGR16: Readonly<Partial<Record<CsvField, number>>> = {
  end: 0,
  duration: 1,
  src: 2,
  dst: 3,
  srcPort: 4,
  dstPort: 5,
  protocol: 6,
  flags: 7,
  packets: 10,
  bytes: 11,
};
const UGR16_COLUMNS = 13;

export interface FoundTable {
  readonly delimiter: Delimiter;
  readonly columns: Readonly<Partial<Record<CsvField, number>>>;
  readonly header: readonly string[];
  /** How many columns the header, or the first row, has. */
  readonly columnCount: number;
  /** Bytes and lines before the first row. */
  readonly dataOffset: number;
  readonly dataLine: number;
}

export type HeaderOutcome = FoundTable | { readonly problem: string } | 'incomplete';

/**
 * Looks for the table in the beginning of a file. `final` = the file has no more bytes than these;
 * `incomplete` = more bytes may tell.
 */
export function findHeader(bytes: Uint8Array, final: boolean, map: ColumnMap | undefined): HeaderOutcome {
  if (isUtf16(bytes)) return { problem: 'the text is UTF-16: convert it to UTF-8' };
  let nearest: string | null = null;
  let from = hasBom(bytes) ? 3 : 0;
  for (let line = 1; line <= MAX_PREAMBLE_LINES; line++) {
    const newline = bytes.indexOf(NEWLINE, from);
    if (newline < 0 && !final) {
      return bytes.length < MAX_PREAMBLE_BYTES ? 'incomplete' : notFound(nearest, map);
    }
    const to = newline < 0 ? bytes.length : newline;
    if (from >= bytes.length) break;
    const next = Math.min(to + 1, bytes.length);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from)
      .toString('utf8')
      .trimEnd();
    if (text.trim() !== '') {
      // First, whether it is a row: places of columns alone would take a row for a header as well.
      const headless = text.startsWith('#') ? null : asFirstRow(text, map);
      if (headless) return { ...headless, dataOffset: from, dataLine: line };
      const found = asHeader(text.replace(/^#\s*(fields\t)?/, ''), map);
      if (found && !('missing' in found)) return { ...found, dataOffset: next, dataLine: line + 1 };
      if (found) nearest ??= found.missing;
    }
    from = next;
  }
  return notFound(nearest, map);
}

type Table = Pick<FoundTable, 'delimiter' | 'columns' | 'header' | 'columnCount'>;

/** The line as a header; what it lacks where it only resembles one; null where it is none. */
function asHeader(text: string, map: ColumnMap | undefined): Table | { missing: string } | null {
  let best: Table | { missing: string } | null = null;
  let most = 0;
  for (const delimiter of map?.delimiter ? [map.delimiter] : Object.values(DELIMITERS)) {
    const header = splitHeader(text, delimiter);
    const columns = mapColumns(header, map);
    const known = Object.keys(columns).length;
    if (known <= most) continue;
    const missing = missingFields(columns);
    if (missing.length > 0 && known < 3) continue;
    most = known;
    best =
      missing.length > 0
        ? { missing: `the header line lacks ${missing.join(' and ')}` }
        : { delimiter, columns, header, columnCount: header.length };
  }
  return best;
}

/** A row of a table without header: one whose columns were all given by place, or UGR'16. */
function asFirstRow(text: string, map: ColumnMap | undefined): Table | null {
  const references = mappedColumns(map);
  if (references.length === 0) {
    const columnCount = text.split(',').length;
    if (columnCount !== UGR16_COLUMNS || !hasAddresses(text, ',', UGR16)) return null;
    return { delimiter: ',', columns: UGR16, header: [], columnCount };
  }
  if (!references.every(([, reference]) => typeof reference === 'number')) return null;
  const columns = Object.fromEntries(references) as Partial<Record<CsvField, number>>;
  if (missingFields(columns).length > 0) return null;
  for (const delimiter of map?.delimiter ? [map.delimiter] : Object.values(DELIMITERS)) {
    if (hasAddresses(text, delimiter, columns))
      return { delimiter, columns, header: [], columnCount: splitHeader(text, delimiter).length };
  }
  return null;
}

function hasAddresses(
  text: string,
  delimiter: Delimiter,
  columns: Partial<Record<CsvField, number>>,
): boolean {
  const cells = splitHeader(text, delimiter);
  return [columns.src, columns.dst].every((column) => {
    const cell = Buffer.from(cells[column ?? -1] ?? '');
    return readAddress(cell, 0, cell.length, new Int32Array(4)) !== 0;
  });
}

function notFound(nearest: string | null, map: ColumnMap | undefined): { problem: string } {
  const named = mappedColumns(map).map(([field, reference]) =>
    typeof reference === 'number' ? `${field}=#${reference + 1}` : `${field}=${reference}`,
  );
  if (named.length > 0)
    return { problem: `no line holds the columns given in the mapping: ${named.join(', ')}` };
  const names = `source (${FIELD_NAMES.src.slice(0, 4).join(', ')} …) and destination address (${FIELD_NAMES.dst.slice(0, 4).join(', ')} …)`;
  return {
    problem: `${nearest ?? `no header line with the columns of ${names} was found`}; give a mapping with --columns src=…,dst=…,start=…`,
  };
}

/** Cells of a line, trimmed, quotes around them taken off. A header's cells hold no delimiters and no line breaks. */
function splitHeader(text: string, delimiter: Delimiter): string[] {
  return text.split(delimiter).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
}

function hasBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}
