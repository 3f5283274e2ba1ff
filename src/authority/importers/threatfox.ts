// ThreatFox of abuse.ch (threatfox.abuse.ch/export, threatfox.abuse.ch/api): indicators of many kinds, of which those of
// type `ip:port` and threat `botnet_cc` are taken. CSV: the header is a comment, a space follows each comma, and columns
// have come and gone over the years, so that they are found by name. JSON: the export is a mapping of ids to lists, the
// API's answer a list under `data`. Times are UTC.
import { observation } from '../observation.ts';
import { fault } from '../refusal.ts';
import { readEndpoint } from './address.ts';
import { findTable } from './csv-table.ts';
import { type FeedOptions, FeedReading, type Place, type ReadFeed, unreadable } from './feed.ts';
import { FieldReader } from './fields.ts';
import { isObject, type JsonObject, listOf, parseJson } from './json.ts';

const SOURCE = 'abuse.ch ThreatFox';
const TAKEN_TYPE = 'ip:port';
const TAKEN_THREAT = 'botnet_cc';
const NEEDED = ['ioc_value', 'ioc_type', 'threat_type'] as const;

/** Where the export and the API keep the same. */
interface Names {
  readonly value: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
}
const IN_EXPORT: Names = { value: 'ioc_value', firstSeen: 'first_seen_utc', lastSeen: 'last_seen_utc' };
const IN_API: Names = { value: 'ioc', firstSeen: 'first_seen', lastSeen: 'last_seen' };

export function readThreatFox(text: string, options: FeedOptions): Promise<ReadFeed> | ReadFeed {
  return /^\s*[[{]/.test(text) ? readJson(text, options) : readCsv(text, options);
}

async function readCsv(text: string, options: FeedOptions): Promise<ReadFeed> {
  const table = findTable(text, (columns) => NEEDED.every((name) => columns.includes(name)));
  if (!table) {
    const what = `not a CSV file of ThreatFox: no line or comment at its head names the columns ${NEEDED.join(', ')}`;
    throw unreadable(options.name, what);
  }
  const reading = new FeedReading(options.name);
  for await (const row of table.rows()) {
    reading.enter();
    const place = { line: row.line };
    if ('fault' in row) reading.refuse(place, row.fault);
    else readEntry(reading, place, row.fields, row.fields.ioc_id, IN_EXPORT, options);
  }
  return reading;
}

function readJson(text: string, options: FeedOptions): ReadFeed {
  const value = parseJson(text, options.name);
  const reading = new FeedReading(options.name);
  for (const { id, entry, element, names } of entriesOf(value, options.name)) {
    reading.enter();
    if (isObject(entry)) readEntry(reading, { element }, entry, id, names, options);
    else reading.refuse({ element }, fault('entry', entry, 'format', 'must be an object'));
  }
  return reading;
}

interface Entry {
  readonly id: unknown;
  readonly entry: unknown;
  readonly element: string;
  readonly names: Names;
}

function* entriesOf(value: unknown, name: string): Generator<Entry> {
  if (!isObject(value)) throw unreadable(name, 'not a JSON file of ThreatFox: it must be an object');
  if ('query_status' in value) {
    if (!Array.isArray(value.data)) {
      throw unreadable(
        name,
        `an answer of ThreatFox without data: query_status is ${String(value.query_status).slice(0, 80)}`,
      );
    }
    for (const [at, entry] of value.data.entries()) {
      yield { id: isObject(entry) ? entry.id : null, entry, element: `data[${at}]`, names: IN_API };
    }
    return;
  }
  for (const [id, list] of Object.entries(value)) {
    if (!Array.isArray(list))
      throw unreadable(name, `not a JSON file of ThreatFox: ${id.slice(0, 80)} is no list`);
    for (const [at, entry] of listOf(list).entries())
      yield { id, entry, element: `${id}[${at}]`, names: IN_EXPORT };
  }
}

function readEntry(
  reading: FeedReading,
  place: Place,
  fields: JsonObject,
  id: unknown,
  names: Names,
  options: FeedOptions,
): void {
  const reader = new FieldReader(fields);
  const type = reader.needed('ioc_type');
  if (type !== null && type !== TAKEN_TYPE) reader.fail('ioc_type', `only ${TAKEN_TYPE} is taken`);
  const threat = reader.needed('threat_type');
  if (threat !== null && threat !== TAKEN_THREAT) reader.fail('threat_type', `only ${TAKEN_THREAT} is taken`);
  const value = reader.needed(names.value);
  const endpoint = value === null || reader.fault ? null : readEndpoint(value);
  if (endpoint && 'problem' in endpoint) reader.fail(names.value, endpoint.problem);
  const malware = reader.name('malware_printable');
  const reference = reader.remark('reference');
  const seen = observation({
    source: options.source ?? SOURCE,
    item: /^\d{1,15}$/.test(String(id)) ? `threatfox:${String(id)}` : null,
    firstSeenMs: reader.utcInstant(names.firstSeen),
    lastSeenMs: reader.utcInstant(names.lastSeen),
    threats: malware === null ? [] : [malware],
    // A host that was broken into has an owner who is a victim too.
    status: reader.flag('is_compromised') ? 'compromised host' : null,
    confidence: reader.integer('confidence_level', 0, 100),
    tags: reader.names('tags'),
    references: reference === null ? [] : [reference],
  });
  if (reader.fault) reading.refuse(place, reader.fault);
  else if (endpoint && 'value' in endpoint) {
    const { prefix, port } = endpoint.value;
    reading.take({ ...place, prefix, port, protocol: null, observation: seen });
  }
}
