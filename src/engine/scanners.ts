// The match workers as the engine uses them: a slab's batch and its judgement in, what was found out.
import type { Batch } from '../ingest/batch.ts';
import type { Slab } from '../ingest/slab.ts';
import type { ScanResult } from '../match/messages.ts';
import { WorkerPool } from '../match/pool.ts';
import type { Judgement } from './judgement.ts';
import type { ScanTask } from './task.ts';

export class Scanners {
  private readonly pool: WorkerPool<ScanTask, ScanResult>;

  /** @param slabs every slab that will ever be handed over, each at the place of its number */
  constructor(workers: number, slabs: readonly Slab[], maxDescriptors: number) {
    this.pool = new WorkerPool(workers, { slabs: slabs.map(({ buffer }) => buffer), maxDescriptors });
  }

  /** The slab is the worker's until this settles. */
  scan(slab: Slab, batch: Batch, { evaluation, list }: Judgement): Promise<ScanResult> {
    return this.pool.run({ slab: slab.number, batch, evaluation, index: list.handle });
  }

  /** Scans under way are abandoned: wait for them first. */
  async stop(): Promise<void> {
    await this.pool.stop();
  }
}
