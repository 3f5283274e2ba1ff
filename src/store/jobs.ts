// Sources of flows, and replay jobs: which input was replayed under what, how far, and whether to the end.
// An interrupted job resumes at its checkpoint; a finished one starts again from the beginning and replaces its ledger.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { FlowSieveError } from '../core/errors.ts';
import { type Database, working } from './database.ts';
import { emptyLedgerCounts, type LedgerCounts, ledgerTotals } from './ledger.ts';
import type { SourceKind, SourceNames } from './origins.ts';

/** A source that cannot be read again: standard input, a listener. Its ledger rows add up over all runs. */
export interface Source extends SourceNames {
  readonly id: number;
  readonly kind: Exclude<SourceKind, 'replay'>;
}

/** Where a run goes on: `position` is a byte offset in the decompressed input, `state` is the reader's own. */
interface JobPosition {
  readonly position: number;
  readonly state?: string;
}

export interface Checkpoint extends JobPosition {
  /** The input was read to its end. */
  readonly done: boolean;
}

/** A replay of one input under one operator, basis and way of reading. */
export interface Job extends SourceNames {
  /** The number of its source. */
  readonly id: number;
  readonly kind: 'replay';
  /** From 1; grows when a finished job is replayed again. */
  readonly run: number;
  /** `null` = from the beginning. */
  readonly resume: JobPosition | null;
  /** What the earlier, interrupted part of this run has counted. */
  readonly totals: LedgerCounts;
  /** Commits of this job so far, of all runs; the writer's own: another process's commit in between is refused by it. */
  commits: number;
  /** The ledger still shows the run before this one; the writer's own. */
  replacesRun: boolean;
}

export interface JobIdentity extends SourceNames {
  /** fingerprintInput() */
  readonly fingerprint: string;
  readonly straddling: string;
  /** Everything that decides how the input is read: format, column mapping. */
  readonly format: string;
}

interface JobRow {
  readonly source: number;
  readonly run: number;
  readonly state: 'running' | 'done';
  readonly position: number | null;
  readonly readerState: string | null;
  readonly commits: number;
}

/** Finds or begins the job of an input. Writes nothing for a job that is known. */
export function openJob(db: Database, identity: JobIdentity): Job {
  const { name, operator, retentionBasis, fingerprint, straddling, format } = identity;
  const key = JSON.stringify([fingerprint, operator, retentionBasis, straddling, format]);
  const find = () => findJob(db, key);
  const row = working(db, () => find() ?? writing(db, () => find() ?? createJob(db, key, identity)));
  const again = row.state === 'done';
  const resume = again || row.position === null ? null : positionOf(row.position, row.readerState);
  return {
    id: row.source,
    kind: 'replay',
    name,
    operator,
    retentionBasis,
    run: again ? row.run + 1 : row.run,
    resume,
    totals: resume ? ledgerTotals(db, row.source) : emptyLedgerCounts(),
    commits: row.commits,
    replacesRun: again,
  };
}

/** Looks again when it may write: another process can have been first. */
function writing<T>(db: Database, findOrCreate: () => T): T {
  return db.transaction(findOrCreate).immediate();
}

function positionOf(position: number, state: string | null): JobPosition {
  return state === null ? { position } : { position, state };
}

function findJob(db: Database, key: string): JobRow | undefined {
  return db.prepare<[string], JobRow>('SELECT * FROM jobs WHERE identity = ?').get(key);
}

function createJob(db: Database, key: string, names: SourceNames): JobRow {
  const source = createSource(db, 'replay', names);
  return db
    .prepare<[number, string], JobRow>(
      "INSERT INTO jobs (source, identity, run, state, commits) VALUES (?, ?, 1, 'running', 0) RETURNING *",
    )
    .get(source, key) as JobRow;
}

function createSource(
  db: Database,
  kind: SourceKind,
  { name, operator, retentionBasis }: SourceNames,
): number {
  return Number(
    db
      .prepare<unknown[]>('INSERT INTO sources (kind, name, operator, retentionBasis) VALUES (?, ?, ?, ?)')
      .run(kind, name, operator, retentionBasis).lastInsertRowid,
  );
}

/** Finds or adds it; the same names are the same source. */
export function openSource(db: Database, kind: Source['kind'], names: SourceNames): Source {
  const find = db
    .prepare<unknown[], number>(
      'SELECT id FROM sources WHERE kind = ? AND name = ? AND operator = ? AND retentionBasis = ?',
    )
    .pluck();
  const args = [kind, names.name, names.operator, names.retentionBasis];
  const id = working(
    db,
    () => find.get(args) ?? writing(db, () => find.get(args) ?? createSource(db, kind, names)),
  );
  return { id, kind, name: names.name, operator: names.operator, retentionBasis: names.retentionBasis };
}

/** Moves a job's checkpoint within the caller's transaction. `job.commits` is the caller's to count after it. */
export class JobTable {
  private readonly advanceJob;

  constructor(db: Database) {
    this.advanceJob = db.prepare<unknown[]>(
      'UPDATE jobs SET run = ?, state = ?, position = ?, readerState = ?, commits = commits + 1 WHERE source = ? AND commits = ?',
    );
  }

  advance(job: Job, { position, state, done }: Checkpoint): void {
    const moved = this.advanceJob.run(
      job.run,
      done ? 'done' : 'running',
      position,
      state ?? null,
      job.id,
      job.commits,
    );
    if (moved.changes === 1) return;
    throw new FlowSieveError(
      'DATABASE',
      `${job.name}: another process is replaying the same input into this database; this one has stopped`,
    );
  }
}

const FINGERPRINT_BYTES = 64 * 1024;

/** Names an input's content by its size and the SHA-256 of its first and last 64 KiB. */
export function fingerprintInput(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new FlowSieveError('INPUT_UNREADABLE', `${path}: ${(cause as Error).message}`, { cause });
  }
  try {
    const { size } = fstatSync(file);
    const digest = createHash('sha256');
    const bytes = Buffer.alloc(FINGERPRINT_BYTES);
    for (const from of [0, Math.max(0, size - FINGERPRINT_BYTES)]) {
      digest.update(bytes.subarray(0, readSync(file, bytes, 0, FINGERPRINT_BYTES, from)));
    }
    return `${size}-${digest.digest('hex')}`;
  } catch (cause) {
    throw new FlowSieveError('INPUT_UNREADABLE', `${path}: ${(cause as Error).message}`, { cause });
  } finally {
    closeSync(file);
  }
}
