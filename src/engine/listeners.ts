// The daemon's listeners: which thread runs each, what it got of the kernel, and what changes when the configuration does.
import { isDeepStrictEqual } from 'node:util';
import { FlowSieveError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Bound, FeedId, KnownExporters, ListenerSpec, Report } from '../ingest/live/messages.ts';
import type { SourceNames } from '../store/origins.ts';
import { type ListenerOptions, operatorsOf, specOf } from './listener-options.ts';
import type { ReceiverThreads } from './receiver-threads.ts';
import type { TemplateFile } from './template-file.ts';

interface Entry {
  options: ListenerOptions;
  readonly id: number;
  readonly thread: number;
  name: string;
  bound: Bound | null;
  /** Why it does not listen. */
  problem: string | null;
  known: KnownExporters;
  answered: (() => void) | null;
}

export interface ListenerState {
  readonly name: string;
  readonly bound: Bound | null;
  readonly problem: string | null;
}

export interface ListenerFigures extends ListenerState {
  readonly operators: readonly string[];
  readonly known: KnownExporters;
}

const NOTHING_KNOWN: KnownExporters = { exporters: 0, templates: 0, waitingSets: 0, templatesOf: [] };

export class Listeners {
  private readonly threads: ReceiverThreads;
  private readonly templates: TemplateFile;
  private readonly openFeed: (names: SourceNames) => FeedId;
  private readonly log: Log;
  private readonly entries = new Map<number, Entry>();
  private nextId = 0;

  constructor(
    threads: ReceiverThreads,
    templates: TemplateFile,
    openFeed: (names: SourceNames) => FeedId,
    log: Log,
  ) {
    this.threads = threads;
    this.templates = templates;
    this.openFeed = openFeed;
    this.log = log;
  }

  /**
   * Opens, changes and closes until exactly these are open. What stays is not touched; an address that cannot be had is
   * an error of that listener alone.
   */
  async apply(wanted: readonly ListenerOptions[]): Promise<void> {
    // What the store refuses is refused before anything is changed.
    for (const options of wanted) this.specOf(options, this.nextId);
    const before = new Map([...this.entries.values()].map((entry) => [addressOf(entry.options), entry]));
    const answers: Promise<void>[] = [];
    const kept = new Set<Entry>();
    const fresh: ListenerOptions[] = [];
    for (const options of wanted) {
      const entry = before.get(addressOf(options));
      if (!entry || entry.problem !== null || !canChange(entry.options, options)) fresh.push(options);
      else {
        kept.add(entry);
        if (!isDeepStrictEqual(entry.options, options)) answers.push(this.change(entry, options));
      }
    }
    // Closed before others are opened: one may take another's place.
    await Promise.all(
      [...before.values()].filter((entry) => !kept.has(entry)).map((entry) => this.close(entry)),
    );
    for (const options of fresh) answers.push(this.open(options));
    await Promise.all(answers);
  }

  /** @throws FlowSieveError LISTEN where one is not open */
  check(): void {
    const problems = this.states().flatMap(({ problem }) => problem ?? []);
    if (problems.length > 0) throw new FlowSieveError('LISTEN', problems.join('\n'));
  }

  states(): ListenerState[] {
    return [...this.entries.values()].map(({ name, bound, problem }) => ({ name, bound, problem }));
  }

  figures(): ListenerFigures[] {
    return [...this.entries.values()].map(({ name, bound, problem, known, options }) => ({
      name,
      bound,
      problem,
      known,
      operators: operatorsOf(options),
    }));
  }

  nameOf(id: number): string {
    return this.entries.get(id)?.name ?? `listener ${id}`;
  }

  /** No thread answers any more: nobody may wait for it. */
  abandon(reason: string): void {
    for (const entry of this.entries.values()) {
      entry.problem = reason;
      entry.answered?.();
      entry.answered = null;
    }
  }

