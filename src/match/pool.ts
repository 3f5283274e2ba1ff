// The match workers: a Piscina pool that is handed slab numbers. It knows threads, and neither formats nor files.
import { Piscina } from 'piscina';
import { threadEntry } from '../core/package.ts';

/** What every worker is given once, when it starts. */
export interface WorkerSetup {
  readonly slabs: readonly SharedArrayBuffer[];
  readonly maxDescriptors: number;
}

export class WorkerPool<Task, Result> {
  private readonly piscina: Piscina<Task, Result>;

  /** Starts `workers` threads, which load while the caller goes on. */
  constructor(workers: number, setup: WorkerSetup) {
    this.piscina = new Piscina<Task, Result>({
      filename: threadEntry('match'),
      minThreads: workers,
      maxThreads: workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      atomics: 'async',
      workerData: setup,
    });
  }

  run(task: Task): Promise<Result> {
    return this.piscina.run(task);
  }

  /** Ends the threads. Tasks under way are abandoned: wait for their results first. */
  async stop(): Promise<void> {
    await this.piscina.destroy();
  }
}
