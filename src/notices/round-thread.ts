// A long look at what has happened, in a thread of its own: the main thread of a daemon has other things to do.
import { Worker } from 'node:worker_threads';
import { addedRegimes, setAddedRegimes } from '../authority/added-regimes.ts';
import type { InForceOptions } from '../authority/conditions.ts';
import type { LoadedRegime } from '../authority/regime.ts';
import { threadEntry } from '../core/package.ts';
import { DAEMON_BUSY_TIMEOUT_MS, openDatabase, SMALL_CACHE_KIB } from '../store/database.ts';
import { openSigningKey } from '../store/signing-keys.ts';
import { runRound } from './round.ts';

export interface RoundTask {
  readonly database: string;
  readonly signingKey: string;
  readonly inForce: InForceOptions;
  /** The regimes beside those bundled, as the configuration has them. */
  readonly regimes: readonly LoadedRegime[];
}

/** It is short-lived, and garbage would take much room: V8 collects sooner where the limit is nearer. Many times what it needs. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 6 } as const;

/** @returns how many notices were raised. @throws what the thread threw */
export function runRoundAside(task: Omit<RoundTask, 'regimes'>): Promise<number> {
  const workerData: RoundTask = { ...task, regimes: addedRegimes() };
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadEntry('notices'), { workerData, resourceLimits: LIMITS });
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that raises notices ended before it was done')));
  });
}

/** What the thread does. */
export function runRoundTask({ database, signingKey, inForce, regimes }: RoundTask): number {
  setAddedRegimes(regimes);
  const db = openDatabase(database, {
    mustExist: true,
    cacheKiB: SMALL_CACHE_KIB,
    busyTimeoutMs: DAEMON_BUSY_TIMEOUT_MS,
  });
  try {
    return runRound(db, inForce, () => openSigningKey(db, signingKey, bySystem()));
  } finally {
    db.close();
  }
}

export function bySystem(): { by: string; role: string; at: number } {
  return { by: 'system', role: 'system', at: Date.now() };
}
