// Keeps matches from being read, by legal basis, authorisation or indicator (L20, I8), and gives them back.
import { FlowSieveError } from '../core/errors.ts';
import type { Criterion } from './criteria.ts';
import type { Database } from './database.ts';
import { eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';

/** The cause of those that somebody placed by name, not by another change that lifts them again. */
export const PLACED_BY_PERSON = 'person';
/** The cause of those that come with a suspended legal basis, and go when it is reinstated (L20). */
export const PLACED_WITH_BASIS = 'basis.suspend';

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
  releaseSequesters(db, placed, change);
  return placed.length;
}

/** Within the caller's transaction. */
export function releaseSequesters(
  db: Database,
  sequesters: readonly Sequester[],
  change: Omit<SequesterChange, 'cause'>,
): void {
  for (const placed of sequesters)
    write(db, placed.sequester, 'release', placed, { ...change, cause: placed.cause });
}

/**
 * Those in force that a person may release: one by its number, or all of a criterion.
 * @throws FlowSieveError NOT_FOUND; REFUSED where undoing another change is what lifts it
 */
export function releasableSequesters(db: Database, which: number | Criterion): Sequester[] {
  const meant = activeSequesters(db).filter(({ sequester, kind, value }) =>
    typeof which === 'number' ? sequester === which : kind === which.kind && value === which.value,
  );
  const name = typeof which === 'number' ? `sequester ${which}` : `${which.kind} ${which.value}`;
  if (meant.length === 0)
    throw new FlowSieveError('NOT_FOUND', `${name}: nothing is sequestered by it: sequester list`);
  const own = meant.filter(({ cause }) => cause !== PLACED_WITH_BASIS);
  if (own.length > 0) return own;
  throw new FlowSieveError(
    'REFUSED',
    `${name}: was sequestered with the basis: \`basis reinstate\` releases it (rule L20)`,
  );
}

export interface ListedSequester extends Sequester {
  /** `null` = it holds. */
  readonly released: { readonly by: string; readonly reason: string; readonly atMs: number } | null;
}

/** Also those that were released, in the order in which they were placed. */
export function listSequesters(db: Database): ListedSequester[] {
  const rows = db.prepare<
    [],
    Sequester & { releasedBy: string | null; releaseReason: string; releasedAtMs: number }
  >(
    `SELECT placed.sequester, placed.kind, placed.value, placed.cause, placed.by, placed.role, placed.reason,
       placed.atMs, placed.recordedAtMs, released.by AS releasedBy, released.reason AS releaseReason,
       released.recordedAtMs AS releasedAtMs
     FROM sequesterSteps AS placed
     LEFT JOIN sequesterSteps AS released ON released.sequester = placed.sequester AND released.action = 'release'
     WHERE placed.action = 'place' ORDER BY placed.sequester`,
  );
  return rows.all().map(({ releasedBy, releaseReason, releasedAtMs, ...placed }) => ({
    ...placed,
    released: releasedBy === null ? null : { by: releasedBy, reason: releaseReason, atMs: releasedAtMs },
  }));
}

export function activeSequesters(db: Database): Sequester[] {
  return db
    .prepare<[], Sequester>(
      `SELECT sequester, kind, value, cause, by, role, reason, atMs, recordedAtMs FROM activeSequesters
       ORDER BY sequester`,
    )
    .all();
}

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
