// Keeps matches from being read, by legal basis, authorisation or indicator (L20, I8), and gives them back.
import type { Database } from './database.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';

export interface Criterion {
  readonly kind: 'basis' | 'authorisation' | 'indicator';
  /** A legal basis (of retention, of access, a task), a reference, an indicator's id. */
  readonly value: string;
}

/** Why, and under what cause it is released again: `basis.suspend`, `person` … */
export interface SequesterChange extends ChangedBy {
  readonly reason: string;
  readonly cause: string;
  /** When it took place, epoch ms; by default when it is recorded. */
  readonly atMs?: number;
}

export interface Sequester extends Criterion {
  readonly sequester: number;
  readonly cause: string;
  readonly by: string;
  readonly role: string;
  readonly reason: string;
  readonly atMs: number;
  readonly recordedAtMs: number;
}

/** Within the caller's transaction. Placed twice for two causes, it holds until both are released. @returns its number */
export function placeSequester(db: Database, criterion: Criterion, change: SequesterChange): number {
  const sequester = db
    .prepare('SELECT coalesce(max(sequester), 0) + 1 FROM sequesterSteps')
    .pluck()
    .get() as number;
  write(db, sequester, 'place', criterion, change);
  return sequester;
}

/** Within the caller's transaction: those that were placed for the same cause. @returns how many there were */
export function releaseSequester(db: Database, criterion: Criterion, change: SequesterChange): number {
  const placed = activeSequesters(db).filter(
    ({ kind, value, cause }) =>
      kind === criterion.kind && value === criterion.value && cause === change.cause,
  );
  for (const { sequester } of placed) write(db, sequester, 'release', criterion, change);
  return placed.length;
}

export function activeSequesters(db: Database): Sequester[] {
  return db
    .prepare<[], Sequester>(
      `SELECT sequester, kind, value, cause, by, role, reason, atMs, recordedAtMs FROM activeSequesters
       ORDER BY sequester`,
    )
    .all();
}

/** Matches that the criterion covers, sequestered or not. Reads through all matches: not for a transaction that writes. */
export function countCovered(db: Database, { kind, value }: Criterion): number {
  return db.prepare<{ value: string }, number>(COVERED[kind]).pluck().get({ value }) as number;
}

const COVERED: Readonly<Record<Criterion['kind'], string>> = {
  basis: `SELECT count(*) FROM matches WHERE origin IN
      (SELECT origins.id FROM origins JOIN sources ON sources.id = source WHERE retentionBasis = @value)
    OR indicator IN
      (SELECT matchedIndicators.id FROM matchedIndicators
       JOIN indicatorVersions ON indicatorVersions.id = matchedIndicators.indicator
       JOIN indicatorScopes ON indicatorScopes.id = indicatorVersions.scope WHERE @value IN (access, task))`,
  authorisation: `SELECT count(*) FROM matches WHERE indicator IN
    (SELECT id FROM matchedIndicators WHERE authorisation = @value)`,
  indicator: `SELECT count(*) FROM matches WHERE indicator IN
    (SELECT id FROM matchedIndicators WHERE indicator = @value)`,
};

function write(
  db: Database,
  sequester: number,
  action: 'place' | 'release',
  { kind, value }: Criterion,
  { by, role, at, atMs = at, reason, cause }: SequesterChange,
): void {
  db.prepare('INSERT INTO sequesterSteps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    sequester,
    action,
    kind,
    value,
    cause,
    by,
    role,
    reason,
    atMs,
    at,
  );
  eventWriter(db)({
    atMs: at,
    actor: by,
    role,
    action: `sequester.${action}`,
    object: `${kind}:${value}`,
    version: sequester,
    digest: null,
    detail: { kind, value, cause, reason, atMs },
  });
}
