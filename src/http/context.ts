// What every route may use.
import type { Configuration } from '../config/configuration.ts';
import type { Log } from '../core/log.ts';
import type { LiveFigures } from '../engine/live-figures.ts';
import type { Database } from '../store/database.ts';
import type { LongWork } from './long-work.ts';

export interface HttpContext {
  /** A connection of the server's own. */
  readonly db: Database;
  /** As last reloaded. */
  readonly configuration: Configuration;
  /** Whether clients reach the server by TLS. */
  readonly isSecure: boolean;
  readonly log: Log;
  /** What would keep others waiting is done there. */
  readonly work: LongWork;
  /** What the daemon last said of itself; `null` = nothing yet. */
  readonly figures: () => LiveFigures | null;
}
