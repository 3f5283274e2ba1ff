// Signs a tree head over all events, in steps, and puts it outside (L22).
import { setTimeout as pause } from 'node:timers/promises';
import { anchorHead } from '../audit/anchor.ts';
import type { SignedTreeHead } from '../audit/tree-head.ts';
import { advanceTree, signHead } from '../store/audit-heads.ts';
import type { Database } from '../store/database.ts';
import type { ChangedBy } from '../store/operators.ts';
import { openSigningKey } from '../store/signing-keys.ts';
import { whenFree } from './when-free.ts';

export interface HeadPlaces {
  readonly signingKeyPath: string;
  readonly anchorFolder: string | null;
}

/** Of a transaction that takes events into the tree, ms. */
const CHUNK_MS = 20;
/** Between two, in which flows are committed: after an import there may be very many events. */
const PAUSE_MS = 80;

/**
 * Without news, the last one stands.
 * @returns `null` where it was interrupted
 * @throws FlowSieveError AUDIT where the log is not what was signed; KEY; ANCHOR where the head is signed, but not outside
 */
export async function signTreeNow(
  db: Database,
  { signingKeyPath, anchorFolder }: HeadPlaces,
  change: ChangedBy,
  signal: AbortSignal,
): Promise<SignedTreeHead | null> {
  const key = await whenFree(() => openSigningKey(db, signingKeyPath, change), signal);
  while (!(await whenFree(() => advanceTree(db, CHUNK_MS), signal))) {
    if (signal.aborted) return null;
    await pause(PAUSE_MS);
  }
  const head = await whenFree(() => signHead(db, key, change), signal);
  // Also one that could not be put there last time.
  if (anchorFolder !== null) anchorHead(anchorFolder, head);
  return head;
}
