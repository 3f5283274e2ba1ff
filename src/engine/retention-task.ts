// L19 in the daemon: what is due is erased within a minute or so, and what two people decided to destroy at once (I8).
import type { Log } from '../core/log.ts';
import { HOUR_MS, MINUTE_MS } from '../core/time.ts';
import type { Database } from '../store/database.ts';
import { entityGeneration } from '../store/entities.ts';
import { ProtectedVictims } from '../store/protected-victims.ts';
import { destroyDecided, type Erasing, emptyLog, overwriteCopies, purge } from './erasing.ts';
import type { PeriodicTask } from './periodic-tasks.ts';
import { inSteps } from './when-free.ts';

const EVERY_MS = MINUTE_MS;
/** Copies of moved rows are looked for in the whole file: not each minute. */
const OVERWRITE_EVERY_MS = HOUR_MS;
/** A reader of the write-ahead log is waited for no longer in one run. */
const WAIT_MS = 5_000;
const BUSY_TIMEOUT_MS = 20;

const BY = { by: 'flowsieve', role: 'system' } as const;

export function retentionTask(db: Database, log: Log): PeriodicTask {
  const protectedVictims = new ProtectedVictims(db);
  let knownEntities = 0;
  // What an earlier run may have left.
  let inLog = true;
  let copied = true;
  let overwrittenAtMs = 0;
  return {
    name: 'retention',
    everyMs: EVERY_MS,
    async run(nowMs, signal) {
      const erasing: Erasing = { db, change: BY, signal, busyTimeoutMs: BUSY_TIMEOUT_MS };
      const generation = entityGeneration(db);
      if (generation !== knownEntities) {
        for await (const _ of inSteps(() => protectedVictims.sequesterStored(), signal));
        knownEntities = generation;
      }
      const deleted = (await destroyDecided(erasing)) + (await purge(erasing, nowMs));
      if (deleted > 0) {
        log.info({ matches: deleted }, 'matches erased');
        inLog = true;
        copied = true;
      }
      if (inLog) inLog = !(await emptyLog(erasing, WAIT_MS));
      if (inLog) throw new Error('erased matches are still in the write-ahead log: a reader holds it');
      if (copied && nowMs >= overwrittenAtMs + OVERWRITE_EVERY_MS) {
        copied = !(await overwriteCopies(erasing, WAIT_MS));
        overwrittenAtMs = nowMs;
      }
    },
  };
}
