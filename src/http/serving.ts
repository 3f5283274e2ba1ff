// The HTTP thread: a server on a database connection of its own, so that no request holds up what takes flows in.
import type { AddressInfo } from 'node:net';
import { constants, setPriority } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { setAddedRegimes } from '../authority/added-regimes.ts';
import { openLog } from '../core/log.ts';
import type { LiveFigures } from '../engine/live-figures.ts';
import { DAEMON_BUSY_TIMEOUT_MS, openDatabase } from '../store/database.ts';
import { WorkThreads } from './long-work.ts';
import { buildServer } from './server.ts';
import type { FromHttp, HttpSetup, ToHttp } from './thread-messages.ts';

/** A quarter of what better-sqlite3 takes by itself: with 100,000 indicators no request is slower, and 12 MiB stay free. */
const CACHE_KIB = 4_000;

export async function serveHttp(setup: HttpSetup, port: MessagePort): Promise<void> {
  // Where processors are short, receivers go first. Linux alone has priorities by thread; elsewhere it would be all of us.
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  setAddedRegimes(setup.regimes);
  const db = openDatabase(setup.configuration.database, {
    cacheKiB: CACHE_KIB,
    busyTimeoutMs: DAEMON_BUSY_TIMEOUT_MS,
  });
  const log = openLog();
  let figures: LiveFigures | null = null;
  let { configuration } = setup;
  const context = {
    db,
    log,
    isSecure: setup.tls !== null,
    work: new WorkThreads(setup.configuration.database, log),
    figures: () => figures,
    get configuration() {
      return configuration;
    },
  };
  const app = await buildServer(context, setup.tls);
  const tell = (message: FromHttp) => port.postMessage(message);
  port.on('message', async (message: ToHttp) => {
    if (message.kind === 'figures') figures = message.figures;
    else if (message.kind === 'settings') {
      configuration = message.configuration;
      setAddedRegimes(message.regimes);
    } else {
      await app.close();
      db.close();
      log.flush();
      port.close();
    }
  });
  try {
    await app.listen({ host: configuration.http.host, port: setup.port });
    tell({ kind: 'listening', port: (app.server.address() as AddressInfo).port });
  } catch (error) {
    tell({ kind: 'refused', reason: (error as Error).message });
  }
}
