// Runs `flowsieve serve`: configuration, database, daemon, health; signals; readiness for systemd.
import { execFile } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { addedRegimes } from '../authority/added-regimes.ts';
import { type Configuration, loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { openLog } from '../core/log.ts';
import { packageVersion } from '../core/package.ts';
import { Daemon, type DaemonOptions } from '../engine/daemon.ts';
import type { ListenerOptions } from '../engine/listener-options.ts';
import { PeriodicTasks } from '../engine/periodic-tasks.ts';
import { HttpThread } from '../http/http-thread.ts';
import type { TlsFiles } from '../http/server.ts';
import type { HttpSetup } from '../http/thread-messages.ts';
import { readCredentials, readKeyPair } from '../ingest/tls/credentials.ts';
import { openDatabase } from '../store/database.ts';
import { EXIT, type GlobalOptions } from './command.ts';
import { daemonTasks } from './daemon-tasks.ts';

/** Another process's write must not stop the main thread: the commit is tried again instead. */
const BUSY_TIMEOUT_MS = 20;

/** @returns the exit status */
export async function runServe(options: GlobalOptions): Promise<number> {
  const configuration = await loadConfiguration(options);
  if (configuration.listeners.length === 0) {
    throw new FlowSieveError('CONFIGURATION', 'listeners: at least one is needed (docs/configuration.md)');
  }
  const log = openLog();
  const db = openDatabase(configuration.database, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  const ending = new Ending();
  const daemon = new Daemon(db, daemonOptions(configuration), log, (error) => {
    log.error({ error: error.stack }, 'a thread has died: this is a fault of the program');
    ending.end('failed');
  });
  let inUse = configuration;
  const periodic = new PeriodicTasks(
    daemonTasks(db, () => inUse, log),
    log,
  );
  const startedMs = Date.now();
  const http = new HttpThread(
    httpSetup(configuration),
    () => ({ atMs: Date.now(), startedMs, health: daemon.health }),
    log,
  );
  const signals = new Signals(ending, async () => {
    notify('--reloading');
    try {
      const wanted = await loadConfiguration(options);
      const { database } = configuration;
      await daemon.reload(daemonOptions({ ...wanted, database }));
      inUse = { ...wanted, database };
      http.reload(inUse, addedRegimes());
      for (const fixed of ['database', 'http'] as const) {
        if (!isDeepStrictEqual(wanted[fixed], configuration[fixed]))
          log.warn({ option: fixed }, 'takes effect at the next start');
      }
      log.info({}, 'configuration reloaded');
    } catch (error) {
      log.error(
        { reason: (error as Error).message },
        'the configuration is not taken over; the one before stays',
      );
    }
    notify('--ready');
  });
  try {
    await daemon.start();
    periodic.start();
    const { host } = configuration.http;
    log.info({ version: packageVersion(), host, port: await http.start() }, 'started');
    notify('--ready');
    const cause = await ending.wait;
    notify('--stopping');
    log.info({ cause }, 'stopping: what was received is being committed');
    const isComplete = await daemon.stop();
    if (!isComplete) log.error({}, 'stopped; the store could not write, and what waited for it is lost');
    else log.info({}, 'stopped');
    return isComplete && cause !== 'failed' ? EXIT.done : EXIT.failed;
  } finally {
    signals.end();
    await periodic.stop();
    await daemon.stop();
    await http.stop();
    db.close();
    log.flush();
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

/** The end, once it is known why. */
class Ending {
  readonly wait: Promise<string>;
  private resolve: (cause: string) => void = () => {};

  constructor() {
    this.wait = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  end(cause: string): void {
    this.resolve(cause);
  }
}

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** 128 + SIGINT, as shells expect of a process that was told to stop. */
const ABORTED = 130;

/** The first ending signal drains, the second aborts; SIGHUP reloads, one after another. */
class Signals {
  private isEnding = false;
  private reloading: Promise<void> = Promise.resolve();
  private readonly onEnd: (signal: NodeJS.Signals) => void;
  private readonly onReload: () => void;

  constructor(ending: Ending, reload: () => Promise<void>) {
    this.onEnd = (signal) => {
      if (this.isEnding) process.exit(ABORTED);
      this.isEnding = true;
      ending.end(signal);
    };
    this.onReload = () => {
      this.reloading = this.reloading.then(reload);
    };
    for (const signal of ENDING_SIGNALS) process.on(signal, this.onEnd);
    process.on('SIGHUP', this.onReload);
  }

  end(): void {
    for (const signal of ENDING_SIGNALS) process.off(signal, this.onEnd);
    process.off('SIGHUP', this.onReload);
  }
}

/** Tells systemd (Type=notify), where it started us: Node has no datagrams over Unix sockets of its own. */
function notify(state: '--ready' | '--reloading' | '--stopping'): void {
  if (process.env.NOTIFY_SOCKET === undefined) return;
  execFile('systemd-notify', [state], () => {
    // Without the tool, systemd's own time-out says so.
  });
}
