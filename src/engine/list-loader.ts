// Loads the list in another thread, so that a long one does not hold up the batches. One load at a time; the thread ends
// with it, and its memory too.
import { Worker } from 'node:worker_threads';
import { threadEntry } from '../core/package.ts';
import { ListInForce, type ReadyList } from './in-force.ts';
import type { StoredListOptions } from './stored-list.ts';

export interface ListTask {
  /** The database's path. */
  readonly database: string;
  readonly options: StoredListOptions;
}

/** @throws what the thread threw */
export function loadAside(task: ListTask): Promise<ListInForce> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadEntry('list'), { workerData: task });
    worker.on('message', (ready: ReadyList) => resolve(new ListInForce(ready)));
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that loads the list ended without one')));
  });
}
