// MISP's JSON (misp-project.org/datamodels, misp-standard.org core format): an Event, a list of events (`response`), or
// attributes as restSearch gives them (`response.Attribute`). Attributes stand in the event and in its objects.
import { fault } from '../refusal.ts';
import { FEED_LIMITS, type FeedOptions, FeedReading, type ReadFeed, unreadable } from './feed.ts';
import { clean, FieldReader } from './fields.ts';
import { isObject, type JsonObject, listOf, parseJson } from './json.ts';
import { readAttribute } from './misp-attribute.ts';
import { readMispCsv } from './misp-csv.ts';

export function readMisp(text: string, options: FeedOptions): Promise<ReadFeed> | ReadFeed {
  return /^\s*[[{]/.test(text) ? readJson(text, options) : readMispCsv(text, options);
}

function readJson(text: string, options: FeedOptions): ReadFeed {
  const value = parseJson(text, options.name);
  const reading = new FeedReading(options.name);
  for (const group of groupsOf(value, options.name)) {
    for (const [at, attribute] of group.attributes.entries()) {
      if (attribute === group.portAttribute) continue;
      reading.enter();
      const place = { element: `${group.path}[${at}]` };
      if (isObject(attribute)) readOne(reading, place, attribute, group, options);
      else reading.refuse(place, fault('attribute', attribute, 'format', 'must be an object'));
    }
  }
  return reading;
}

/** Attributes that stand together, with what is said of them all. */
interface Group {
  readonly path: string;
  readonly attributes: readonly unknown[];
  readonly event: JsonObject | null;
  /** Of an object such as ip-port: the attribute that gives its one destination port. */
  readonly portAttribute: JsonObject | null;
  readonly isDeleted: boolean;
}

function* groupsOf(value: unknown, name: string): Generator<Group> {
  const top = isObject(value) && 'response' in value ? value.response : value;
  const path = top === value ? '' : 'response';
  if (isObject(top) && Array.isArray(top.Attribute)) {
    yield {
      path: joined(path, 'Attribute'),
      attributes: top.Attribute,
      event: null,
      portAttribute: null,
      isDeleted: false,
    };
    return;
  }
  const wrapped = Array.isArray(top) ? top : [top];
  for (const [at, entry] of wrapped.entries()) {
    const event = isObject(entry) ? entry.Event : null;
    if (!isObject(event))
      throw unreadable(name, 'not MISP: it must hold an Event, a list of them, or Attribute');
    yield* groupsOfEvent(event, joined(Array.isArray(top) ? `${path}[${at}]` : path, 'Event'));
  }
}

function* groupsOfEvent(event: JsonObject, path: string): Generator<Group> {
  yield {
    path: `${path}.Attribute`,
    attributes: listOf(event.Attribute),
    event,
    portAttribute: null,
    isDeleted: false,
  };
  for (const [at, object] of listOf(event.Object).entries()) {
    if (!isObject(object)) continue;
    const attributes = listOf(object.Attribute);
    yield {
      path: `${path}.Object[${at}].Attribute`,
      attributes,
      event,
      portAttribute: portOf(attributes),
      isDeleted: isSet(object.deleted),
    };
  }
}

function portOf(attributes: readonly unknown[]): JsonObject | null {
  const ports = attributes.filter(isObject).filter((attribute) => attribute.object_relation === 'dst-port');
  const [only, ...more] = ports.filter((attribute) => !isSet(attribute.deleted));
  return only && more.length === 0 ? only : null;
}

function isSet(flag: unknown): boolean {
  return flag === true || flag === 1 || flag === '1';
}

function readOne(
  reading: FeedReading,
  place: { readonly element: string },
  attribute: JsonObject,
  { event: ofGroup, portAttribute, isDeleted }: Group,
  options: FeedOptions,
): void {
  const reader = new FieldReader(attribute);
  const event = ofGroup ?? (isObject(attribute.Event) ? attribute.Event : {});
  const { info, uuid, Orgc: creator } = event;
  readAttribute(
    reading,
    place,
    reader,
    {
      source: isObject(creator) ? new FieldReader(creator).name('name') : null,
      modifiedMs: reader.seconds('timestamp'),
      tags: [...tagsOf(attribute), ...tagsOf(event)],
      remarks: [typeof info === 'string' ? clean(info, FEED_LIMITS.remarkCharacters) : null],
      references: typeof uuid === 'string' ? [`MISP event ${uuid.slice(0, 40)}`] : [],
      port: portAttribute && new FieldReader(portAttribute).integer('value', 1, 65_535),
      isDeleted,
    },
    options,
  );
}

function tagsOf(tagged: JsonObject): string[] {
  return listOf(tagged.Tag).flatMap((tag) =>
    isObject(tag) && typeof tag.name === 'string' ? (clean(tag.name, FEED_LIMITS.nameCharacters) ?? []) : [],
  );
}

function joined(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
