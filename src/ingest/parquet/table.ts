// Which columns of a Parquet file tell what, by the same names as in delimited text, and their values as text.
import type { FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet';
import { parquetSchema } from 'hyparquet';
import { formatIpv4, formatIpv6 } from '../../core/address.ts';
import { type ColumnMap, mapColumns } from '../csv/columns.ts';
import { type CsvField, missingFields } from '../csv/fields.ts';
import type { TimeFormat } from '../csv/plan.ts';

/** A column that is read: its name in the file, the field it tells, how its values become text. */
export interface ParquetColumn {
  readonly name: string;
  readonly field: CsvField;
  readonly write: (value: unknown) => string;
}

/** A cell that would not stay one cell of a row, or is longer than any value of a flow: no field reads it. */
const UNREADABLE = '?';
const MAX_CELL = 128;

/**
 * Timestamps of every kind arrive as epoch milliseconds: from INT64 of each unit, from INT96, from dates.
 * What hyparquet would make of other annotations (JSON, geometry) is never needed.
 */
export const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value) => Number(value),
  timestampFromMicroseconds: (value) => Number(value) / 1e3,
  timestampFromNanoseconds: (value) => Number(value / 1_000_000n),
  dateFromDays: (days) => days * 86_400_000,
};

/** The columns that tell something; or what is missing, named. */
export function parquetColumns(
  metadata: FileMetaData,
  map: ColumnMap | undefined,
): readonly ParquetColumn[] | { readonly missing: string } {
  const elements = parquetSchema(metadata).children.map(({ children, element }) =>
    children.length === 0 && isReadable(element) ? element : null,
  );
  // A name is looked for among the columns that can be read; the others keep their place.
  const columns = mapColumns(
    elements.map((element) => element?.name ?? ''),
    map,
  );
  const missing = missingFields(columns);
  if (missing.length > 0) return { missing: missing.join(' and ') };
  const format = map?.timeFormat ?? 'auto';
  const timezone = map?.timezone ?? 'UTC';
  return (Object.entries(columns) as [CsvField, number][]).flatMap(([field, at]) => {
    const element = elements[at];
    return element ? [{ name: element.name, field, write: writerOf(field, element, format, timezone) }] : [];
  });
}

/** Plain values only: no lists, and no kinds that no field has. */
function isReadable(element: SchemaElement): boolean {
  const { converted_type: converted, logical_type: logical } = element;
  return (
    element.repetition_type !== 'REPEATED' &&
    element.type !== undefined &&
    element.type !== 'BOOLEAN' &&
    converted !== 'INTERVAL' &&
    converted !== 'BSON' &&
    converted !== 'JSON' &&
    logical?.type !== 'GEOMETRY' &&
    logical?.type !== 'GEOGRAPHY'
  );
}

const ADDRESSES: ReadonlySet<CsvField> = new Set([
  'src',
  'dst',
  'src6',
  'dst6',
  'natSrc',
  'natDst',
  'exporter',
]);
const TIMES: ReadonlySet<CsvField> = new Set(['start', 'end', 'received']);

function writerOf(
  field: CsvField,
  element: SchemaElement,
  format: TimeFormat,
  timezone: string,
): (value: unknown) => string {
  if (ADDRESSES.has(field)) return writeAddress;
  if (TIMES.has(field) && isTimestamp(element)) return timestampWriter(element, format, timezone);
  return writePlain;
}

function isTimestamp({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  if (type === 'INT96' || logical?.type === 'TIMESTAMP' || logical?.type === 'DATE') return true;
  return converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS' || converted === 'DATE';
}

/** In the unit in which the plan has numbers read; local times in calendar form, so that the zone is applied to them. */
function timestampWriter(
  element: SchemaElement,
  format: TimeFormat,
  timezone: string,
): (value: unknown) => string {
  const { logical_type: logical } = element;
  const isLocal = logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC && timezone !== 'UTC';
  const yearFirst = format !== 'dmy' && format !== 'mdy';
  return (value) => {
    if (typeof value !== 'number' || !(Math.abs(value) < 8.64e15)) return value == null ? '' : UNREADABLE;
    const ms = Math.floor(value);
    if (isLocal && yearFirst) return new Date(ms).toISOString().slice(0, -1);
    if (format === 'seconds') return String(ms / 1000);
    if (format === 'microseconds') return `${ms}000`;
    return format === 'nanoseconds' ? `${ms}000000` : String(ms);
  };
}

/** Text, four or sixteen bytes in network order, or IPv4 as a number. */
function writeAddress(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const number = Number(value);
    return Number.isInteger(number) && number >= -(2 ** 31) && number < 2 ** 32
      ? formatIpv4(number | 0)
      : UNREADABLE;
  }
  if (!(value instanceof Uint8Array)) return writePlain(value);
  if (value.length === 16 && !isAddressText(value)) {
    const view = new DataView(value.buffer, value.byteOffset, 16);
    return formatIpv6(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12));
  }
  if (value.length === 4) return formatIpv4(new DataView(value.buffer, value.byteOffset, 4).getInt32(0));
  return writePlain(value);
}

/** Sixteen bytes may also be an address in text: bytes of the network's order are hardly all hexadecimal digits and signs. */
function isAddressText(bytes: Uint8Array): boolean {
  return bytes.every(
    (byte) =>
      (byte >= 0x2e && byte <= 0x3a && byte !== 0x2f) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66),
  );
}

function writePlain(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length <= MAX_CELL && !/[\t\n\r"]|^#/.test(value) ? value : UNREADABLE;
    case 'number':
      return String(value);
    case 'bigint':
      return String(value);
    case 'undefined':
      return '';
    default:
      if (value === null) return '';
      if (!(value instanceof Uint8Array) || value.length > MAX_CELL) return UNREADABLE;
      return writePlain(Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1'));
  }
}
