// Erases in small steps, so that commits go on in between: deletes what is due or was decided on, brings what is derived
// from it up to date, empties the write-ahead log, and overwrites copies of moved rows (L19, I8).
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../store/database.ts';
import { destroying, listDestructions } from '../store/destructions.ts';
import { purgeDue } from '../store/erasure.ts';
import type { ChangedBy } from '../store/operators.ts';
import { cleanResidue, emptyWal, findResidue } from '../store/residue.ts';
import { refreshing } from '../victims/refresh.ts';
import { inSteps, whenFree } from './when-free.ts';

/** Of a transaction that deletes, ms. */
const CHUNK_MS = 15;
/** A reader that holds the write-ahead log is waited for like this. */
const RETRY_AFTER_MS = 250;

export interface Erasing {
  readonly db: Database;
  readonly change: Omit<ChangedBy, 'at'>;
  readonly signal: AbortSignal;
  /** How long a statement of a connection of its own waits for another process's write, ms. */
  readonly busyTimeoutMs?: number;
  /** After each step: how many matches went in it. */
  readonly onDeleted?: (matches: number) => void;
}

/** Everything whose time has come. @returns how many matches went */
export async function purge({ db, change, signal, onDeleted }: Erasing, nowMs: number): Promise<number> {
  let deleted = 0;
  while (!signal.aborted) {
    const now = await whenFree(() => purgeDue(db, nowMs, CHUNK_MS, { ...change, at: Date.now() }), signal);
    if (now === 0) break;
    deleted += now;
    onDeleted?.(now);
    await nextTurn();
  }
  return deleted;
}

/** Everything that two people have decided to destroy. @returns how many matches went */
export async function destroyDecided({ db, change, signal, onDeleted }: Erasing): Promise<number> {
  let deleted = 0;
  for (const destruction of listDestructions(db)) {
    if (destruction.state !== 'completed') continue;
    for await (const now of inSteps(
      () => destroying(db, destruction, { ...change, at: Date.now() }),
      signal,
    )) {
      deleted += now;
      onDeleted?.(now);
    }
  }
  return deleted;
}

/**
 * Brings what is derived from matches up to date, and empties the write-ahead log.
 * @returns whether it is done; else a reader holds the log, and it is for the next time
 */
export async function emptyLog({ db, signal }: Erasing, waitMs: number): Promise<boolean> {
  for await (const _ of inSteps(() => refreshing(db), signal));
  return within(waitMs, signal, () => emptyWal(db));
}

/** Overwrites copies of moved rows; after `emptyLog`. @returns whether all of them are, else the rest is for the next time */
export async function overwriteCopies(
  { db, signal, busyTimeoutMs }: Erasing,
  waitMs: number,
): Promise<boolean> {
  let left: readonly number[] = await findResidue(db.name, signal);
  return within(waitMs, signal, () => {
    left = cleanResidue(db.name, left, busyTimeoutMs);
    return left.length === 0;
  });
}

async function within(waitMs: number, signal: AbortSignal, work: () => boolean): Promise<boolean> {
  const until = performance.now() + waitMs;
  while (!work()) {
    if (signal.aborted || performance.now() >= until) return false;
    await delay(RETRY_AFTER_MS);
  }
  return !signal.aborted;
}
