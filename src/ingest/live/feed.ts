// The batch under way of one feed: messages are copied into a slab, decoded where they lie there, and handed over when the
// slab is full or old enough. It never waits: what finds no free slab is counted and gone.

import type { ReceptionColumn } from '../../core/counters.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { Decoder } from '../../wire/decoder.ts';
import { type Group, newGroup } from '../batch.ts';
import type { Slab } from '../slab.ts';
import { countMessage, enterGroup, type KnownExporter } from '../wire/known-exporter.ts';
import { SetWriter } from '../wire/set-writer.ts';
import type { FeedId, Report } from './messages.ts';
import type { SlabStock } from './slab-stock.ts';

/** Counted outside batches: all of live reception, no record among it. */
export type LooseColumn = Extract<
  ReceptionColumn,
  'kernelDropped' | 'slabDropped' | 'refused' | 'earlyDropped'
>;

export class Feed {
  readonly id: FeedId;
  /** When the batch under way began, by the thread's own clock (performance.now); NaN = none is under way. */
  openedAt = Number.NaN;
  private readonly stock: SlabStock;
  private readonly report: (report: Report) => void;
  private readonly onOpen: () => void;
  private readonly writer = new SetWriter();
  private slab: Slab | null = null;
  /** The slab's bytes in use at its front. */
  private floor = 0;
  /** Of the messages taken since the last batch was handed over. */
  private bytes = 0;
  private readonly loose = new Map<string | null, Group>();

  /** @param onOpen called when a batch begins */
  constructor(id: FeedId, stock: SlabStock, report: (report: Report) => void, onOpen: () => void) {
    this.id = id;
    this.stock = stock;
    this.report = report;
    this.onOpen = onOpen;
  }

  /**
   * Takes one message.
   * @param decoder the one that gave `exporter.handle`
   * @returns what was wrong with it, in words; null = nothing; false = there was no room, and nothing was taken or counted
   */
  take(
    decoder: Decoder,
    exporter: KnownExporter,
    message: Uint8Array,
    receivedMs: number,
  ): string | null | false {
    const { writer } = this;
    const { length } = message;
    if ((!this.slab || !writer.hasRoom || this.floor + length > writer.free) && !this.begin(length))
      return false;
    const slab = this.slab as Slab;
    const at = this.floor;
    slab.bytes.set(message, at);
    this.bytes += length;
    writer.protect(at + length);
    const group = enterGroup(writer, exporter, receivedMs);
    const outcome = decoder.decode(exporter.handle, slab.bytes, slab.view, at, length, receivedMs, writer);
    countMessage(group, outcome, receivedMs);
    if (outcome.sets > 0) this.floor = at + length;
    else writer.protect(at);
    return outcome.problem;
  }

  /** Counts what no batch holds. */
  count(column: LooseColumn, exporter: string | null, atMs: number, by = 1): void {
    const fromMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    let group = this.loose.get(exporter);
    if (group && group.fromMs !== fromMs) {
      this.tellCounts();
      group = undefined;
    }
    if (!group) {
      group = newGroup(exporter, fromMs, fromMs + MINUTE_MS);
      this.loose.set(exporter, group);
    }
    group[column] = (group[column] ?? 0) + by;
  }

  tellCounts(): void {
    if (this.loose.size === 0) return;
    this.report({ kind: 'counts', feed: this.id, groups: [...this.loose.values()] });
    this.loose.clear();
  }

  /** Whether anything is still to be handed over. */
  get isHolding(): boolean {
    return this.slab !== null || this.writer.waitingSets > 0;
  }

  /** Hands over the batch under way, if any. Sets that found no room in it begin the next, as soon as there is a slab. */
  flush(): void {
    this.handOver();
    while (this.writer.waitingSets > 0 && this.begin(0)) this.handOver();
  }

  /** Begins a batch in a fresh slab, with room for `length` octets. */
  private begin(length: number): boolean {
    const { writer } = this;
    do {
      this.handOver();
      this.slab = this.stock.take();
      if (!this.slab) return false;
      this.floor = 0;
      this.openedAt = performance.now();
      writer.begin(this.slab);
      this.onOpen();
    } while (length > 0 && (!writer.hasRoom || length > writer.free));
    return true;
  }

  private handOver(): void {
    const { slab, writer } = this;
    if (!slab) return;
    this.slab = null;
    this.openedAt = Number.NaN;
    const { groups } = writer;
    const { id: feed, bytes } = this;
    this.bytes = 0;
    this.report({ kind: 'batch', feed, slab: slab.number, batch: writer.finish(), groups, bytes });
  }
}
