// Tables of others: columns by their header, under the names that such lists use, or as the user maps them.
import { FlowSieveError } from '../../core/errors.ts';
import { observation } from '../observation.ts';
import { hasPorts, protocolNumber } from '../protocols.ts';
import { readAddress } from './address.ts';
import { bareTable, findTable } from './csv-table.ts';
import { type FeedOptions, FeedReading, fileName, type Place, type ReadFeed, unreadable } from './feed.ts';
import { FieldReader } from './fields.ts';
import type { JsonObject } from './json.ts';
import { tlpOfText } from './tlp.ts';

/** What a column may hold, with the names that are known for it, best first. */
const COLUMNS = {
  address: [
    'address',
    'ip',
    'ip_address',
    'ipaddress',
    'dst_ip',
    'c2',
    'c2_ip',
    'cidr',
    'prefix',
    'network',
    'indicator',
  ],
  port: ['port', 'dst_port', 'c2_port'],
  protocol: ['protocol', 'proto', 'transport'],
  first_seen: ['first_seen', 'first_seen_utc', 'firstseen'],
  last_seen: ['last_seen', 'last_seen_utc', 'lastseen', 'last_online'],
  threat: ['threat', 'malware', 'malware_family', 'family', 'threat_name'],
  status: ['status'],
  confidence: ['confidence', 'confidence_level'],
  tlp: ['tlp'],
  tags: ['tags', 'tag'],
  reference: ['reference', 'references', 'link'],
  comment: ['comment', 'description', 'remark', 'note'],
  source: ['source', 'feed'],
  id: ['id', 'uuid'],
} as const;
type Column = keyof typeof COLUMNS;
export const CSV_COLUMNS = Object.keys(COLUMNS) as readonly Column[];

/** A header's name in small letters, or a column's place as `#1`. */
export type ColumnMap = { readonly [C in Column]?: string };

/**
 * `address=C2 Server,port=#3`: a column by the header's name, or by its place; with places only, no header is needed.
 * @throws FlowSieveError USAGE
 */
export function parseColumns(text: string): ColumnMap {
  const map: { [C in Column]?: string } = {};
  for (const part of text.split(',')) {
    const [key = '', ...rest] = part.split('=');
    const column = CSV_COLUMNS.find((known) => known === key.trim().toLowerCase());
    const name = rest.join('=').trim().toLowerCase();
    if (column === undefined || name === '') {
      const known = CSV_COLUMNS.join(', ');
      throw new FlowSieveError(
        'USAGE',
        `--columns: ${part.trim()}: write FIELD=COLUMN; the fields are ${known}`,
      );
    }
    map[column] = name;
  }
  return map;
}

export async function readCsv(
  text: string,
  options: FeedOptions & { columns?: ColumnMap },
): Promise<ReadFeed> {
  const map = options.columns ?? {};
  const isBare = Object.values(map).some((name) => /^#\d+$/.test(name));
  const table = isBare
    ? bareTable(text)
    : findTable(text, (columns) => columnOf('address', columns, map) !== null);
  if (!table) {
    const known = COLUMNS.address.join(', ');
    throw unreadable(
      options.name,
      `its header names no column of addresses (${known}): say which with --columns address=NAME`,
    );
  }
  const places = placesOf(table.columns, map, options.name);
  const reading = new FeedReading(options.name);
  for await (const row of table.rows()) {
    reading.enter();
    const place = { line: row.line };
    if ('fault' in row) reading.refuse(place, row.fault);
    else readRow(reading, place, byField(row.fields, places), options);
  }
  return reading;
}

type Places = readonly (readonly [field: Column, column: string])[];

function placesOf(columns: readonly string[], map: ColumnMap, name: string): Places {
  return CSV_COLUMNS.flatMap((field): Places => {
    const given = map[field];
    if (columns.length === 0) return given === undefined ? [] : [[field, given]];
    const column = columnOf(field, columns, map);
    if (column === null && given !== undefined)
      throw unreadable(name, `has no column ${given} (--columns ${field}=${given})`);
    return column === null ? [] : [[field, column]];
  });
}

function columnOf(field: Column, columns: readonly string[], map: ColumnMap): string | null {
  const given = map[field];
  if (given !== undefined) return columns.includes(given) ? given : null;
  return COLUMNS[field].find((known) => columns.includes(known)) ?? null;
}

function byField(fields: JsonObject, places: Places): JsonObject {
  return Object.fromEntries(places.map(([field, column]) => [field, fields[column]]));
}

function readRow(reading: FeedReading, place: Place, fields: JsonObject, options: FeedOptions): void {
  const reader = new FieldReader(fields);
  const address = reader.needed('address');
  const parsed = address === null ? null : readAddress(address);
  if (parsed && 'problem' in parsed) reader.fail('address', parsed.problem);
  const port = reader.integer('port', 1, 65_535);
  const protocol = protocolOf(reader, port);
  const marking = reader.text('tlp');
  const tlp = marking === null ? undefined : tlpOfText(marking);
  if (marking !== null && tlp === undefined)
    reader.fail('tlp', 'is no marking of the Traffic Light Protocol', 'L16');
  const [threat, reference, comment] = [
    reader.name('threat'),
    reader.remark('reference'),
    reader.remark('comment'),
  ];
  const seen = observation({
    source: options.source ?? reader.name('source') ?? fileName(options.name),
    item: reader.name('id'),
    firstSeenMs: reader.instant('first_seen'),
    lastSeenMs: reader.instant('last_seen'),
    threats: threat === null ? [] : [threat],
    status: reader.name('status'),
    confidence: reader.integer('confidence', 0, 100),
    tlp,
    tags: reader.names('tags'),
    references: reference === null ? [] : [reference],
    remarks: comment === null ? [] : [comment],
  });
  if (reader.fault) reading.refuse(place, reader.fault);
  else if (parsed && 'value' in parsed)
    reading.take({ ...place, prefix: parsed.value, port, protocol, observation: seen });
}

function protocolOf(reader: FieldReader, port: number | null): number | null {
  const name = reader.text('protocol');
  if (name === null) return null;
  const number = /^\d{1,3}$/.test(name) && Number(name) <= 255 ? Number(name) : protocolNumber(name);
  if (number === null) return reader.fail('protocol', 'there is no such protocol');
  return port !== null && !hasPorts(number) ? reader.fail('protocol', 'has no ports') : number;
}
