// One attribute of MISP (misp-project.org/datamodels), from JSON or CSV: addresses of the types ip-dst and ip-src, with or
// without port, that are marked for detection (to_ids). What is deleted or not so marked is refused, and taken back where it
// was taken before. first_seen and last_seen are observations.
import type { Prefix } from '../../core/prefix.ts';
import type { Parsed } from '../../core/time.ts';
import { observation } from '../observation.ts';
import { readAddress, readPort } from './address.ts';
import { type FeedOptions, type FeedReading, fileName, type Place } from './feed.ts';
import type { FieldReader } from './fields.ts';
import { strictestOf, tlpOfText } from './tlp.ts';

/** What is read otherwise in JSON and in CSV, and what the event says. */
export interface AttributeContext {
  readonly source: string | null;
  readonly modifiedMs: number | null;
  readonly tags: readonly string[];
  readonly remarks: readonly (string | null)[];
  readonly references: readonly string[];
  /** The port that the attribute's object gives. */
  readonly port: number | null;
  /** The object as a whole is deleted. */
  readonly isDeleted: boolean;
}

const TYPES = ['ip-dst', 'ip-src', 'ip-dst|port', 'ip-src|port'];
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Neither comment nor address of a refused attribute is shown: one that is not for detection may be a victim's. */
export function readAttribute(
  reading: FeedReading,
  place: Place,
  reader: FieldReader,
  context: AttributeContext,
  options: FeedOptions,
): void {
  const type = reader.needed('type');
  if (type !== null && !TYPES.includes(type)) reader.fail('type', `only ${TYPES.join(', ')} are taken`);
  const uuid = reader.text('uuid');
  const item = uuid !== null && UUID.test(uuid) ? `misp:${uuid.toLowerCase()}` : null;
  const source = options.source ?? context.source ?? fileName(options.name);
  const takenBack = reader.fault ? null : takenBackBecause(reader, context);
  if (takenBack !== null && item !== null) {
    reading.retract({ source, item, ...dated(context.modifiedMs), reason: takenBack, isFinal: false });
  }
  const value = reader.fault ? null : reader.needed('value');
  const address = value === null ? null : splitValue(value, type!, context.port);
  if (address && 'problem' in address) reader.fail('value', address.problem);
  const seen = observation({
    source,
    item,
    modifiedMs: context.modifiedMs,
    firstSeenMs: reader.instant('first_seen'),
    lastSeenMs: reader.instant('last_seen'),
    tlp: strictestOf(context.tags.map(tlpOfText)),
    tags: context.tags,
    references: context.references,
    remarks: [reader.remark('comment'), ...context.remarks].filter((remark) => remark !== null),
  });
  if (reader.fault || address === null || 'problem' in address) {
    reading.refuse({ ...place, ...(item === null ? {} : { item }) }, reader.fault!);
    return;
  }
  reading.take({ ...place, ...address.value, protocol: null, observation: seen });
}

/** Leaves a fault where the attribute is deleted or not for detection. */
function takenBackBecause(reader: FieldReader, { isDeleted }: AttributeContext): string | null {
  if (isDeleted || reader.flag('deleted')) {
    reader.fail('deleted', `its source has deleted ${isDeleted ? 'its object' : 'it'}`, 'L10');
    return 'deleted by its source';
  }
  if (reader.flag('to_ids')) return null;
  reader.fail('to_ids', 'its source does not mark it for detection');
  return 'no longer marked for detection by its source';
}

function dated(modifiedMs: number | null): { modifiedMs?: number } {
  return modifiedMs === null ? {} : { modifiedMs };
}

/** `203.0.113.7`, or `203.0.113.7|443`. */
function splitValue(
  value: string,
  type: string,
  portOfObject: number | null,
): Parsed<{ prefix: Prefix; port: number | null }> {
  const [address = '', port, ...more] = value.split('|');
  const isWithPort = type.endsWith('|port');
  if (more.length > 0 || (port !== undefined) !== isWithPort) {
    return { problem: isWithPort ? 'must be an address and a port, with | between them' : 'holds a |' };
  }
  const number = port === undefined ? portOfObject : readPort(port);
  if (port !== undefined && number === null) return { problem: `${port.slice(0, 20)} is no port` };
  const prefix = readAddress(address);
  return 'value' in prefix ? { value: { prefix: prefix.value, port: number } } : prefix;
}
