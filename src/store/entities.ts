// The entity register as it is stored: who is known by which networks, and how they are told (L15).
import type { Database } from './database.ts';

/** NIS2: essential and important entities; and everybody else. */
export const ENTITY_KINDS = ['essential', 'important', 'other'] as const;
/** I7: whose communications are protected. */
export const PROFESSIONS = ['lawyer', 'doctor', 'journalist'] as const;
/** In which warnings are written. */
export const LANGUAGES = ['nl', 'fr', 'de', 'en'] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];
export type Profession = (typeof PROFESSIONS)[number];
export type Language = (typeof LANGUAGES)[number];

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
  for (const [version, recordedAtMs, recordedBy, register, listed, body] of rows) {
    if (listed === 1) yield { ...(JSON.parse(body) as Entity), version, recordedAtMs, recordedBy, register };
  }
}

/** Grows with every change of the register. */
export function entityGeneration(db: Database): number {
  return db.prepare('SELECT ifnull(max(sequence), 0) FROM entityVersions').pluck().get() as number;
}
