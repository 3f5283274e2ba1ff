// Keeps evidence up to date in the daemon, so that whoever asks need not wait: a little at a time, beside the commits.
import { setImmediate as pause } from 'node:timers/promises';
import { type Database, isBusy } from '../store/database.ts';
import { refreshing } from './refresh.ts';

const EVERY_MS = 5_000;
/** Of the main thread in one run, so that at most a tenth of it goes here, however much is stale… */
const BUDGET_MS = 500;
/** …and without a pause. */
const SLICE_MS = 20;

/** A PeriodicTask of the daemon (engine/periodic-tasks.ts). */
export interface EvidenceTask {
  readonly name: string;
  readonly everyMs: number;
  run(nowMs: number, signal: AbortSignal): Promise<void>;
}

export function evidenceTask(db: Database): EvidenceTask {
  // Goes on where the run before left off, lest the first victims be done over and over.
  let steps = refreshing(db);
  return {
    name: 'evidence',
    everyMs: EVERY_MS,
    async run(_, signal) {
      try {
        for (let spentMs = 0; spentMs < BUDGET_MS && !signal.aborted; ) {
          const startedMs = performance.now();
          let isDone = false;
          while (!isDone && performance.now() - startedMs < SLICE_MS) isDone = steps.next().done ?? false;
          spentMs += performance.now() - startedMs;
          if (isDone) {
            steps = refreshing(db);
            return;
          }
          await pause();
        }
      } catch (error) {
        steps = refreshing(db);
        // Another process is writing: the next run takes it up.
        if (!isBusy(error)) throw error;
      }
    },
  };
}
