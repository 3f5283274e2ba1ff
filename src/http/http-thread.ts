// The HTTP thread, seen from the main one. Should it die, it is started again: flows are taken in all the while.
import { Worker } from 'node:worker_threads';
import type { LoadedRegime } from '../authority/regime.ts';
import type { Configuration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { threadEntry } from '../core/package.ts';
import type { LiveFigures } from '../engine/live-figures.ts';
import { type FromHttp, type HttpSetup, THREAD_LIMITS, type ToHttp } from './thread-messages.ts';

const RESTART_AFTER_MS = 1_000;
const FIGURES_EVERY_MS = 1_000;

export class HttpThread {
  private readonly figures: () => LiveFigures;
  private readonly log: Log;
  private setup: HttpSetup;
  private worker: Worker | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopping = false;

  constructor(setup: HttpSetup, figures: () => LiveFigures, log: Log) {
    this.setup = setup;
    this.figures = figures;
    this.log = log;
  }

  /** @returns the port. @throws FlowSieveError LISTEN */
  async start(): Promise<number> {
    // From the beginning: a thread that is long in starting has fresh figures when it listens.
    this.timer = setInterval(() => this.post(), FIGURES_EVERY_MS);
    const port = await this.launch();
    // Started again, it listens where it did.
    this.setup = { ...this.setup, port };
    return port;
  }

  /** Settings that take effect without a restart. */
  reload(configuration: Configuration, regimes: readonly LoadedRegime[]): void {
    this.setup = { ...this.setup, configuration, regimes };
    this.tell({ kind: 'settings', configuration, regimes });
  }

  /** Sends what the daemon says of itself now. */
  post(): void {
    this.tell({ kind: 'figures', figures: this.figures() });
  }

  /** Idempotent; requests that are being answered are let come to their end. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer) clearInterval(this.timer);
    const { worker } = this;
    if (!worker) return;
    this.worker = null;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.postMessage({ kind: 'stop' } satisfies ToHttp);
    await ended;
  }

  private tell(message: ToHttp): void {
    this.worker?.postMessage(message);
  }

  private launch(): Promise<number> {
    const { port, configuration } = this.setup;
    const { host } = configuration.http;
    const worker = new Worker(threadEntry('http'), { workerData: this.setup, resourceLimits: THREAD_LIMITS });
    this.worker = worker;
    this.post();
    return new Promise((resolve, reject) => {
      const fail = (reason: string) =>
        reject(new FlowSieveError('LISTEN', `http: cannot listen on ${host} port ${port}: ${reason}`));
      worker.on('message', (message: FromHttp) => {
        if (message.kind === 'listening') resolve(message.port);
        else fail(message.reason);
      });
      worker.on('error', (error: Error) => {
        this.log.error({ error: error.stack }, 'the HTTP thread has died: this is a fault of the program');
        fail(error.message);
      });
      worker.on('exit', () => this.ended(worker));
    });
  }

  private ended(worker: Worker): void {
    if (this.stopping || this.worker !== worker) return;
    this.worker = null;
    setTimeout(() => {
      if (this.stopping) return;
      this.launch().then(
        (port) => this.log.info({ port }, 'the HTTP thread was started again'),
        (error: Error) =>
          this.log.error({ reason: error.message }, 'the HTTP thread cannot be started again'),
      );
    }, RESTART_AFTER_MS).unref();
  }
}
