// The daemon: receiver threads, match workers, list and store, joined. Construction is inert; `start` acquires, `stop`
// commits everything that was received.
import type { InForceOptions } from '../authority/conditions.ts';
import { type Log, Repeats } from '../core/log.ts';
import type { Notice, Report } from '../ingest/live/messages.ts';
import type { Evaluation } from '../match/messages.ts';
import type { Database } from '../store/database.ts';
import { CurrentList } from './current-list.ts';
import type { ListInForce } from './in-force.ts';
import { loadAside } from './list-loader.ts';
import type { ListenerOptions } from './listener-options.ts';
import { type ListenerState, Listeners } from './listeners.ts';
import type { EngineFigures } from './live-figures.ts';
import { type Judging, LiveIntake } from './live-intake.ts';
import { LIVE_MAX_DESCRIPTORS, ReceiverThreads } from './receiver-threads.ts';
import { Scanners } from './scanners.ts';
import { storedList } from './stored-list.ts';
import { TemplateFile } from './template-file.ts';

export interface DaemonOptions extends InForceOptions {
  readonly listeners: readonly ListenerOptions[];
  readonly straddling: Evaluation['straddling'];
  readonly retentionDays: number;
  readonly flushAfterMs: number;
  /** Match threads, and receiver threads; fixed at the start. */
  readonly workers: number;
  readonly receivers: number;
  /** Where templates are kept over a restart. */
  readonly templateFile: string;
}

export interface Health {
  /** The list is in force, the store can write, and every listener listens. */
  readonly ready: boolean;
  readonly list: { readonly generation: number } | { readonly problem: string };
  readonly store: 'ok' | { readonly problem: string };
  readonly listeners: readonly ListenerState[];
}

/** A change of the list by another process takes effect within this time even where nothing is received. */
const RENEW_EVERY_MS = 250;
const SAVE_EVERY_MS = 5_000;

export class Daemon {
  private readonly db: Database;
  private readonly log: Log;
  private readonly repeats: Repeats;
  private readonly onDeath: (error: Error) => void;
  private options: DaemonOptions;
  private current: CurrentList;
  private running: Running | null = null;
  private stopped: Promise<boolean> | null = null;

  /** @param onDeath a thread has died: the daemon is deaf or blind, and must be ended */
  constructor(db: Database, options: DaemonOptions, log: Log, onDeath: (error: Error) => void) {
    this.db = db;
    this.options = options;
    this.current = this.currentList(options);
    this.log = log;
    this.repeats = new Repeats(log);
    this.onDeath = onDeath;
  }

