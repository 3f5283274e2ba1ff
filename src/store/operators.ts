// The operators that are known: by being named in an authorisation, or by having declared how long they keep data (L3).
import type { OperatorRecord } from '../authority/records.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Language } from '../core/languages.ts';
import { type Database, working } from './database.ts';
import { advanceGeneration, eventWriter } from './events.ts';

/** What an operator is or declares; what is absent stays as it was. */
export interface OperatorDeclaration {
  readonly name?: string;
  readonly contact?: string;
  readonly language?: Language;
  /** Basis to ISO 8601 duration, checked by the caller. */
  readonly retention?: Readonly<Record<string, string>>;
}

export interface ChangedBy {
  readonly by: string;
  readonly role: string;
  /** Epoch ms. */
  readonly at: number;
}

type Body = Pick<OperatorRecord, 'name' | 'contact' | 'language' | 'retention'>;

/** Of an operator that has only been named. */
const NAMED: Body = { name: null, contact: null, language: 'en', retention: {} };

/** As known at an instant; without one, as known now. */
export function knownOperators(db: Database, asKnownAtMs = Infinity): ReadonlyMap<string, OperatorRecord> {
  const operators = new Map<string, OperatorRecord>();
  const rows = db
    .prepare('SELECT operator, version, recordedAtMs, body FROM operatorVersions ORDER BY operator, version')
    .raw()
    .iterate() as IterableIterator<[string, number, number, string]>;
  for (const [id, version, recordedAtMs, body] of rows) {
    if (recordedAtMs <= asKnownAtMs)
      operators.set(id, { id, version, recordedAtMs, ...(JSON.parse(body) as Body) });
  }
  return operators;
}

/**
 * @param seenVersion the version that the change rests on, 0 = none; without it any
 * @returns the operator, and whether anything changed. @throws FlowSieveError CONFLICT, DATABASE
 */
export function declareOperator(
  db: Database,
  id: string,
  declaration: OperatorDeclaration,
  change: ChangedBy,
  seenVersion?: number,
): { operator: OperatorRecord; changed: boolean } {
  const declaring = db.transaction(() => {
    const before = knownOperators(db).get(id);
    if (seenVersion !== undefined && seenVersion !== (before?.version ?? 0))
      throw new FlowSieveError('CONFLICT', `operator ${id}: it has changed meanwhile; look again`);
    return declare(db, id, before, declaration, change);
  });
  return working(db, () => declaring.immediate());
}

function declare(
  db: Database,
  id: string,
  before: OperatorRecord | undefined,
  declaration: OperatorDeclaration,
  change: ChangedBy,
): { operator: OperatorRecord; changed: boolean } {
  const { name, contact, language, retention } = before ?? NAMED;
  const body: Body = {
    name: declaration.name ?? name,
    contact: declaration.contact ?? contact,
    language: declaration.language ?? language,
    retention: { ...retention, ...declaration.retention },
  };
  if (before && sameBody(before, body)) return { operator: before, changed: false };
  const version = (before?.version ?? 0) + 1;
  const recordedAtMs = Math.max(change.at, before?.recordedAtMs ?? 0);
  insertOperator(db, id, version, recordedAtMs, change, body);
  advanceGeneration(db);
  return { operator: { id, version, recordedAtMs, ...body }, changed: true };
}

/** Within an import's transaction: makes those known that are not yet. @returns the new ones */
export function makeKnown(db: Database, ids: readonly string[], change: ChangedBy): string[] {
  const known = knownOperators(db);
  const added = ids.filter((id) => !known.has(id));
  for (const id of added) insertOperator(db, id, 1, change.at, change, NAMED);
  return added;
}

function insertOperator(
  db: Database,
  id: string,
  version: number,
  recordedAtMs: number,
  change: ChangedBy,
  body: Body,
): void {
  db.prepare('INSERT INTO operatorVersions VALUES (?, ?, ?, ?, ?)').run(
    id,
    version,
    recordedAtMs,
    change.by,
    JSON.stringify(body),
  );
  const action = version === 1 ? 'operator.add' : 'operator.change';
  const { by: actor, role, at: atMs } = change;
  eventWriter(db)({ atMs, actor, role, action, object: id, version, digest: null, detail: { ...body } });
}

function sameBody(a: Body, b: Body): boolean {
  const keys = new Set([...Object.keys(a.retention), ...Object.keys(b.retention)]);
  return (
    a.name === b.name &&
    a.contact === b.contact &&
    a.language === b.language &&
    [...keys].every((key) => a.retention[key] === b.retention[key])
  );
}
