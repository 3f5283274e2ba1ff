// Runs `flowsieve serve`: configuration, signals, readiness for systemd.
import { execFile } from 'node:child_process';
import { loadConfiguration } from '../config/configuration.ts';
import { openLog } from '../core/log.ts';
import { packageVersion } from '../core/package.ts';
import { EXIT, type GlobalOptions } from './command.ts';
import { Service } from './service.ts';

/** @returns the exit status */
export async function runServe(options: GlobalOptions): Promise<number> {
  const configuration = await loadConfiguration(options);
  const log = openLog();
  const ending = new Ending();
  const service = new Service(configuration, log, () => ending.end('failed'));
  const signals = new Signals(ending, async () => {
    notify('--reloading');
    try {
      await service.reload(await loadConfiguration(options));
      log.info({}, 'configuration reloaded');
    } catch (error) {
      const { message: reason } = error as Error;
      log.error({ reason }, 'the configuration is not taken over; the one before stays');
    }
    notify('--ready');
  });
  try {
    const port = await service.start();
    log.info({ version: packageVersion(), host: configuration.http.host, port }, 'started');
    notify('--ready');
    const cause = await ending.wait;
    notify('--stopping');
    log.info({ cause }, 'stopping: what was received is being committed');
    const isComplete = await service.drain();
    if (!isComplete) log.error({}, 'stopped; the store could not write, and what waited for it is lost');
    else log.info({}, 'stopped');
    return isComplete && cause !== 'failed' ? EXIT.done : EXIT.failed;
  } finally {
    signals.end();
    await service.close();
    log.flush();
  }
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
