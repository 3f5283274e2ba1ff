// A turn to write: SQLite has one writer at a time, and waiting for it within a statement would stop the whole server. Who is
// going to write waits here, where others are answered meanwhile, until nobody else writes.
import { setTimeout } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { type Database, isWritable } from '../store/database.ts';
import { HttpError } from './problem.ts';

const ASK_AGAIN_MS = 25;
const MOST_MS = 30_000;
const RETRY_AFTER_S = 10;
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Before a handler: long work and other programs may hold the database for seconds. @throws HttpError 503 */
export async function awaitTurn(db: Database, request: FastifyRequest): Promise<void> {
  if (!isGoingToWrite(request)) return;
  const endMs = performance.now() + MOST_MS;
  while (!isWritable(db)) {
    if (performance.now() >= endMs) {
      const problem = 'a large change is being written: ask again when it has ended';
      throw new HttpError(503, problem, { retryAfterS: RETRY_AFTER_S });
    }
    await setTimeout(ASK_AGAIN_MS);
  }
}

/** Long work waits in its own thread. Who reads of victims says for what, and that is recorded (L18). */
function isGoingToWrite({ method, query, routeOptions }: FastifyRequest): boolean {
  if (routeOptions.config.longTask) return false;
  return !SAFE_METHODS.includes(method) || (query as { purpose?: unknown } | null)?.purpose !== undefined;
}
