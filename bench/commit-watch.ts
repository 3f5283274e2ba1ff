// Looks at the daemon's database while a load runs: when does each planted flow's match become visible to another process?
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../src/store/database.ts';
import { iterateMatches } from '../src/store/matches.ts';

/** How exactly a commit's time is known. */
const LOOK_EVERY_MS = 2;
/** Matches can come so much later than the newest one seen, and still be found. */
const LOOK_BACK_MS = 5_000;

/** @returns ms from the sending of each planted flow (its start) to its commit, ascending */
export async function watchCommits(database: string, signal: AbortSignal): Promise<Float64Array> {
  const db = openDatabase(database, { readonly: true });
  const seen = new Set<string>();
  const latencies: number[] = [];
  try {
    let version: unknown;
    let newestMs = Date.now();
    for (let isLast = false; !isLast; ) {
      isLast = signal.aborted;
      const now = db.pragma('data_version', { simple: true });
      if (now === version && !isLast) {
        await pause(LOOK_EVERY_MS);
        continue;
      }
      version = now;
      const visibleMs = performance.timeOrigin + performance.now();
      for (const { id, startMs } of iterateMatches(db, { sinceMs: newestMs - LOOK_BACK_MS })) {
        if (seen.has(id)) continue;
        seen.add(id);
        latencies.push(visibleMs - startMs);
        newestMs = Math.max(newestMs, startMs);
      }
    }
  } finally {
    db.close();
  }
  return Float64Array.from(latencies).sort();
}

/** @param sorted ascending */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
