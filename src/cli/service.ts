// What `flowsieve serve` runs: the daemon, what it does from time to time, and the HTTP thread, over one database.
import { isDeepStrictEqual } from 'node:util';
import { addedRegimes } from '../authority/added-regimes.ts';
import type { Configuration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { Daemon, type DaemonOptions } from '../engine/daemon.ts';
import type { ListenerOptions } from '../engine/listener-options.ts';
import { PeriodicTasks } from '../engine/periodic-tasks.ts';
import { HttpThread } from '../http/http-thread.ts';
import type { TlsFiles } from '../http/server.ts';
import type { HttpSetup } from '../http/thread-messages.ts';
import { readCredentials, readKeyPair } from '../ingest/tls/credentials.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { daemonTasks } from './daemon-tasks.ts';

/** Another process's write must not stop the main thread: the commit is tried again instead. */
const BUSY_TIMEOUT_MS = 20;

export class Service {
  private readonly startedWith: Configuration;
  private configuration: Configuration;
  private readonly log: Log;
  private readonly db: Database;
  private readonly daemon: Daemon;
  private readonly periodic: PeriodicTasks;
  private readonly http: HttpThread;

  /**
   * @param onFailure a thread has died; what is running should be stopped
   * @throws FlowSieveError CONFIGURATION, DATABASE
   */
  constructor(configuration: Configuration, log: Log, onFailure: () => void) {
    if (configuration.listeners.length === 0) {
      throw new FlowSieveError('CONFIGURATION', 'listeners: at least one is needed (docs/configuration.md)');
    }
    this.startedWith = configuration;
    this.configuration = configuration;
    this.log = log;
    this.db = openDatabase(configuration.database, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    this.daemon = new Daemon(this.db, daemonOptions(configuration), log, (error) => {
      log.error({ error: error.stack }, 'a thread has died: this is a fault of the program');
      onFailure();
    });
    this.periodic = new PeriodicTasks(
      daemonTasks(this.db, () => this.configuration, log),
      log,
    );
    const startedMs = Date.now();
    const figures = () => ({
      atMs: Date.now(),
      startedMs,
      health: this.daemon.health,
      engine: this.daemon.figures,
      tasks: this.periodic.figures(),
    });
    this.http = new HttpThread(httpSetup(configuration), figures, log);
  }

  /** @returns the port of HTTP. @throws FlowSieveError LISTEN */
  async start(): Promise<number> {
    await this.daemon.start();
    this.periodic.start();
    return this.http.start();
  }

  /** What cannot change while it runs stays as it was, and is said. @throws FlowSieveError; all stays as it was then */
  async reload(wanted: Configuration): Promise<void> {
    const { database, http } = this.startedWith;
    const next = { ...wanted, database, http };
    await this.daemon.reload(daemonOptions(next));
    this.configuration = next;
    this.http.reload(next, addedRegimes());
    for (const fixed of ['database', 'http'] as const) {
      if (!isDeepStrictEqual(wanted[fixed], this.startedWith[fixed]))
        this.log.warn({ option: fixed }, 'takes effect at the next start');
    }
  }

  /** Takes no more flows, and commits what was received. Idempotent. @returns whether all could be written */
  drain(): Promise<boolean> {
    return this.daemon.stop();
  }

  /** The end of everything, also of what did not start. */
  async close(): Promise<void> {
    await this.periodic.stop();
    await this.daemon.stop();
    await this.http.stop();
    this.db.close();
  }
}

function httpSetup(configuration: Configuration): HttpSetup {
  const { port, cert, key } = configuration.http;
  const tls = cert === null || key === null ? null : readTlsFiles({ cert, key });
  return { configuration, port, tls, regimes: addedRegimes() };
}

function readTlsFiles(files: TlsFiles): TlsFiles {
  const pair = readKeyPair(files);
  if ('problem' in pair) throw new FlowSieveError('CONFIGURATION', `http.${pair.problem}`);
  return pair;
}

function daemonOptions(configuration: Configuration): DaemonOptions {
  const { listeners, matching, retention, receiving, database } = configuration;
  return {
    listeners: listeners.map(listenerOptions),
    straddling: matching.straddling,
    retentionDays: retention.days,
    ...inForceOptions(configuration),
    flushAfterMs: matching.flushAfterMs,
    workers: matching.workers,
    receivers: receiving.threads,
    templateFile: `${database}-templates.json`,
  };
}

/** Certificates are read anew each time: a reload takes over those that have changed. */
function listenerOptions(listener: Configuration['listeners'][number], at: number): ListenerOptions {
  if (listener.protocol === 'udp') return listener;
  if (listener.protocol === 'tcp') {
    const { plain: _plain, ...rest } = listener;
    return rest;
  }
  const { cert, key, ca, ...rest } = listener;
  const credentials = readCredentials({ cert, key, ca });
  if ('problem' in credentials) {
    throw new FlowSieveError('CONFIGURATION', `listeners[${at}].${credentials.problem}`);
  }
  return { ...rest, credentials };
}
