// The authority's events and its generation: every change goes through here, within the change's own transaction.
import type { Database } from './database.ts';
import type { Statement } from './sqlite.ts';
import { refuseUntold, withoutVictims } from './written-text.ts';

export interface Event {
  readonly atMs: number;
  readonly actor: string;
  /** `analyst`, `engineer`, `operator`, `auditor`. */
  readonly role: string;
  /** `authorisation.import`, `indicator.add`, … */
  readonly action: string;
  /** The reference or id of what was changed, and the version that this made. */
  readonly object: string;
  readonly version: number;
  /** SHA-256 of what the object says since. */
  readonly digest: Uint8Array | null;
  /** Anything else that is to be known. Never an address of a victim: what people write is guarded (written-text.ts). */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface RecordedEvent extends Event {
  readonly sequence: number;
}

/** Grows with every change of what may be matched. */
export function currentGeneration(db: Database): number {
  return db.prepare('SELECT generation FROM authorityState').pluck().get() as number;
}

/** Prepared once for each database: very many steps may be recorded one after another. */
const advances = new WeakMap<Database, Statement>();

/** @returns the new generation */
export function advanceGeneration(db: Database): number {
  let advance = advances.get(db);
  if (!advance) {
    advance = db
      .prepare('UPDATE authorityState SET generation = generation + 1 RETURNING generation')
      .pluck();
    advances.set(db, advance);
  }
  return advance.get() as number;
}

/**
 * Writes events one after another with one prepared statement.
 * Writing throws FlowSieveError REFUSED where nobody is named, or a reason says nothing.
 */
export function eventWriter(db: Database): (event: Event) => void {
  const insert = db.prepare(
    `INSERT INTO events (atMs, actor, role, action, object, version, digest, detail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (event) => {
    const { atMs, actor, role, action, object, version, digest, detail } = event;
    refuseUntold(db, actor, detail.reason);
    insert.run(
      atMs,
      actor,
      role,
      action,
      object,
      version,
      digest,
      JSON.stringify(withoutVictims(db, detail)),
    );
  };
}

/** Those of some objects, in the order in which they were recorded. */
export function eventsOf(db: Database, objects: readonly string[]): RecordedEvent[] {
  const rows = db
    .prepare<[string], RecordedEvent & { detail: string }>(
      'SELECT * FROM events WHERE object IN (SELECT value FROM json_each(?)) ORDER BY sequence',
    )
    .all(JSON.stringify(objects));
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
}

export function* readEvents(db: Database, afterSequence = 0): Generator<RecordedEvent> {
  const rows = db
    .prepare<[number], RecordedEvent & { detail: string }>(
      'SELECT * FROM events WHERE sequence > ? ORDER BY sequence',
    )
    .iterate(afterSequence);
  for (const row of rows) yield { ...row, detail: JSON.parse(row.detail) as Record<string, unknown> };
}