  take(report: Extract<Report, { kind: 'opened' | 'failed' | 'closed' | 'templates' | 'known' }>): void {
    const entry = this.entries.get(report.listener);
    if (!entry) return;
    switch (report.kind) {
      case 'opened':
        entry.bound = report.bound;
        entry.problem = null;
        this.tellBound(entry, report.bound);
        break;
      case 'failed':
        entry.problem = report.message;
        this.log.error({ listener: entry.name, reason: report.message }, 'does not listen');
        break;
      case 'templates':
        this.templates.set(stateKey(entry), report.snapshot);
        return;
      case 'known':
        entry.known = report.known;
        return;
      case 'closed':
        this.log.info({ listener: entry.name }, 'closed');
    }
    entry.answered?.();
    entry.answered = null;
  }

  private async open(options: ListenerOptions): Promise<void> {
    const entry: Entry = {
      options,
      id: this.nextId++,
      thread: this.leastLoaded(),
      name: addressOf(options),
      bound: null,
      problem: null,
      known: NOTHING_KNOWN,
      answered: null,
    };
    const listener = this.specOf(entry.options, entry.id);
    this.entries.set(entry.id, entry);
    this.threads.send(entry.thread, {
      kind: 'open',
      listener,
      templates: this.templates.get(stateKey(entry)),
    });
    await answerOf(entry);
  }

  private async change(entry: Entry, options: ListenerOptions): Promise<void> {
    const key = stateKey(entry);
    entry.options = options;
    entry.name = addressOf(options);
    if (stateKey(entry) !== key) this.templates.forget(key);
    this.threads.send(entry.thread, { kind: 'change', listener: this.specOf(entry.options, entry.id) });
    await answerOf(entry);
  }

  private async close(entry: Entry): Promise<void> {
    // One that listens, even where a change of it has failed.
    if (entry.bound !== null) {
      this.threads.send(entry.thread, { kind: 'close', listener: entry.id });
      await answerOf(entry);
    }
    this.entries.delete(entry.id);
    this.templates.forget(stateKey(entry));
  }

  private specOf(options: ListenerOptions, id: number): ListenerSpec {
    return specOf(options, id, addressOf(options), this.openFeed);
  }

  private leastLoaded(): number {
    const loads = new Array<number>(this.threads.count).fill(0);
    for (const { thread } of this.entries.values()) loads[thread] = (loads[thread] ?? 0) + 1;
    return loads.indexOf(Math.min(...loads));
  }

  private tellBound({ name, options }: Entry, bound: Bound): void {
    this.log.info({ listener: name, operators: operatorsOf(options), ...bound }, 'listening');
    if (options.protocol === 'udp' && bound.sockets < options.sockets) {
      this.log.warn(
        { listener: name, asked: options.sockets, obtained: bound.sockets },
        'several sockets on one port need Node 22.12 or later',
      );
    }
    if (!bound.dropsKnown) {
      this.log.warn(
        { listener: name },
        'this system does not tell what the kernel drops: kernelDropped stays 0',
      );
    }
    const { receiveBuffer } = bound;
    if (receiveBuffer && receiveBuffer.obtained < receiveBuffer.asked) {
      this.log.warn(
        { listener: name, ...receiveBuffer, fix: `sysctl -w net.core.rmem_max=${receiveBuffer.asked}` },
        'the receive buffer is smaller than asked for: bursts are lost sooner',
      );
    }
  }
}

function answerOf(entry: Entry): Promise<void> {
  return new Promise((resolve) => {
    entry.answered = resolve;
  });
}

/** As matches and the ledger name it, too. */
function addressOf({ protocol, host, port }: ListenerOptions): string {
  return `${protocol} ${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Templates belong to an operator's exporters, not to a port. */
function stateKey({ name, options }: Entry): string {
  return options.protocol === 'tls' ? name : `${name} ${options.operator} ${options.retentionBasis}`;
}

/** The sockets themselves stay as they are. */
function canChange(before: ListenerOptions, after: ListenerOptions): boolean {
  return before.protocol !== 'udp' || after.protocol !== 'udp' || before.sockets === after.sockets;
}
