// The receiver threads: starts them, gives each its slabs, passes commands and reports. A thread that dies is told of;
// its listeners are then deaf, so whoever runs the daemon must end it.
import { Worker } from 'node:worker_threads';
import { threadEntry } from '../core/package.ts';
import type { Command, ReceiverSetup, Report } from '../ingest/live/messages.ts';
import { Slab } from '../ingest/slab.ts';

/** A slab holds some 700 full datagrams, or as many small ones as it has descriptors. */
const SLAB_BYTES = 1024 * 1024;
export const LIVE_MAX_DESCRIPTORS = 8_192;
/** Of a thread: what can be on its way to workers and commit while the thread goes on receiving. */
const SLABS_PER_THREAD = 64;
/**
 * A receiver keeps templates and what waits for them; sockets and slabs are outside its heap. Datagrams are dead as soon as
 * they are copied: with little room for young objects they give their memory back early.
 */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 3 } as const;

export interface ReceiverThreadsOptions {
  readonly threads: number;
  readonly flushAfterMs: number;
  readonly onReport: (report: Report) => void;
  readonly onDeath: (error: Error) => void;
}

export class ReceiverThreads {
  /** By number. */
  readonly slabs: readonly Slab[];
  private readonly options: ReceiverThreadsOptions;
  private workers: Worker[] = [];
  private isStopping = false;
  private handedOver = 0;

  constructor(options: ReceiverThreadsOptions) {
    this.options = options;
    this.slabs = Array.from({ length: options.threads * SLABS_PER_THREAD }, (_, number) =>
      Slab.allocate(number, SLAB_BYTES, LIVE_MAX_DESCRIPTORS),
    );
  }

  get count(): number {
    return this.options.threads;
  }

  /** Slabs that hold a batch on its way: the rest is the receivers'. */
  get slabsHandedOver(): number {
    return this.handedOver;
  }

  start(): void {
    this.workers = Array.from({ length: this.count }, (_, thread) => this.startThread(thread));
  }

  send(thread: number, command: Command): void {
    this.workers[thread]?.postMessage(command);
  }

  sendAll(command: Command): void {
    for (const worker of this.workers) worker.postMessage(command);
  }

  /** Gives a slab back to its thread. */
  release(slab: number): void {
    this.handedOver--;
    this.send(Math.floor(slab / SLABS_PER_THREAD), { kind: 'release', slab });
  }

  /** All that was received has been reported when this resolves; slabs must be released meanwhile. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const { workers } = this;
    await Promise.all(workers.map(stopped));
    await Promise.all(workers.map((worker) => worker.terminate()));
    this.workers = [];
  }

  private startThread(thread: number): Worker {
    const own = this.slabs.slice(thread * SLABS_PER_THREAD, (thread + 1) * SLABS_PER_THREAD);
    const workerData: ReceiverSetup = {
      slabs: own.map(({ number, buffer }) => ({ number, buffer })),
      maxDescriptors: LIVE_MAX_DESCRIPTORS,
      flushAfterMs: this.options.flushAfterMs,
    };
    const worker = new Worker(threadEntry('receive'), { workerData, resourceLimits: LIMITS });
    worker.on('message', (report: Report) => {
      if (report.kind === 'batch') this.handedOver++;
      this.options.onReport(report);
    });
    worker.on('error', (error: Error) => this.options.onDeath(error));
    worker.on('exit', (code) => {
      if (!this.isStopping) this.options.onDeath(new Error(`a receiver thread ended by itself (${code})`));
    });
    return worker;
  }
}

function stopped(worker: Worker): Promise<void> {
  // One that has died by itself has no number any more, and tells nothing.
  if (worker.threadId < 0) return Promise.resolve();
  return new Promise((resolve) => {
    worker.on('message', (report: Report) => report.kind === 'stopped' && resolve());
    worker.on('exit', () => resolve());
    worker.postMessage({ kind: 'stop' } satisfies Command);
  });
}
