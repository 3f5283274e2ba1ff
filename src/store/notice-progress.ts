// How far events have become notices, what operators were last told, and when something falls due by itself.
import type { Database } from './database.ts';
import { working } from './database.ts';
import { type NewNotice, noticeWriter } from './notices.ts';

/** One row; instants are epoch ms. */
export interface Progress {
  /** Sequence of the last event that was looked at. */
  readonly event: number;
  /** What falls due by then is listed. */
  readonly horizonMs: number;
}

export function readProgress(db: Database): Progress {
  return db.prepare<[], Progress>('SELECT event, horizonMs FROM noticeProgress').get() as Progress;
}

export function lastEvent(db: Database): number {
  return (db.prepare('SELECT max(sequence) FROM events').pluck().get() as number | null) ?? 0;
}

export interface PendingEvent {
  readonly sequence: number;
  readonly atMs: number;
  readonly action: string;
  readonly object: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Events after which operators may have to be told something. */
const RELEVANT = `(action GLOB 'indicator.*' OR action GLOB 'authorisation.*' OR action GLOB 'basis.*'
  OR action IN ('dispute.decide', 'warninglist.hit', 'warninglist.clear'))
  AND action NOT IN ('indicator.propose', 'indicator.merge')`;

export function* pendingEvents(db: Database, after: number, limit: number): Generator<PendingEvent> {
  const rows = db
    .prepare<[number, number], PendingEvent & { detail: string }>(
      `SELECT sequence, atMs, action, object, detail FROM events
       WHERE sequence > ? AND ${RELEVANT} ORDER BY sequence LIMIT ?`,
    )
    .iterate(after, limit);
  for (const row of rows) yield { ...row, detail: JSON.parse(row.detail) as Record<string, unknown> };
}

/** How many there are, counted no further than `limit`. */
export function countPending(db: Database, after: number, limit: number): number {
  return db
    .prepare(`SELECT count(*) FROM (SELECT 1 FROM events WHERE sequence > ? AND ${RELEVANT} LIMIT ?)`)
    .pluck()
    .get(after, limit) as number;
}

/** Whether an authorisation was known when an event was recorded. */
export function wasImportedBy(db: Database, reference: string, event: number): boolean {
  const found = db
    .prepare(
      "SELECT 1 FROM events WHERE object = ? AND sequence <= ? AND action = 'authorisation.import' LIMIT 1",
    )
    .get(reference, event);
  return found !== undefined;
}

/** How many versions of indicators an authorisation has. */
export function countIndicators(db: Database, authorisation: string): number {
  return db
    .prepare(
      `SELECT count(*) FROM indicatorVersions
       WHERE scope IN (SELECT id FROM indicatorScopes WHERE authorisation = ?)`,
    )
    .pluck()
    .get(authorisation) as number;
}

/** L20: authorisations that have indicators on a basis of retention or access, or a task. */
export function authorisationsOn(db: Database, basis: string): string[] {
  return db
    .prepare(
      'SELECT DISTINCT authorisation FROM indicatorScopes WHERE ? IN (retention, access, task) ORDER BY 1',
    )
    .pluck()
    .all(basis) as string[];
}

export type ToldState = 'active' | 'suspended' | 'over';

export interface ToldAuthorisation {
  readonly state: 'active' | 'over';
  readonly operators: readonly string[];
}

export function toldReader(db: Database) {
  const indicator = db.prepare('SELECT state FROM noticedIndicators WHERE indicator = ?').pluck();
  const authorisation = db.prepare<[string], { state: 'active' | 'over'; operators: string }>(
    'SELECT state, operators FROM noticedAuthorisations WHERE reference = ?',
  );
  return {
    indicator: (id: string) => (indicator.get(id) as ToldState | undefined) ?? null,
    authorisation(reference: string): ToldAuthorisation | null {
      const row = authorisation.get(reference);
      return row ? { state: row.state, operators: JSON.parse(row.operators) as string[] } : null;
    },
  };
}

/** Something that falls due by itself. */
export interface End {
  readonly atMs: number;
  readonly kind: 'indicator' | 'authorisation';
  /** Id or reference. */
  readonly object: string;
}

/** What some events come to. */
export interface Advance {
  readonly from: Progress;
  readonly to: Progress;
  readonly notices: readonly NewNotice[];
  readonly indicators: ReadonlyMap<string, ToldState>;
  readonly authorisations: ReadonlyMap<string, ToldAuthorisation>;
  readonly ends: Iterable<End>;
}

/**
 * Keeps it all, or nothing where another process has been faster.
 * @returns whether it was kept
 */
export function advance(
  db: Database,
  { from, to, notices, indicators, authorisations, ends }: Advance,
): boolean {
  const keep = db.transaction(() => {
    const stands = readProgress(db);
    if (stands.event !== from.event || stands.horizonMs !== from.horizonMs) return false;
    const write = noticeWriter(db);
    for (const notice of notices) write(notice);
    const tell = db.prepare('INSERT OR REPLACE INTO noticedIndicators VALUES (?, ?)');
    for (const [id, state] of indicators) tell.run(id, state);
    const tellOf = db.prepare('INSERT OR REPLACE INTO noticedAuthorisations VALUES (?, ?, ?)');
    for (const [reference, { state, operators }] of authorisations) {
      tellOf.run(reference, state, JSON.stringify(operators));
    }
    const watch = db.prepare('INSERT OR IGNORE INTO watchedEnds VALUES (?, ?, ?)');
    for (const { atMs, kind, object } of ends) watch.run(atMs, kind, object);
    db.prepare('UPDATE noticeProgress SET event = ?, horizonMs = ?').run(to.event, to.horizonMs);
    return true;
  });
  return working(db, () => keep.immediate());
}

/** Whether an end is recorded already, as such an event. */
export function endReader(db: Database): (end: End, actions: readonly string[]) => boolean {
  const select = db
    .prepare<[string, number, string], number>(
      `SELECT 1 FROM events WHERE object = ? AND detail ->> '$.sinceMs' = ?
         AND action IN (SELECT value FROM json_each(?)) LIMIT 1`,
    )
    .pluck();
  return ({ object, atMs }, actions) => select.get(object, atMs, JSON.stringify(actions)) !== undefined;
}

/** The earliest end that is listed; `null` = none. */
export function nextEndMs(db: Database): number | null {
  return db.prepare('SELECT min(atMs) FROM watchedEnds').pluck().get() as number | null;
}

/**
 * Takes what has fallen due off the list, in the order of time, and has it recorded, in one transaction: once, whatever
 * other processes do.
 * @returns whether there is more
 */
export function takeEnds(db: Database, nowMs: number, limit: number, record: (end: End) => void): boolean {
  const select = db.prepare<[number, number], End>(
    'SELECT atMs, kind, object FROM watchedEnds WHERE atMs <= ? ORDER BY atMs, kind, object LIMIT ?',
  );
  if (!select.get(nowMs, 1)) return false;
  const remove = db.prepare('DELETE FROM watchedEnds WHERE atMs = ? AND kind = ? AND object = ?');
  const take = db.transaction(() => {
    const ends = select.all(nowMs, limit);
    for (const end of ends) {
      record(end);
      remove.run(end.atMs, end.kind, end.object);
    }
    return ends.length === limit;
  });
  return working(db, () => take.immediate());
}
