// What a match worker is asked: scan one slab's batch under one evaluation with one index.
import type { Batch } from '../ingest/batch.ts';
import type { Evaluation, IndexHandle } from '../match/messages.ts';

export interface ScanTask {
  readonly slab: number;
  readonly batch: Batch;
  readonly evaluation: Evaluation;
  /** The index in force when the batch was handed over: a new list reaches every thread with its next batch. */
  readonly index: IndexHandle;
}
