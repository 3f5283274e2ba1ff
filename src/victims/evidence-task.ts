// Keeps evidence up to date in the daemon, so that whoever asks need not wait: a little at a time, beside the commits.
import { setImmediate as pause } from 'node:timers/promises';
import { type Database, isBusy } from '../store/database.ts';
import { refreshing } from './refresh.ts';

/** Of the main thread in one run, so that at most a tenth of it goes here, however much is stale… */
const BUDGET_MS = 500;
/** …and without a pause. */
const SLICE_MS = 20;

/** A PeriodicTask of the daemon (engine/periodic-tasks.ts). */
export class EvidenceTask {
  readonly name = 'evidence';
  readonly everyMs = 5_000;
  private readonly db: Database;
  /** Goes on where the run before left off, lest the first victims be done over and over. */
  private steps: Generator<void, void>;

  constructor(db: Database) {
    this.db = db;
    this.steps = refreshing(db);
  }

  async run(_nowMs: number, signal: AbortSignal): Promise<void> {
    try {
      for (let spentMs = 0; spentMs < BUDGET_MS && !signal.aborted; await pause()) {
        const startedMs = performance.now();
        const isDone = this.slice(startedMs + SLICE_MS);
        spentMs += performance.now() - startedMs;
        if (!isDone) continue;
        this.steps = refreshing(this.db);
        return;
      }
    } catch (error) {
      this.steps = refreshing(this.db);
      // Another process is writing: the next run takes it up.
      if (!isBusy(error)) throw error;
    }
  }

  /** @returns whether everything is done */
  private slice(untilMs: number): boolean {
    while (performance.now() < untilMs) if (this.steps.next().done) return true;
    return false;
  }
}
