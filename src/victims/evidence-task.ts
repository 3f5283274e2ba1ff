// Keeps evidence up to date in the daemon, so that whoever asks need not wait: a little at a time, beside the commits.
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, isBusy } from '../store/database.ts';
import { refreshing } from './refresh.ts';

/** Of the main thread without a pause… */
const SLICE_MS = 10;
/** …and how long others have it then: a tenth of it goes here, evenly, however much is stale. */
const PAUSE_MS = 90;

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
      while (!signal.aborted) {
        if (this.slice(performance.now() + SLICE_MS)) {
          this.steps = refreshing(this.db);
          return;
        }
        await pause(PAUSE_MS);
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
