// Writes of the daemon's own beside its commits: those that another process's write holds up are tried again, and long
// work goes in steps, without blocking the main thread.
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
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

/** Steps that can be begun again: where another process's write stands in the way, they are. */
export async function* inSteps<T>(begin: () => Generator<T, void>, signal: AbortSignal): AsyncGenerator<T> {
  let steps = begin();
  while (!signal.aborted) {
    const step = await whenFree(() => {
      try {
        return steps.next();
      } catch (error) {
        steps = begin();
        throw error;
      }
    }, signal);
    if (step.done) return;
    yield step.value;
    await nextTurn();
  }
}
