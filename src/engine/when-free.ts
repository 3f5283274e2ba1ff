// A write of the daemon's own that another process's write holds up: tried again, without blocking the main thread.
import { setTimeout as delay } from 'node:timers/promises';
import { isBusy } from '../store/database.ts';

const RETRY_AFTER_MS = 25;
const MAX_WAIT_MS = 5_000;

/** @throws what `work` throws, where the store is free; or when it was not for too long */
export async function whenFree<T>(work: () => T, signal: AbortSignal): Promise<T> {
  const until = performance.now() + MAX_WAIT_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || signal.aborted || performance.now() > until) throw error;
    }
    await delay(RETRY_AFTER_MS);
  }
}