  /** @throws FlowSieveError LISTEN, DATABASE; nothing is left running */
  async start(): Promise<void> {
    const { options } = this;
    const threads = new ReceiverThreads({
      threads: options.receivers,
      flushAfterMs: options.flushAfterMs,
      onReport: (report) => this.take(report),
      onDeath: (error) => {
        this.running?.listeners.abandon(`a receiver thread has died: ${error.message}`);
        this.onDeath(error);
      },
    });
    const scanners = new Scanners(options.workers, threads.slabs, LIVE_MAX_DESCRIPTORS);
    const release = (slab: number) => threads.release(slab);
    const intake = new LiveIntake(this.db, this.judging(), scanners, threads.slabs, release, this.log);
    const templates = new TemplateFile(options.templateFile, this.log);
    const listeners = new Listeners(threads, templates, (names) => intake.openFeed(names), this.log);
    this.running = {
      threads,
      scanners,
      intake,
      templates,
      listeners,
      timers: [
        setInterval(() => void intake.renewList(), RENEW_EVERY_MS),
        setInterval(() => void templates.save(), SAVE_EVERY_MS),
      ],
    };
    try {
      templates.load();
      await intake.renewList();
      threads.start();
      await listeners.apply(options.listeners);
      listeners.check();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Takes over another configuration without closing what stays. What cannot change is named in the log. */
  async reload(options: DaemonOptions): Promise<void> {
    const { running } = this;
    if (!running || this.stopped) return;
    for (const fixed of ['workers', 'receivers', 'templateFile'] as const) {
      if (options[fixed] !== this.options[fixed])
        this.log.warn({ option: fixed }, 'takes effect at the next start');
    }
    const { workers, receivers, templateFile } = this.options;
    let { current } = this;
    if (IN_FORCE.some((name) => options[name] !== this.options[name])) {
      // Loaded before it takes the other's place: no batch is without a list.
      current = this.currentList(options);
      current.adopt(await this.loadAside(options));
    }
    await running.listeners.apply(options.listeners);
    this.current = current;
    this.options = { ...options, workers, receivers, templateFile };
    running.intake.judgeBy(this.judging());
    running.threads.sendAll({ kind: 'flushAfter', ms: options.flushAfterMs });
  }

  /** Idempotent. @returns whether everything that was received is committed */
  stop(): Promise<boolean> {
    this.stopped ??= this.running ? shutDown(this.running) : Promise.resolve(true);
    return this.stopped;
  }

  get health(): Health {
    const { running } = this;
    if (!running || this.stopped) {
      const problem = this.stopped ? 'stopping' : 'not started';
      return { ready: false, list: { problem }, store: { problem }, listeners: [] };
    }
    const { gate, listGeneration } = running.intake;
    const listeners = running.listeners.states();
    const storeProblem = gate.reason('store');
    return {
      ready:
        gate.isOpen &&
        listGeneration !== null &&
        listeners.every(({ bound, problem }) => bound && problem === null),
      list:
        listGeneration === null
          ? { problem: gate.reason('list') ?? 'none yet' }
          : { generation: listGeneration },
      store: storeProblem === null ? 'ok' : { problem: storeProblem },
      listeners,
    };
  }

  /** `null` before it is started. */
  get figures(): EngineFigures | null {
    const { running } = this;
    if (!running) return null;
    const { intake, threads, listeners } = running;
    const { rss, heapUsed } = process.memoryUsage();
    return {
      ...intake.figures(Date.now()),
      listeners: listeners.figures(),
      slabs: threads.slabs.length,
      slabsHandedOver: threads.slabsHandedOver,
      memory: { rss, heapUsed },
    };
  }

  private judging(): Judging {
    const { options } = this;
    const { straddling, retentionDays } = options;
    return { current: this.current, load: () => this.loadAside(options), straddling, retentionDays };
  }

  private loadAside(options: InForceOptions): Promise<ListInForce> {
    return loadAside(this.db.name, inForceOf(options));
  }

  private currentList(options: InForceOptions): CurrentList {
    return new CurrentList(storedList(this.db, inForceOf(options)));
  }

  private take(report: Report): void {
    const { running } = this;
    if (!running) return;
    switch (report.kind) {
      case 'batch':
        running.intake.batch(report);
        break;
      case 'counts':
        running.intake.counts(report);
        break;
      case 'notices':
        for (const notice of report.notices) this.tell(notice, running.listeners.nameOf(notice.listener));
        break;
      case 'stopped':
        break;
      default:
        running.listeners.take(report);
    }
  }

  private tell({ what, detail, times }: Notice, listener: string): void {
    const fields = { listener, detail };
    if (what === 'refused') {
      const message = 'datagrams of an exporter that the listener does not allow are refused';
      this.repeats.warn(`${listener} refused`, fields, message, times);
    } else {
      const message =
        what === 'connection' ? 'a connection was refused or ended' : 'a message could not be used';
      this.repeats.warn(`${listener} ${what} ${detail}`, fields, message, times);
    }
  }
}

/** Options that another list goes with. */
const IN_FORCE = ['onOverdue', 'onAuthorised'] as const satisfies readonly (keyof InForceOptions)[];

function inForceOf({ onOverdue, onAuthorised }: InForceOptions): InForceOptions {
  return { onOverdue, onAuthorised };
}

/** What `start` has acquired. */
interface Running {
  readonly threads: ReceiverThreads;
  readonly scanners: Scanners;
  readonly intake: LiveIntake;
  readonly templates: TemplateFile;
  readonly listeners: Listeners;
  readonly timers: readonly NodeJS.Timeout[];
}

async function shutDown({ threads, scanners, intake, templates, timers }: Running): Promise<boolean> {
  await threads.stop();
  const isComplete = await intake.finish();
  for (const timer of timers) clearInterval(timer);
  await templates.save();
  await scanners.stop();
  return isComplete;
}
