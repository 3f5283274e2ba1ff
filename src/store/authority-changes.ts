// What has changed of where indicators stand since an event, for who keeps that in memory.
import type { Database } from './database.ts';

export interface AuthorityChanges {
  /** Sequence of the last event that was looked at. */
  readonly upTo: number;
  /** Ids of indicators and drafts. */
  readonly indicators: ReadonlySet<string>;
  /** What many indicators rest on, by name: references of authorisations, legal bases, operators. */
  readonly authorisations: ReadonlySet<string>;
  readonly bases: ReadonlySet<string>;
  readonly operators: ReadonlySet<string>;
}

const KINDS = {
  indicator: 'indicators',
  warninglist: 'indicators',
  authorisation: 'authorisations',
  basis: 'bases',
  operator: 'operators',
} as const;

export function lastSequence(db: Database): number {
  return (db.prepare('SELECT max(sequence) FROM events').pluck().get() as number | null) ?? 0;
}

/** @param afterSequence of the last event that is known */
export function changesSince(db: Database, afterSequence: number): AuthorityChanges {
  const changes = {
    indicators: new Set<string>(),
    authorisations: new Set<string>(),
    bases: new Set<string>(),
    operators: new Set<string>(),
  };
  const rows = db
    .prepare<[number], { sequence: number; action: string; object: string }>(
      'SELECT sequence, action, object FROM events WHERE sequence > ? ORDER BY sequence',
    )
    .all(afterSequence);
  for (const { action, object } of rows) {
    const kind = action.slice(0, action.indexOf('.'));
    if (kind in KINDS) changes[KINDS[kind as keyof typeof KINDS]].add(object);
  }
  return { ...changes, upTo: rows.at(-1)?.sequence ?? afterSequence };
}

/** Of indicators and drafts, in order: the next thousand behind one of them. */
export function indicatorIds(db: Database, after: string): string[] {
  return db
    .prepare(
      `SELECT id FROM indicatorVersions WHERE id > :after UNION SELECT id FROM proposalVersions WHERE id > :after
       ORDER BY id LIMIT 1000`,
    )
    .pluck()
    .all({ after }) as string[];
}
