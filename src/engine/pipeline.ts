// A replay's slabs, match workers and the order between them: batches are scanned by any worker, and handed on in the
// input's order.

import type { BatchReader, Filled } from '../ingest/batch.ts';
import { SlabPool } from '../ingest/slab.ts';
import type { ScanResult } from '../match/messages.ts';
import type { Judgement } from './judgement.ts';
import { Scanners } from './scanners.ts';

/** Large enough for the largest block that nfdump writes. */
const SLAB_BYTES = 8 * 1024 * 1024;
const MAX_DESCRIPTORS = 32_768;

/** Called in the input's order; the batch's slab is free again when it returns. */
export type TakeResult = (filled: Filled, result: ScanResult, judgement: Judgement) => void;

export class Pipeline {
  private readonly slabs: SlabPool;
  private readonly scanners: Scanners;

  constructor(workers: number) {
    this.slabs = new SlabPool(workers * 2 + 1, SLAB_BYTES, MAX_DESCRIPTORS);
    this.scanners = new Scanners(workers, this.slabs.slabs, MAX_DESCRIPTORS);
  }

  /**
   * Reads an input to its end, or until `signal` is aborted. Reading waits for a free slab, so memory stays flat.
   * Rejects with the first failure of reader, worker or `take`, after the batches under way have come back.
   */
  async run(
    reader: BatchReader,
    judgeBy: () => Judgement,
    take: TakeResult,
    signal: AbortSignal,
  ): Promise<void> {
    let failure: { cause: unknown } | null = null;
    let tail: Promise<void> = Promise.resolve();
    try {
      while (!signal.aborted && !failure) {
        const slab = await this.slabs.acquire();
        let filled: Filled | null = null;
        try {
          if (!signal.aborted && !failure) filled = await reader.fill(slab);
        } finally {
          if (!filled) this.slabs.release(slab);
        }
        if (!filled) break;
        const batch = filled;
        const judgement = judgeBy();
        const scanned = this.scanners.scan(slab, batch.batch, judgement);
        scanned.catch(() => {}); // awaited below, in order
        tail = tail.then(async () => {
          try {
            const result = await scanned;
            if (!failure) take(batch, result, judgement);
          } catch (cause) {
            failure ??= { cause };
          } finally {
            this.slabs.release(slab);
          }
        });
      }
    } catch (cause) {
      failure ??= { cause };
    }
    await tail;
    // The compiler does not see the assignments made in closures.
    const failed = failure as { cause: unknown } | null;
    if (failed) throw failed.cause;
  }

  async stop(): Promise<void> {
    await this.scanners.stop();
  }
}
