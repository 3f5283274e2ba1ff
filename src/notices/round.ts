// One look at what has happened: what has fallen due is recorded, and events become notices.
import type { InForceOptions } from '../authority/conditions.ts';
import type { SigningKey } from '../core/signing-key.ts';
import { HOUR_MS, MINUTE_MS } from '../core/time.ts';
import type { Database } from '../store/database.ts';
import { advance, countPending, nextEndMs, type Progress, readProgress } from '../store/notice-progress.ts';
import { deriveNotices } from './derive.ts';
import { recordEnds } from './watch.ts';

/** What falls due within this time is listed… */
const HORIZON_MS = HOUR_MS;
/** …and more of it from so long before the end of that time on. */
const EXTEND_BEFORE_MS = 15 * MINUTE_MS;
/** Looked at together; more take further looks. */
const MAX_EVENTS = 1_000;
/** Beyond so many, a look may take longer than the main thread of a daemon has. */
const FEW_EVENTS = 50;

export type Work = 'none' | 'little' | 'much';

/** How much there is to do. Cheap. @param knownTo events that are known to be of no concern */
export function workOf(db: Database, nowMs: number, knownTo = 0): Work {
  const progress = readProgress(db);
  if (nowMs > progress.horizonMs - EXTEND_BEFORE_MS) return 'much';
  const count = countPending(db, Math.max(progress.event, knownTo), FEW_EVENTS + 1);
  if (count > FEW_EVENTS) return 'much';
  const dueMs = nextEndMs(db);
  return count > 0 || (dueMs !== null && dueMs <= nowMs) ? 'little' : 'none';
}

/**
 * Does all there is to do.
 * @returns how many notices were raised
 * @throws FlowSieveError DATABASE
 */
export function runRound(
  db: Database,
  inForce: InForceOptions,
  openKey: () => SigningKey,
  clock: () => number = Date.now,
): number {
  let raised = 0;
  for (;;) {
    const nowMs = clock();
    while (recordEnds(db, inForce, nowMs));
    if (workOf(db, nowMs) === 'none') return raised;
    const from = readProgress(db);
    const horizonMs = horizonAt(from, nowMs);
    const derive = db.transaction(() =>
      deriveNotices(db, openKey(), from, { inForce, nowMs, maxEvents: MAX_EVENTS, horizonMs }),
    );
    // Worked out while others may write; kept only where nobody else was faster.
    const derived = derive();
    if (advance(db, derived)) raised += derived.notices.length;
  }
}

function horizonAt({ horizonMs }: Progress, nowMs: number): number {
  return nowMs > horizonMs - EXTEND_BEFORE_MS ? nowMs + HORIZON_MS : horizonMs;
}
