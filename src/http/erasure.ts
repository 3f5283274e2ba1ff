// Erasing by hand: begun by a request, done in steps on a connection of its own while others are answered, and watched.
import { destroyDecided, type Erasing, emptyLog, overwriteCopies, purge } from '../engine/erasing.ts';
import { databaseError, openDatabase } from '../store/database.ts';
import { countDue } from '../store/erasure.ts';
import type { ChangedBy } from '../store/operators.ts';
import type { HttpContext } from './context.ts';

export interface ErasureProgress {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  /** What is being done. */
  readonly step: 'deleting' | 'emptying' | 'overwriting' | null;
  /** Matches that were due when it began, and that have gone so far, by decision of two people or not. */
  readonly due: number;
  readonly deleted: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** What kept it from coming to its end. */
  readonly problem: string | null;
}

const IDLE: ErasureProgress = {
  state: 'idle',
  step: null,
  due: 0,
  deleted: 0,
  startedAtMs: null,
  endedAtMs: null,
  problem: null,
};
/** How long a reader of the write-ahead log is waited for. */
const WAIT_MS = 30_000;
/** A statement never waits longer for another writer: it is tried again, and others are answered in between. */
const BUSY_TIMEOUT_MS = 20;

type Change = Omit<ChangedBy, 'at'>;

export class Erasure {
  private readonly context: HttpContext;
  private readonly stopping = new AbortController();
  private state: ErasureProgress = IDLE;
  private running: Promise<void> | null = null;
  /** Asked for while it was running: what came meanwhile is not left. */
  private next: Change | null = null;

  constructor(context: HttpContext) {
    this.context = context;
  }

  get progress(): ErasureProgress {
    return this.state;
  }

  /** Erases what is due and what two people have decided on. Where it is running already, it does so again after. */
  start(change: Change): ErasureProgress {
    if (this.stopping.signal.aborted) return this.state;
    if (this.running) this.next = change;
    else this.running = this.run(change);
    return this.state;
  }

  /** What is left is the daemon's. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(first: Change): Promise<void> {
    for (let change: Change | null = first; change; ) {
      this.state = { ...IDLE, state: 'running', step: 'deleting', startedAtMs: Date.now() };
      const problem = await this.erase(change).catch((error: Error) => error.message);
      this.tell({ state: problem === null ? 'done' : 'failed', step: null, problem, endedAtMs: Date.now() });
      change = this.stopping.signal.aborted ? null : this.next;
      this.next = null;
    }
    this.running = null;
  }

  /** @returns what is left to do, in words */
  private async erase(change: Change): Promise<string | null> {
    const { name } = this.context.db;
    const db = openDatabase(name, { mustExist: true, busyTimeoutMs: BUSY_TIMEOUT_MS });
    const { signal } = this.stopping;
    const onDeleted = (matches: number) => this.tell({ deleted: this.state.deleted + matches });
    const erasing: Erasing = { db, change, signal, busyTimeoutMs: BUSY_TIMEOUT_MS, onDeleted };
    try {
      const nowMs = Date.now();
      this.tell({ due: countDue(db, [nowMs]).until[0] ?? 0 });
      await destroyDecided(erasing);
      await purge(erasing, nowMs);
      this.tell({ step: 'emptying' });
      const isEmpty = await emptyLog(erasing, WAIT_MS);
      if (isEmpty) this.tell({ step: 'overwriting' });
      if (isEmpty && (await overwriteCopies(erasing, WAIT_MS))) return null;
      return signal.aborted
        ? 'the server was stopped; the daemon goes on when it runs again'
        : 'deleted, but not yet from every file: something else reads or writes the database; the daemon tries again';
    } catch (error) {
      throw databaseError(error, name);
    } finally {
      db.close();
    }
  }

  private tell(what: Partial<ErasureProgress>): void {
    this.state = { ...this.state, ...what };
  }
}
