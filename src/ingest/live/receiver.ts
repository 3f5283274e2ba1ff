// A receiver thread's inside: listeners, the feeds that they bring messages to, the thread's slabs, and the clock by which
// batches are handed over. It receives and copies; matching, files and the store are elsewhere.
import { Slab } from '../slab.ts';
import { Feed } from './feed.ts';
import { KnownWatch } from './known-watch.ts';
import type { ListenerHost, LiveListener } from './listener.ts';
import type { Command, FeedId, ListenerSpec, ReceiverSetup, Report } from './messages.ts';
import { Notices } from './notices.ts';
import { openListener } from './open-listener.ts';
import { SlabStock } from './slab-stock.ts';

const POLL_EVERY_MS = 1_000;

export class Receiver {
  private readonly report: (report: Report) => void;
  private readonly slabs = new Map<number, Slab>();
  private readonly stock: SlabStock;
  private flushAfterMs: number;
  private readonly listeners = new Map<number, LiveListener>();
  private readonly known = new Map<number, KnownWatch>();
  private readonly feeds = new Map<FeedId, Feed>();
  private readonly notices = new Notices();
  private flushTimer: NodeJS.Timeout | null = null;
  private readonly pollTimer: NodeJS.Timeout;

  constructor(setup: ReceiverSetup, report: (report: Report) => void) {
    this.report = report;
    for (const { number, buffer } of setup.slabs) {
      this.slabs.set(number, new Slab(number, buffer, setup.maxDescriptors));
    }
    this.stock = new SlabStock([...this.slabs.values()]);
    this.flushAfterMs = setup.flushAfterMs;
    this.pollTimer = setInterval(() => this.poll(), POLL_EVERY_MS);
  }

  obey(command: Command): void {
    switch (command.kind) {
      case 'release':
        this.stock.put(this.slabs.get(command.slab) as Slab);
        break;
      case 'flushAfter':
        this.flushAfterMs = command.ms;
        break;
      case 'open':
        void this.open(command.listener, command.templates);
        break;
      case 'change':
        void this.change(command.listener);
        break;
      case 'close':
        void this.close(command.listener).then(() =>
          this.report({ kind: 'closed', listener: command.listener }),
        );
        break;
      case 'stop':
        void this.stop();
    }
  }

  private async open(spec: ListenerSpec, templates: unknown): Promise<void> {
    const { id } = spec;
    const host: ListenerHost = {
      feed: (feed) => this.feed(feed),
      notice: (what, detail) => this.notices.add(id, what, detail),
      isScarce: () => this.stock.isScarce,
      whenRoom: () => this.stock.whenPut(),
    };
    try {
      const listener = await openListener(spec, host, templates);
      const bound = await listener.start();
      this.listeners.set(id, listener);
      this.known.set(id, new KnownWatch());
      this.report({ kind: 'opened', listener: id, bound });
    } catch (error) {
      this.report({ kind: 'failed', listener: id, message: (error as Error).message });
    }
  }

  private async change(spec: ListenerSpec): Promise<void> {
    try {
      const bound = await this.listeners.get(spec.id)?.change(spec);
      if (bound) this.report({ kind: 'opened', listener: spec.id, bound });
    } catch (error) {
      this.report({ kind: 'failed', listener: spec.id, message: (error as Error).message });
    }
  }

  private async close(id: number): Promise<void> {
    const listener = this.listeners.get(id);
    if (!listener) return;
    this.listeners.delete(id);
    this.known.delete(id);
    await listener.stop();
    this.tellTemplates(id, listener);
    await this.handOverAll();
    this.poll();
  }

  private async stop(): Promise<void> {
    await Promise.all([...this.listeners.keys()].map((id) => this.close(id)));
    clearInterval(this.pollTimer);
    if (this.flushTimer) clearTimeout(this.flushTimer);
    this.report({ kind: 'stopped' });
  }

  /** Nothing received is left behind, even where all slabs are away. */
  private async handOverAll(): Promise<void> {
    for (const feed of this.feeds.values()) {
      for (feed.flush(); feed.isHolding; feed.flush()) await this.stock.whenPut();
    }
  }

  private feed(id: FeedId): Feed {
    let feed = this.feeds.get(id);
    if (!feed) {
      feed = new Feed(id, this.stock, this.report, () => this.armFlush());
      this.feeds.set(id, feed);
    }
    return feed;
  }

  private armFlush(): void {
    this.flushTimer ??= setTimeout(() => this.flushAged(), this.flushAfterMs);
  }

  private flushAged(): void {
    this.flushTimer = null;
    const now = performance.now();
    let nextInMs = Number.POSITIVE_INFINITY;
    for (const feed of this.feeds.values()) {
      if (Number.isNaN(feed.openedAt)) continue;
      const leftMs = feed.openedAt + this.flushAfterMs - now;
      // A timer may fire a fraction early.
      if (leftMs < 1) feed.flush();
      else nextInMs = Math.min(nextInMs, leftMs);
    }
    if (Number.isFinite(nextInMs)) this.flushTimer ??= setTimeout(() => this.flushAged(), nextInMs);
  }

  private poll(): void {
    for (const [id, listener] of this.listeners) {
      listener.poll();
      this.tellTemplates(id, listener);
      const known = this.known.get(id)?.changed(listener.decoders());
      if (known) this.report({ kind: 'known', listener: id, known });
    }
    for (const feed of this.feeds.values()) feed.tellCounts();
    const notices = this.notices.take();
    if (notices.length > 0) this.report({ kind: 'notices', notices });
  }

  private tellTemplates(listener: number, from: LiveListener): void {
    const snapshot = from.templates();
    if (snapshot !== null) this.report({ kind: 'templates', listener, snapshot });
  }
}
