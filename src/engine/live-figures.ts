// What the daemon says of itself once a second: plain data, for the thread that serves HTTP. No flow, no address of one.
import type { Health } from './daemon.ts';

export interface LiveFigures {
  /** Epoch ms. */
  readonly atMs: number;
  readonly startedMs: number;
  readonly health: Health;
}
