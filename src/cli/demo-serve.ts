// `flowsieve demo --serve`: the daemon with its dashboard over what the demo has stored, until it is interrupted.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '../config/configuration.ts';
import { packageFolder } from '../core/package.ts';
import { DAY_MS } from '../core/time.ts';
import type { Database } from '../store/database.ts';
import { importEntities } from '../store/entity-import.ts';
import { createToken } from '../store/tokens.ts';
import { readRegisterFile } from '../victims/register-file.ts';
import { print } from './command.ts';
import { DEMO_LISTENER, QUIET } from './demo-stream.ts';
import { Service } from './service.ts';

const PERSON = 'demo';
/** Invented: whose some of the victims' networks are. */
const ENTITIES = 'demo-entities.csv';

interface Served {
  /** The path of what `db` is open on. */
  readonly database: string;
  readonly port: number;
  readonly json: boolean | undefined;
}

export async function serveDemo(
  db: Database,
  { database, port, json }: Served,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const interrupted = once(signal, 'abort');
  const register = readFileSync(join(packageFolder(), 'data', ENTITIES));
  const by = { by: PERSON, role: 'admin' };
  importEntities(db, await readRegisterFile(register, ENTITIES), 'demo', by);
  const defaults = await loadConfiguration({}, {});
  const http = { ...defaults.http, port };
  const service = new Service({ ...defaults, database, http, listeners: [DEMO_LISTENER] }, QUIET, () => {
    throw new Error('the demo cannot go on');
  });
  try {
    const bound = await service.start();
    const asked = { role: 'admin', person: PERSON, once: true, expiresAtMs: Date.now() + DAY_MS } as const;
    const { text } = createToken(db, asked, by);
    const address = `http://${http.host}:${bound}/login#code=${text}`;
    if (json) print(JSON.stringify({ type: 'dashboard', address }));
    else print(`\nThe dashboard, until Ctrl-C; this address logs you in, once:\n${address}`);
    await interrupted;
  } finally {
    await service.close();
  }
}
