// Erased means erased (L19). `secure_delete` overwrites a row where it lies; but when SQLite balances a b-tree it moves rows
// between pages and leaves their old copies in the pages' unused middles (sqlite3.c, rebuildPage), where nothing that is
// deleted later reaches them. So these middles are overwritten here, in the file itself, under SQLite's write lock.
import { fdatasyncSync, fstatSync, openSync, read, readSync, statSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { FlowSieveError } from '../core/errors.ts';
import { type Database, isBusy, openDatabase, working } from './database.ts';
import { type Gap, gapOf, isClean, MAX_PAGES } from './page-gap.ts';

const READ_BYTES = 1_048_576;
/** Cleaned under one lock. */
const PAGES_PER_LOCK = 500;

const readAsync = promisify(read);

/**
 * Never closed: where a process closes any descriptor of a database, it loses the locks that SQLite holds on it through
 * others (https://sqlite.org/howtocorrupt.html § 2.2).
 */
const descriptors = new Map<string, number>();

/** Moves the write-ahead log into the database, and leaves nothing in it. @returns whether nobody stood in the way */
export function emptyWal(db: Database): boolean {
  return unlessBusy(() => {
    const [outcome] = working(db, () => db.pragma('wal_checkpoint(TRUNCATE)')) as { busy: number }[];
    return outcome?.busy === 0;
  });
}

function unlessBusy(work: () => boolean): boolean {
  try {
    return work();
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

/** Pages in which copies of moved rows lie. Reads the whole file, without a lock, and not on the main thread. */
export async function findResidue(path: string, signal?: AbortSignal): Promise<number[]> {
  const file = descriptorOf(path);
  const { pageBytes, usable, pages } = layoutOf(file, path);
  const found: number[] = [];
  const chunk = Buffer.alloc(Math.floor(READ_BYTES / pageBytes) * pageBytes);
  for (let first = 0; first < pages && !signal?.aborted; first += chunk.length / pageBytes) {
    const { bytesRead } = await readAsync(file, chunk, 0, chunk.length, first * pageBytes);
    for (let at = 0; at + pageBytes <= bytesRead; at += pageBytes) {
      const number = first + at / pageBytes;
      if (residueOf(chunk.subarray(at, at + pageBytes), number, usable)) found.push(number);
    }
  }
  return found;
}

/**
 * Overwrites what `findResidue` has found, as far as it is still there.
 * @returns the pages that are left: another process was writing, or a reader holds the write-ahead log
 */
export function cleanResidue(
  path: string,
  found: readonly number[],
  busyTimeoutMs?: number,
): readonly number[] {
  if (found.length === 0) return found;
  // A connection of its own: one that has pages in memory would write their old copies back.
  const db = openDatabase(path, {
    mustExist: true,
    ...(busyTimeoutMs === undefined ? {} : { busyTimeoutMs }),
  });
  try {
    let left = found;
    while (left.length > 0) {
      if (!emptyWal(db) || !cleanUnderLock(db, left.slice(0, PAGES_PER_LOCK))) return left;
      left = left.slice(PAGES_PER_LOCK);
    }
    return left;
  } finally {
    db.close();
  }
}

function cleanUnderLock(db: Database, found: readonly number[]): boolean {
  const clean = db.transaction(() => {
    // With the lock held and the log empty, the file is the database, and nobody else writes to it.
    if (walBytes(db.name) > 0) return false;
    const file = descriptorOf(db.name);
    const { pageBytes, usable } = layoutOf(file, db.name);
    const page = Buffer.alloc(pageBytes);
    for (const number of found) {
      if (readSync(file, page, 0, pageBytes, number * pageBytes) !== pageBytes) continue;
      const gap = residueOf(page, number, usable);
      if (!gap) continue;
      const { from, to } = gap;
      writeSync(file, Buffer.alloc(to - from), 0, to - from, number * pageBytes + from);
    }
    fdatasyncSync(file);
    // A change that every other connection sees: it forgets the pages that it has in memory.
    db.prepare('UPDATE erasureState SET cleanings = cleanings + 1').run();
    return true;
  });
  return unlessBusy(() => working(db, () => clean.immediate()));
}

function residueOf(page: Buffer, number: number, usable: number): Gap | null {
  const gap = gapOf(page, number === 0, usable);
  return gap && !isClean(page, gap) ? gap : null;
}

interface Layout {
  readonly pageBytes: number;
  /** Without what is reserved at the end of each page. */
  readonly usable: number;
  readonly pages: number;
}

const HEADER_BYTES = 100;

function layoutOf(file: number, path: string): Layout {
  const header = Buffer.alloc(HEADER_BYTES);
  readSync(file, header, 0, HEADER_BYTES, 0);
  const written = header.readUInt16BE(16);
  const pageBytes = written === 1 ? 65_536 : written;
  const pages = Math.floor(fstatSync(file).size / pageBytes);
  if (pages >= MAX_PAGES) {
    throw new FlowSieveError(
      'DATABASE',
      `${path}: has ${pages} pages: copies of moved rows are not looked for in so many`,
    );
  }
  return { pageBytes, usable: pageBytes - (header[20] as number), pages };
}

function descriptorOf(path: string): number {
  const known = descriptors.get(path);
  if (known !== undefined && fstatSync(known).ino === statSync(path).ino) return known;
  const opened = openSync(path, 'r+');
  descriptors.set(path, opened);
  return opened;
}

function walBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
