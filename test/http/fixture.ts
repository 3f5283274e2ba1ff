// A server over a database of its own, asked without a socket.
import { onTestFinished } from 'vitest';
import { loadConfiguration } from '../../src/config/configuration.ts';
import { DAY_MS } from '../../src/core/time.ts';
import type { HttpContext } from '../../src/http/context.ts';
import { LONG_TASKS } from '../../src/http/long-tasks.ts';
import type { LongWork } from '../../src/http/long-work.ts';
import { buildServer } from '../../src/http/server.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createToken, type TokenRole } from '../../src/store/tokens.ts';

const LOG = { info: () => {}, warn: () => {}, error: () => {} };

/** Long work where it is asked for, since a thread cannot reach a database in memory: test/http/long-work.test.ts has threads. */
function workWithin(db: Database): LongWork {
  return {
    refuseMore: () => {},
    run: async (name, input) => LONG_TASKS[name](db, input as never) as never,
    stop: async () => {},
  };
}

export async function testServer(given: Partial<HttpContext> = {}) {
  const db = given.db ?? openDatabase(':memory:');
  const app = await buildServer({
    log: LOG,
    work: workWithin(db),
    isSecure: false,
    figures: () => null,
    configuration: await loadConfiguration({}, {}),
    ...given,
    db,
  });
  onTestFinished(async () => {
    await app.close();
    db.close();
  });
  const token = (role: TokenRole, person = `the.${role}`, operator?: string) =>
    createToken(
      db,
      {
        role,
        person,
        operator: role === 'operator' ? (operator ?? 'example-isp') : undefined,
        expiresAtMs: Date.now() + DAY_MS,
      },
      { by: 'root', role: 'admin' },
    ).text;
  return { app, db, token, bearer: (text: string) => ({ authorization: `Bearer ${text}` }) };
}
