// Opens the database: one file, one writer at a time, nothing of it readable to other users or left behind in
// temporary files, and every way in which opening or writing can fail said in words.
import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { FlowSieveError } from '../core/errors.ts';
import { APPLICATION_ID, MIGRATIONS, migrate, schemaVersion } from './migrations.ts';
import { type Database, Sqlite } from './sqlite.ts';

export type { Database };

export interface OpenOptions {
  /** Nothing is created, migrated or written. */
  readonly readonly?: boolean;
  /** A file that does not exist is not created, but refused. */
  readonly mustExist?: boolean;
  /** How long a statement waits for another process's write, ms. */
  readonly busyTimeoutMs?: number;
  /** Pages of the database that are kept in memory, KiB. */
  readonly cacheKiB?: number;
}

/** A command outlasts the import of a long list: a revocation is not refused for it. */
const BUSY_TIMEOUT_MS = 30_000;
/** For `busyTimeoutMs`, in a thread of the daemon, whose end waits for a statement that waits. */
export const DAEMON_BUSY_TIMEOUT_MS = 5_000;
/** For `cacheKiB`: who reads much once, or lives shortly, would keep pages for nothing. */
export const SMALL_CACHE_KIB = 2_000;
/** Pages in the write-ahead log before they are moved to the database (4 KiB each): fewer moves in a long replay. */
const CHECKPOINT_PAGES = 4_000;

/**
 * Opens, and where needed creates and migrates. Close it explicitly.
 * @throws FlowSieveError DATABASE
 */
export function openDatabase(path: string, options: OpenOptions = {}): Database {
  const mayCreate = !options.readonly && !options.mustExist;
  if (path !== ':memory:' && !existsSync(path)) createFile(path, mayCreate);
  let db: Database | undefined;
  try {
    db = new Sqlite(path, {
      readonly: options.readonly ?? false,
      timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS,
    });
    refuseForeign(db, path);
    prepare(db, path, options.readonly ?? false);
    if (options.cacheKiB !== undefined) db.pragma(`cache_size = ${-options.cacheKiB}`);
    return db;
  } catch (error) {
    db?.close();
    throw databaseError(error, path);
  }
}

function createFile(path: string, mayCreate: boolean): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new FlowSieveError(
      'DATABASE',
      `${path}: its folder ${folder} does not exist; create it, or name another with --db`,
    );
  }
  if (!mayCreate) {
    throw new FlowSieveError(
      'DATABASE',
      `${path}: there is no such database; an import or a replay creates it, or name another with --db`,
    );
  }
  try {
    // SQLite gives its own files (-wal, -shm) the permissions of this one.
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return; // another process was first
    throw new FlowSieveError('DATABASE', `${path}: cannot be created (${code})`, { cause: error });
  }
}

function refuseForeign(db: Database, path: string): void {
  const application = db.pragma('application_id', { simple: true });
  if (application === APPLICATION_ID) return;
  if (application === 0 && db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0) return;
  throw new FlowSieveError(
    'DATABASE',
    `${path}: is a SQLite database of another program; name another file with --db`,
  );
}

function prepare(db: Database, path: string, readonly: boolean): void {
  db.pragma('foreign_keys = ON');
  db.pragma('secure_delete = ON'); // L19: what is deleted is overwritten
  db.pragma('temp_store = MEMORY'); // L21: sorting and statement journals leave no temporary file
  // A commit is on the disk when it returns. NORMAL would survive a killed process too, but after a power failure a
  // revocation that was already reported as done could be gone, and with it the proof of when it was made (L10, L22).
  db.pragma('synchronous = FULL');
  const version = schemaVersion(db);
  if (version > MIGRATIONS.length) {
    throw new FlowSieveError(
      'DATABASE',
      `${path}: was written by a newer version (schema ${version}, this one knows ${MIGRATIONS.length}); use that version`,
    );
  }
  if (readonly) {
    if (version === MIGRATIONS.length) return;
    const state = version === 0 ? 'is empty' : `holds schema ${version} of ${MIGRATIONS.length}`;
    throw new FlowSieveError('DATABASE', `${path}: ${state}; a command that writes brings it up to date`);
  }
  db.pragma('journal_mode = WAL');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  if (version < MIGRATIONS.length) migrate(db);
}

/** SQLite's result codes that a user can do something about. */
const REASONS: readonly (readonly [code: string, reason: string])[] = [
  ['SQLITE_NOTADB', 'is not a database'],
  ['SQLITE_CORRUPT', 'is damaged; restore it from a copy'],
  ['SQLITE_READONLY', 'cannot be written to: the file, its folder or the disk is read-only'],
  ['SQLITE_FULL', 'the disk is full; nothing of this commit was kept, and everything before it is safe'],
  ['SQLITE_BUSY', 'another process is writing to it; try again when it has ended'],
  ['SQLITE_CANTOPEN', 'cannot be opened: check its permissions and that it is a file'],
  ['SQLITE_IOERR', 'the disk fails to read or write it'],
  ['SQLITE_PERM', 'cannot be opened: permission denied'],
];

/** Does some work on a database; what a user can act on (full, locked, damaged) is thrown as FlowSieveError DATABASE. */
export function working<T>(db: Database, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw databaseError(error, db.name);
  }
}

/**
 * Does some work in a transaction of its own that need not be on the disk when it returns: what can be derived anew. After a
 * power failure it may be gone, whole, with the marks that say so; it is never there in part, nor before what it rests on.
 */
export function derivedly<T>(db: Database, work: () => T): T {
  return working(db, () => {
    db.pragma('synchronous = NORMAL');
    try {
      return db.transaction(work).immediate();
    } finally {
      db.pragma('synchronous = FULL');
    }
  });
}

/** Whether nobody else is writing just now; waits for nothing. Not within a transaction. */
export function isWritable(db: Database): boolean {
  const before = db.pragma('busy_timeout', { simple: true });
  db.pragma('busy_timeout = 0');
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw databaseError(error, db.name);
  } finally {
    db.pragma(`busy_timeout = ${before}`);
  }
}

/** Whether another process was writing: the same may succeed a moment later. */
export function isBusy(error: unknown): boolean {
  const cause = error instanceof FlowSieveError ? error.cause : error;
  return cause instanceof Sqlite.SqliteError && cause.code.startsWith('SQLITE_BUSY');
}

/** Turns SQLite's errors into what a user can act on; anything else is returned as it is. */
export function databaseError(error: unknown, path: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  const known = REASONS.find(([code]) => error.code.startsWith(code));
  if (!known) return error;
  return new FlowSieveError('DATABASE', `${path}: ${known[1]} (${error.code})`, { cause: error });
}
