// Loads the list in another thread, so that a long one does not hold up the batches. One load at a time; the thread ends
// with it, and its memory too.
import { Worker } from 'node:worker_threads';
import { addedRegimes } from '../authority/added-regimes.ts';
import type { InForceOptions } from '../authority/conditions.ts';
import { threadEntry } from '../core/package.ts';
import { ListInForce, type ReadyList } from './in-force.ts';
import type { ListTask } from './list-task.ts';

/** It is short-lived: room for many young objects would be taken for nothing. */
const LIMITS = { maxYoungGenerationSizeMb: 6 } as const;

/** @throws what the thread threw */
export function loadAside(database: string, options: InForceOptions): Promise<ListInForce> {
  const task: ListTask = { database, options, regimes: addedRegimes() };
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadEntry('list'), { workerData: task, resourceLimits: LIMITS });
    worker.on('message', (ready: ReadyList) => resolve(new ListInForce(ready)));
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that loads the list ended without one')));
  });
}
