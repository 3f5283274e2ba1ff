// Deletes matches, a few at a time, and records how many of which indicator: when their time has come (L19), or because
// two people have decided it (I8). What is derived from them goes with them, by triggers. `residue.ts` does the rest.
import { COVERED, type Criterion, IN_STRETCH, type Stretch } from './criteria.ts';
import { type Database, working } from './database.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';

/** Matches deleted between two looks at the clock. */
const MATCHES_AT_ONCE = 100;

/** Within a transaction of its own, for about so long, ms. @returns how many went; 0 = none is due */
export function purgeDue(db: Database, nowMs: number, forMs: number, change: ChangedBy): number {
  const due = db
    .prepare<[number], number>(
      `DELETE FROM matches WHERE id IN (SELECT id FROM matches WHERE deleteAfterMs <= ? ORDER BY deleteAfterMs
         LIMIT ${MATCHES_AT_ONCE}) RETURNING indicator`,
    )
    .pluck();
  const purge = db.transaction(() => {
    const until = performance.now() + forMs;
    const deleted: number[] = [];
    for (;;) {
      const indicators = due.all(nowMs);
      deleted.push(...indicators);
      if (indicators.length < MATCHES_AT_ONCE || performance.now() >= until) break;
    }
    const object = new Date(nowMs).toISOString();
    if (deleted.length > 0) record(db, deleted, { action: 'matches.purge', object, version: 1 }, change);
    return deleted.length;
  });
  return working(db, () => purge.immediate());
}

export interface Due {
  readonly matches: number;
  /** Until each of the instants that were asked for. */
  readonly until: readonly number[];
  /** The day of the first; `null` = there are none. */
  readonly firstMs: number | null;
}

/** How many matches are to be erased until each of some instants, epoch ms. */
export function countDue(db: Database, untilMs: readonly number[]): Due {
  const count = db.prepare<[number], number>('SELECT count(*) FROM matches WHERE deleteAfterMs <= ?').pluck();
  const first = db.prepare<[], number | null>('SELECT min(deleteAfterMs) FROM matches').pluck();
  return {
    matches: db.prepare<[], number>('SELECT count(*) FROM matches').pluck().get() as number,
    until: untilMs.map((ms) => count.get(ms) as number),
    firstMs: first.get() ?? null,
  };
}

/** Of one stretch, within a transaction of its own. @returns how many went */
export function destroyCovered(
  db: Database,
  { kind, value }: Criterion,
  { after, upTo }: Stretch,
  destruction: number,
  change: ChangedBy,
): number {
  const covered = db
    .prepare<object, number>(
      `DELETE FROM matches WHERE ${IN_STRETCH} AND ${COVERED[kind]} RETURNING indicator`,
    )
    .pluck();
  const destroy = db.transaction(() => {
    const deleted = covered.all({ after, upTo, value });
    const object = `${kind}:${value}`;
    if (deleted.length > 0)
      record(db, deleted, { action: 'matches.destroy', object, version: destruction }, change);
    return deleted.length;
  });
  return working(db, () => destroy.immediate());
}

interface What {
  readonly action: 'matches.purge' | 'matches.destroy';
  readonly object: string;
  readonly version: number;
}

/** Counts per authorisation and indicator: never an address. @param deleted the indicators' numbers */
function record(db: Database, deleted: readonly number[], what: What, { by, role, at }: ChangedBy): void {
  const counts = new Map<number, number>();
  for (const indicator of deleted) counts.set(indicator, (counts.get(indicator) ?? 0) + 1);
  const name = db.prepare<[number], { indicator: string; authorisation: string }>(
    'SELECT indicator, authorisation FROM matchedIndicators WHERE id = ?',
  );
  const authorisations: Record<string, Record<string, number>> = {};
  for (const [number, count] of counts) {
    const { indicator, authorisation } = name.get(number) as { indicator: string; authorisation: string };
    const ofAuthorisation = authorisations[authorisation] ?? {};
    ofAuthorisation[indicator] = count;
    authorisations[authorisation] = ofAuthorisation;
  }
  const detail = { matches: deleted.length, authorisations };
  eventWriter(db)({ atMs: at, actor: by, role, ...what, digest: null, detail });
}
