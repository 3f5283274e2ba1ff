// Feodo Tracker of abuse.ch (feodotracker.abuse.ch/blocklist): botnet C2 servers. CSV: first_seen_utc, dst_ip, dst_port,
// c2_status, last_online, malware. JSON: a list of objects with ip_address, port, status, first_seen, last_online, malware.
// Times are UTC. That a server is offline, or that the tracker ends here, says nothing of when it stopped being one.
import { observation } from '../observation.ts';
import { fault } from '../refusal.ts';
import { readAddress } from './address.ts';
import { findTable } from './csv-table.ts';
import { type FeedOptions, FeedReading, type Place, type ReadFeed, unreadable } from './feed.ts';
import { FieldReader } from './fields.ts';
import { isObject, type JsonObject, parseJson } from './json.ts';

const SOURCE = 'abuse.ch Feodo Tracker';

/** Where the two forms keep the same. */
interface Names {
  readonly address: string;
  readonly port: string;
  readonly status: string;
  readonly firstSeen: string;
}
const IN_CSV: Names = {
  address: 'dst_ip',
  port: 'dst_port',
  status: 'c2_status',
  firstSeen: 'first_seen_utc',
};
const IN_JSON: Names = { address: 'ip_address', port: 'port', status: 'status', firstSeen: 'first_seen' };

export function readFeodo(text: string, options: FeedOptions): Promise<ReadFeed> | ReadFeed {
  return /^\s*[[{]/.test(text) ? readJson(text, options) : readCsv(text, options);
}

async function readCsv(text: string, options: FeedOptions): Promise<ReadFeed> {
  const table = findTable(text, (columns) => columns.includes(IN_CSV.address));
  if (!table)
    throw unreadable(options.name, 'not a CSV file of Feodo Tracker: no header names the column dst_ip');
  const reading = new FeedReading(options.name);
  for await (const row of table.rows()) {
    reading.enter();
    const place = { line: row.line };
    if ('fault' in row) reading.refuse(place, row.fault);
    else readEntry(reading, place, row.fields, IN_CSV, options);
  }
  return reading;
}

function readJson(text: string, options: FeedOptions): ReadFeed {
  const value = parseJson(text, options.name);
  if (!Array.isArray(value))
    throw unreadable(options.name, 'not a JSON file of Feodo Tracker: it must be a list');
  const reading = new FeedReading(options.name);
  for (const [at, entry] of value.entries()) {
    reading.enter();
    const place = { element: `[${at}]` };
    if (isObject(entry)) readEntry(reading, place, entry, IN_JSON, options);
    else reading.refuse(place, fault('entry', entry, 'format', 'must be an object'));
  }
  return reading;
}

function readEntry(
  reading: FeedReading,
  place: Place,
  fields: JsonObject,
  names: Names,
  options: FeedOptions,
): void {
  const reader = new FieldReader(fields);
  const address = reader.needed(names.address);
  const parsed = address === null ? null : readAddress(address);
  if (parsed && 'problem' in parsed) reader.fail(names.address, parsed.problem);
  const port = reader.integer(names.port, 1, 65_535);
  const malware = reader.name('malware');
  const seen = observation({
    source: options.source ?? SOURCE,
    firstSeenMs: reader.utcInstant(names.firstSeen),
    lastSeenMs: reader.utcInstant('last_online'),
    threats: malware === null ? [] : [malware],
    status: reader.name(names.status),
  });
  if (reader.fault) reading.refuse(place, reader.fault);
  else if (parsed && 'value' in parsed) {
    reading.take({ ...place, prefix: parsed.value, port, protocol: null, observation: seen });
  }
}
