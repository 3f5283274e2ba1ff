// Long work, seen from the HTTP thread: others are answered while a thread of its own imports or writes a document. The
// threads are started when they are needed and end when they no longer are, since their memory is the daemon's.
import { setTimeout } from 'node:timers/promises';
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

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route has done by a thread: refused at once where it cannot be. */
    longTask?: LongTaskName;
  }
}

export interface LongWork {
  /** @throws HttpError 503 where as much of its kind is under way as may be */
  refuseMore(name: LongTaskName): void;
  /**
   * @param input its `bytes` are handed over, and gone here
   * @throws HttpError 503 as `refuseMore`, and where the server is stopped; what the task throws
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
  closeInvestigation: 'change',
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
  private readonly underWay: Readonly<Record<Kind, Set<Promise<unknown>>>>;
  private readonly stopWaitMs: number;
  private isStopped = false;

  /** Starts no thread yet. @param stopWaitMs how long `stop` waits for what is under way */
  constructor(database: string, log: Log, { stopWaitMs = STOP_WAIT_MS } = {}) {
    this.database = database;
    this.stopWaitMs = stopWaitMs;
    this.pools = { change: newPool(log), document: newPool(log) };
    this.underWay = { change: new Set(), document: new Set() };
  }

  refuseMore(name: LongTaskName): void {
    const kind = KIND_OF[name];
    const { atOnce, problem } = MOST[kind];
    if (this.isStopped) throw new HttpError(503, 'the server is being stopped');
    if (this.underWay[kind].size >= atOnce) throw new HttpError(503, problem, { retryAfterS: RETRY_AFTER_S });
  }

  async run<Name extends LongTaskName>(
    name: Name,
    input: LongTaskInput<Name>,
  ): Promise<LongTaskResult<Name>> {
    this.refuseMore(name);
    const underWay = this.underWay[KIND_OF[name]];
    const done = this.runByThread(name, input);
    underWay.add(done);
    try {
      return await done;
    } finally {
      underWay.delete(done);
    }
  }

  private async runByThread<Name extends LongTaskName>(
    name: Name,
    input: LongTaskInput<Name>,
  ): Promise<LongTaskResult<Name>> {
    const message = { name, input, database: this.database, regimes: addedRegimes() };
    const transferList = buffersOf(input);
    const outcome = await this.pools[KIND_OF[name]].run(message, { transferList }).catch((error: unknown) => {
      if (this.isStopped)
        throw new HttpError(
          503,
          'the server was stopped before it was done: see what was kept, then ask again',
        );
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
      throw new HttpError(413, 'it takes more memory than the server has for it: make several of it');
    });
    if ('result' in outcome) return outcome.result as LongTaskResult<Name>;
    const { code, message: reason, faults } = outcome.refused;
    throw new FlowSieveError(code, reason, { faults });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    const underWay = Object.values(this.underWay).flatMap((promises) => [...promises]);
    await Promise.race([
      Promise.allSettled(underWay),
      setTimeout(this.stopWaitMs, undefined, { ref: false }),
    ]);
    await Promise.all(Object.values(this.pools).map((pool) => pool.destroy()));
  }
}

function newPool(log: Log): Piscina<LongTaskMessage, LongTaskOutcome> {
  const pool = new Piscina<LongTaskMessage, LongTaskOutcome>({
    filename: threadEntry('work'),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
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
