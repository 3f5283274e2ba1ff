// STIX 2.1 bundles (docs.oasis-open.org/cti/stix/v2.1): of each `indicator` the addresses of its pattern, valid_from and
// valid_until, confidence, markings (TLP), external references, and the malware that a relationship says it indicates.
// `revoked` is for good; of one id the newest `modified` counts. Other objects are no indicators and are passed over.
import { formatInstant } from '../../core/time.ts';
import { observation } from '../observation.ts';
import { type Fault, fault } from '../refusal.ts';
import { FEED_LIMITS, type FeedOptions, FeedReading, fileName, type ReadFeed, unreadable } from './feed.ts';
import { clean, FieldReader } from './fields.ts';
import { isObject, type JsonObject, listOf, parseJson } from './json.ts';
import { readPattern } from './stix-pattern.ts';
import { strictestOf, tlpOfMarking, tlpOfText } from './tlp.ts';

const ID = /^indicator--[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

export function readStix(text: string, options: FeedOptions): ReadFeed {
  const bundle = parseJson(text, options.name);
  if (!isObject(bundle) || bundle.type !== 'bundle' || !Array.isArray(bundle.objects)) {
    throw unreadable(
      options.name,
      'not a STIX bundle: it must be an object of type bundle with a list of objects',
    );
  }
  const reading = new FeedReading(options.name);
  const newest = new Map<string, Version>();
  const context = new BundleContext(bundle.objects);
  for (const [at, object] of bundle.objects.entries()) {
    if (!isObject(object) || object.type !== 'indicator') continue;
    reading.enter();
    const version = versionOf(object, `objects[${at}]`);
    if ('field' in version) {
      reading.refuse({ element: `objects[${at}]` }, version);
      continue;
    }
    const known = newest.get(version.id);
    if (known) reading.outdated += 1;
    newest.set(version.id, known ? newerOf(known, version) : version);
  }
  for (const version of newest.values()) readIndicator(reading, version, context, options);
  return reading;
}

/** An indicator object, one of those with its id. */
interface Version {
  readonly id: string;
  readonly element: string;
  readonly modifiedMs: number;
  readonly isRevoked: boolean;
  readonly object: JsonObject;
}

function versionOf(object: JsonObject, element: string): Version | Fault {
  const reader = new FieldReader(object);
  const version = reader.text('spec_version');
  if (version !== '2.1') reader.fail('spec_version', 'only STIX 2.1 is taken');
  const id = reader.needed('id');
  if (id !== null && !ID.test(id)) reader.fail('id', 'must be indicator-- and a UUID in small letters');
  reader.needed('modified');
  const modifiedMs = reader.instant('modified');
  const isRevoked = reader.flag('revoked') ?? false;
  return reader.fault ?? { id: id!, element, modifiedMs: modifiedMs!, isRevoked, object };
}

/** A revoked one counts whatever its date (§ 3.2). */
function newerOf(a: Version, b: Version): Version {
  if (a.isRevoked !== b.isRevoked) return a.isRevoked ? a : b;
  if (a.modifiedMs !== b.modifiedMs) return a.modifiedMs > b.modifiedMs ? a : b;
  // Two of one date: any, but the same whatever their order.
  return JSON.stringify(a.object) >= JSON.stringify(b.object) ? a : b;
}

function readIndicator(
  reading: FeedReading,
  { id, element, modifiedMs, isRevoked, object }: Version,
  context: BundleContext,
  options: FeedOptions,
): void {
  const place = { element, item: id };
  const source = options.source ?? context.creatorOf(object) ?? fileName(options.name);
  if (isRevoked) {
    reading.retract({ source, item: id, modifiedMs, reason: 'revoked by its source', isFinal: true });
    reading.refuse(place, fault('revoked', true, 'L10', 'its source has revoked it, which is for good'));
    return;
  }
  const reader = new FieldReader(object);
  if (reader.text('pattern_type') !== 'stix') reader.fail('pattern_type', 'only stix is taken');
  const pattern = reader.needed('pattern');
  const addresses = pattern === null || reader.fault ? null : readPattern(pattern);
  if (addresses && 'problem' in addresses) reader.fail('pattern', addresses.problem);
  const kinds = reader.names('indicator_types');
  if (kinds.includes('benign')) reader.fail('indicator_types', 'its source holds it for benign');
  const validFromMs =
    reader.instant('valid_from') ?? (reader.fault ? null : reader.fail('valid_from', 'is required'));
  const validUntilMs = reader.instant('valid_until');
  if (validFromMs !== null && validUntilMs !== null && validUntilMs <= validFromMs) {
    reader.fail('valid_until', `must lie after valid_from, ${formatInstant(validFromMs)}`);
  }
  const seen = observation({
    source,
    item: id,
    modifiedMs,
    validFromMs,
    validUntilMs,
    threats: context.malwareOf(id),
    confidence: reader.integer('confidence', 0, 100),
    tlp: context.tlpOf(object),
    tags: [...reader.names('labels'), ...kinds],
    references: referencesOf(object),
    remarks: [reader.remark('name'), reader.remark('description')].filter((remark) => remark !== null),
  });
  if (reader.fault || addresses === null || 'problem' in addresses) {
    reading.refuse(place, reader.fault!);
    return;
  }
  for (const prefix of addresses.value) {
    reading.take({ element, prefix, port: null, protocol: null, observation: seen });
  }
}

/** `source_name external_id url`. */
function referencesOf(object: JsonObject): string[] {
  return listOf(object.external_references).flatMap((reference) => {
    if (!isObject(reference)) return [];
    const parts = ['source_name', 'external_id', 'url'].map((key) => reference[key]);
    const text = parts.filter((part) => typeof part === 'string').join(' ');
    return clean(text, FEED_LIMITS.remarkCharacters) ?? [];
  });
}

/** What the bundle's other objects say of its indicators. */
class BundleContext {
  private readonly names = new Map<string, string>();
  private readonly markings = new Map<string, string>();
  private readonly indicated = new Map<string, string[]>();

  constructor(objects: readonly unknown[]) {
    for (const object of objects) if (isObject(object) && object.revoked !== true) this.learn(object);
  }

  private learn(object: JsonObject): void {
    const { id, type, name, source_ref: from, target_ref: to } = object;
    if (type === 'relationship' && object.relationship_type === 'indicates') {
      if (typeof from !== 'string' || typeof to !== 'string' || !/^(?:malware|tool)--/.test(to)) return;
      this.indicated.set(from, [...(this.indicated.get(from) ?? []).slice(0, 100), to]);
    } else if (typeof id === 'string' && typeof name === 'string') {
      (type === 'marking-definition' ? this.markings : this.names).set(id, name);
    }
  }

  creatorOf({ created_by_ref: creator }: JsonObject): string | null {
    return typeof creator === 'string'
      ? clean(this.names.get(creator) ?? creator, FEED_LIMITS.nameCharacters)
      : null;
  }

  malwareOf(indicator: string): string[] {
    const targets = this.indicated.get(indicator) ?? [];
    return targets.flatMap((id) => clean(this.names.get(id) ?? null, FEED_LIMITS.nameCharacters) ?? []);
  }

  /** The strictest of all markings, those of single properties included. */
  tlpOf(object: JsonObject) {
    const granular = listOf(object.granular_markings).map(
      (marking) => isObject(marking) && marking.marking_ref,
    );
    const references = [...listOf(object.object_marking_refs), ...granular];
    return strictestOf(
      references.map((id) =>
        typeof id === 'string' ? (tlpOfMarking(id) ?? tlpOfText(this.markings.get(id) ?? '')) : undefined,
      ),
    );
  }
}
