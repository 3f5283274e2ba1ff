// The entity register as it is stored: who is known by which networks, and how they are told (L15).
import { FlowSieveError } from '../core/errors.ts';
import type { Language } from '../core/languages.ts';
import type { Database } from './database.ts';

/** NIS2: essential and important entities; and everybody else. */
export const ENTITY_KINDS = ['essential', 'important', 'other'] as const;
/** I7: whose communications are protected. */
export const PROFESSIONS = ['lawyer', 'doctor', 'journalist'] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];
export type Profession = (typeof PROFESSIONS)[number];

export interface Contact {
  /** Mail address. */
  readonly mail: string;
  readonly language: Language;
  /** OpenPGP fingerprint: 40 or 64 hexadecimal digits, capital. */
  readonly openpgp: string | null;
}

export interface Entity {
  readonly id: string;
  readonly name: string;
  readonly kind: EntityKind;
  readonly sector: string | null;
  /** Canonical, in order. */
  readonly prefixes: readonly string[];
  /** Those of the entity's prefixes behind whose addresses many people are at a time; not among `prefixes`. */
  readonly natPrefixes: readonly string[];
  readonly asns: readonly number[];
  readonly contacts: readonly Contact[];
  readonly protected: Profession | null;
}

export interface EntityRecord extends Entity {
  readonly version: number;
  readonly recordedAtMs: number;
  readonly recordedBy: string;
  /** The register that lists it: a later file of that register ends what it does not list. */
  readonly register: string;
}

type Row = [
  version: number,
  recordedAtMs: number,
  recordedBy: string,
  register: string,
  listed: 0 | 1,
  body: string,
];

/** Those listed, in order of their ids; as known at an instant, epoch ms, or now. */
export function* iterateEntities(db: Database, asKnownAtMs = Infinity): Generator<EntityRecord> {
  const rows = db
    .prepare(
      `SELECT version, recordedAtMs, recordedBy, register, listed, body FROM entityVersions AS newest
       WHERE version = (SELECT max(version) FROM entityVersions WHERE id = newest.id AND recordedAtMs <= ?)
       ORDER BY id`,
    )
    .raw()
    .iterate(Math.min(asKnownAtMs, Number.MAX_SAFE_INTEGER)) as IterableIterator<Row>;
  for (const row of rows) if (row[4] === 1) yield toEntity(row);
}

export interface EntityFilter {
  readonly kind?: EntityKind;
  readonly sector?: string;
  /** Of a protected profession (I7). */
  readonly isProtected?: boolean;
  /** Part of its id or name. */
  readonly text?: string;
  readonly limit?: number;
}

const CONDITIONS: Readonly<Record<Exclude<keyof EntityFilter, 'limit'>, string>> = {
  kind: "body ->> '$.kind' = @kind",
  sector: "body ->> '$.sector' = @sector",
  isProtected: "(body ->> '$.protected' IS NOT NULL) = @isProtected",
  text: "instr(lower(id || ' ' || (body ->> '$.name')), lower(@text)) > 0",
};

/** Those listed now, in order of their ids. @param after the id after which to begin */
export function listEntities(db: Database, filter: EntityFilter = {}, after = ''): EntityRecord[] {
  const given = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter(
    (key) => filter[key] !== undefined,
  );
  const rows = db
    .prepare(
      `SELECT version, recordedAtMs, recordedBy, register, listed, body FROM entityVersions AS newest
       WHERE version = (SELECT max(version) FROM entityVersions WHERE id = newest.id) AND listed = 1 AND id > @after
         AND ${['true', ...given.map((key) => CONDITIONS[key])].join(' AND ')}
       ORDER BY id LIMIT @limit`,
    )
    .raw()
    .all({ ...filter, isProtected: filter.isProtected ? 1 : 0, after, limit: filter.limit ?? -1 }) as Row[];
  return rows.map(toEntity);
}

/** @throws FlowSieveError NOT_FOUND */
export function findEntity(db: Database, id: string): EntityRecord {
  const row = db
    .prepare(
      `SELECT version, recordedAtMs, recordedBy, register, listed, body FROM entityVersions WHERE id = ?
       ORDER BY version DESC LIMIT 1`,
    )
    .raw()
    .get(id) as Row | undefined;
  if (row?.[4] === 1) return toEntity(row);
  throw new FlowSieveError(
    'NOT_FOUND',
    `there is no entity ${id}: the list of entities shows those there are`,
  );
}

function toEntity([version, recordedAtMs, recordedBy, register, , body]: Row): EntityRecord {
  return { ...(JSON.parse(body) as Entity), version, recordedAtMs, recordedBy, register };
}

/** Grows with every change of the register. */
export function entityGeneration(db: Database): number {
  return db.prepare('SELECT ifnull(max(sequence), 0) FROM entityVersions').pluck().get() as number;
}
