// What the daemon says of itself once a second: plain data, for the thread that serves HTTP. No flow, no address of one.
import type { Health } from './daemon.ts';
import type { ListenerFigures } from './listeners.ts';
import type { IntakeFigures } from './live-intake.ts';
import type { TaskFigures } from './periodic-tasks.ts';

/** Counts are since the daemon began. */
export interface EngineFigures extends IntakeFigures {
  readonly listeners: readonly ListenerFigures[];
  readonly slabs: number;
  /** Of them, those that hold a batch on its way. */
  readonly slabsHandedOver: number;
  /** Bytes; `heapUsed` of the main thread, `rss` of all. */
  readonly memory: { readonly rss: number; readonly heapUsed: number };
}

export interface LiveFigures {
  /** Epoch ms. */
  readonly atMs: number;
  readonly startedMs: number;
  readonly health: Health;
  /** `null` before the daemon is started. */
  readonly engine: EngineFigures | null;
  readonly tasks: readonly TaskFigures[];
}
