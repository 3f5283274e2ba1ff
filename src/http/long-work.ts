// Long work, seen from the HTTP thread: others are answered while a thread of its own imports or writes a document. The
// threads are started when they are needed and end when they no longer are, since their memory is the daemon's.
import { Piscina } from 'piscina';
import { addedRegimes } from '../authority/added-regimes.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { threadEntry } from '../core/package.ts';
import type {
  LongTaskInput,
  LongTaskMessage,
  LongTaskName,
  LongTaskOutcome,
  LongTaskResult,
} from './long-tasks.ts';
import { HttpError } from './problem.ts';
import { THREAD_LIMITS } from './thread-messages.ts';

export interface LongWork {
  /** @throws HttpError 503 where as much of its kind is under way as may be */
  refuseMore(name: LongTaskName): void;
  /**
   * @param input its `bytes` are handed over, and gone here
   * @throws HttpError 503 as `refuseMore`, and where the server is stopped: nothing of it is kept then; what the task throws
   */
  run<Name extends LongTaskName>(name: Name, input: LongTaskInput<Name>): Promise<LongTaskResult<Name>>;
  /** Waits a few seconds for what is under way; a transaction that has not ended by then is rolled back. Idempotent. */
  stop(): Promise<void>;
}

type Kind = 'change' | 'document';

const KIND_OF: Readonly<Record<LongTaskName, Kind>> = {
  importFeed: 'change',
  importAuthorisation: 'change',
  importEntities: 'change',
  recordSteps: 'change',
  writeReport: 'document',
};

/** Under way and waiting. A change waits for no other: it may have to be looked at again after that. */
const MOST: Readonly<Record<Kind, { readonly atOnce: number; readonly problem: string }>> = {
  change: { atOnce: 1, problem: 'another large change is being made: ask again when it has ended' },
  document: { atOnce: 4, problem: 'other documents are being written: ask again when they have ended' },
};
const RETRY_AFTER_S = 10;
const IDLE_MS = 10_000;
const STOP_WAIT_MS = 5_000;

export class WorkThreads implements LongWork {
  private readonly database: string;
  private readonly pools: Readonly<Record<Kind, Piscina<LongTaskMessage, LongTaskOutcome>>>;
  private readonly underWay: Record<Kind, number> = { change: 0, document: 0 };
  private stopped: Promise<unknown> | null = null;

  /** Starts no thread yet. */
  constructor(database: string, log: Log) {
    this.database = database;
    this.pools = { change: newPool(log), document: newPool(log) };
  }

  refuseMore(name: LongTaskName): void {
    const kind = KIND_OF[name];
    const { atOnce, problem } = MOST[kind];
    if (this.stopped) throw new HttpError(503, 'the server is being stopped');
    if (this.underWay[kind] >= atOnce) throw new HttpError(503, problem, { retryAfterS: RETRY_AFTER_S });
  }

  async run<Name extends LongTaskName>(
    name: Name,
    input: LongTaskInput<Name>,
  ): Promise<LongTaskResult<Name>> {
    this.refuseMore(name);
    const kind = KIND_OF[name];
    this.underWay[kind] += 1;
    try {
      const message = { name, input, database: this.database, regimes: addedRegimes() };
      const outcome = await this.pools[kind].run(message, { transferList: buffersOf(input) });
      if ('result' in outcome) return outcome.result as LongTaskResult<Name>;
      const { code, message: reason, faults } = outcome.refused;
      throw new FlowSieveError(code, reason, { faults });
    } catch (error) {
      if (error instanceof FlowSieveError) throw error;
      if (this.stopped)
        throw new HttpError(503, 'the server was stopped before it was done; nothing of it was kept');
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
      throw new HttpError(413, 'it takes more memory than the server has for it: make several of it');
    } finally {
      this.underWay[kind] -= 1;
    }
  }

  async stop(): Promise<void> {
    this.stopped ??= Promise.all(Object.values(this.pools).map((pool) => pool.close()));
    await this.stopped;
  }
}

function newPool(log: Log): Piscina<LongTaskMessage, LongTaskOutcome> {
  const pool = new Piscina<LongTaskMessage, LongTaskOutcome>({
    filename: threadEntry('work'),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    closeTimeout: STOP_WAIT_MS,
    atomics: 'disabled',
    resourceLimits: THREAD_LIMITS,
  });
  // What concerns a task is its own to tell.
  pool.on('error', (error: Error) => log.warn({ reason: error.message }, 'a thread for long work was ended'));
  return pool;
}

/** What can be handed over instead of copied: octets that share their memory with no others. */
function buffersOf(input: object): ArrayBuffer[] {
  if (!('bytes' in input) || !(input.bytes instanceof Uint8Array)) return [];
  const { buffer, byteLength } = input.bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
