// Writes the data sets that a decoder finds into a slab's descriptors. Sets that lie in the slab are pointed at; what lies
// elsewhere (early data, reassembled datagrams) is copied to the slab's end. What finds no room waits for the next slab.
import { observe } from '../../core/counters.ts';
import { MINUTE_MS } from '../../core/time.ts';
import type { LayoutSpec, SetContext } from '../../wire/layout.ts';
import type { DataSet, DataSetSink } from '../../wire/outcome.ts';
import { type Group, newReceivedGroup, SET, type WireBatch } from '../batch.ts';
import { DESCRIPTOR_WORDS, type Slab } from '../slab.ts';

/** Exporters × minutes in one batch; a new batch begins when they are used up. */
const MAX_GROUPS = 1_024;
/** The longest data set (RFC 7011 § 3.1) must fit into an empty slab. */
const MIN_SLAB_BYTES = 65_536;

/** A copy of a set that found no room. */
interface WaitingSet extends DataSet {
  readonly exporter: string | null;
  readonly fromMs: number;
}

export class SetWriter implements DataSetSink {
  /** Grows with each batch: tells whether a group's place, kept from earlier, is still this batch's. */
  batch = 0;
  /** The place in `groups` of the sets that come next. */
  group = 0;
  groups: Group[] = [];
  /** Sets go nowhere: what is read only for its templates. */
  isDiscarding = false;
  /** So many sets are passed over: they were delivered before an interruption. */
  toSkip = 0;
  /** Sets taken in or passed over since the caller last set this to 0. */
  taken = 0;
  private slab: Slab | null = null;
  private setCount = 0;
  private maxSets = 0;
  /** The slab's bytes in use: the input below `floor`, copies from `ceiling` on. */
  private floor = 0;
  private ceiling = 0;
  private layouts: LayoutSpec[] = [];
  private contexts: SetContext[] = [];
  private readonly layoutPlaces = new Map<LayoutSpec, number>();
  private readonly contextPlaces = new Map<SetContext, number>();
  private lastLayout: LayoutSpec | null = null;
  private lastLayoutPlace = 0;
  private lastContext: SetContext | null = null;
  private lastContextPlace = 0;
  private readonly groupPlaces = new Map<string, number>();
  private waiting: WaitingSet[] = [];

  /** Begins a batch with what waited for room. */
  begin(slab: Slab): void {
    if (slab.bytes.length < MIN_SLAB_BYTES) {
      throw new Error(`a slab holds ${slab.bytes.length} bytes; at least ${MIN_SLAB_BYTES} are needed`);
    }
    this.slab = slab;
    this.batch++;
    this.setCount = 0;
    this.maxSets = Math.floor(slab.descriptors.length / DESCRIPTOR_WORDS);
    this.floor = 0;
    this.ceiling = slab.bytes.length;
    this.layouts = [];
    this.contexts = [];
    this.layoutPlaces.clear();
    this.contextPlaces.clear();
    this.lastLayout = null;
    this.lastContext = null;
    this.groups = [];
    this.groupPlaces.clear();
    const waited = this.waiting;
    this.waiting = [];
    for (const set of waited) {
      this.group = this.placeOf(set.exporter, set.fromMs);
      this.write(set);
    }
  }

  /** Bytes at the slab's front that are free for input. */
  get free(): number {
    return this.ceiling;
  }

  /** Tells that bytes[0, end) hold input. */
  protect(end: number): void {
    this.floor = end;
  }

  /** Whether another packet may be decoded: one that finds too little room is taken whole, and the rest waits. */
  get hasRoom(): boolean {
    return this.setCount < this.maxSets && this.groups.length < MAX_GROUPS && this.waiting.length === 0;
  }

  /** Sets that wait for the next slab, all of the last packet. */
  get waitingSets(): number {
    return this.waiting.length;
  }

  /** Whether the batch holds anything at all. */
  get isEmpty(): boolean {
    return this.setCount === 0 && this.groups.length === 0;
  }

  /** The place in `groups` of an exporter's minute. */
  placeOf(exporter: string | null, atMs: number): number {
    const fromMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    const key = `${fromMs} ${exporter}`;
    let place = this.groupPlaces.get(key);
    if (place === undefined) {
      place = this.groups.length;
      this.groupPlaces.set(key, place);
      this.groups.push(newReceivedGroup(exporter, fromMs, fromMs + MINUTE_MS));
    }
    return place;
  }

  dataSet(set: DataSet): void {
    if (this.isDiscarding) return;
    this.taken++;
    if (this.toSkip > 0) this.toSkip--;
    else this.write(set);
  }

  finish(): WireBatch {
    return { kind: 'wire', setCount: this.setCount, layouts: this.layouts, contexts: this.contexts };
  }

  private write(set: DataSet): void {
    const slab = this.slab as Slab;
    let offset = set.offset;
    if (set.bytes !== slab.bytes) {
      offset = this.ceiling - set.length;
      if (this.setCount === this.maxSets || offset < this.floor || this.waiting.length > 0) {
        this.wait(set);
        return;
      }
      slab.bytes.set(set.bytes.subarray(set.offset, set.offset + set.length), offset);
      this.ceiling = offset;
    } else if (this.setCount === this.maxSets || this.waiting.length > 0) {
      this.wait(set);
      return;
    }
    const words = slab.descriptors;
    const at = this.setCount++ * DESCRIPTOR_WORDS;
    const exportSeconds = Math.floor(set.exportMs / 1000);
    words[at + SET.layout] =
      set.layout === this.lastLayout ? this.lastLayoutPlace : this.layoutPlace(set.layout);
    words[at + SET.offset] = offset;
    words[at + SET.length] = set.length;
    words[at + SET.context] =
      set.context === this.lastContext
        ? this.lastContextPlace
        : this.contextPlace(set.context, set.headerSampling);
    words[at + SET.group] = this.group;
    words[at + SET.exportSeconds] = exportSeconds;
    words[at + SET.exportMillis] = set.exportMs - exportSeconds * 1000;
    words[at + SET.uptimeMs] = set.uptimeMs;
    words[at + SET.headerSampling] = set.headerSampling;
    words[at + SET.templateId] = set.templateId;
  }

  private wait(set: DataSet): void {
    const group = this.groups[this.group] as Group;
    this.waiting.push({
      bytes: set.bytes.slice(set.offset, set.offset + set.length),
      offset: 0,
      length: set.length,
      layout: set.layout,
      templateId: set.templateId,
      context: set.context,
      exportMs: set.exportMs,
      uptimeMs: set.uptimeMs,
      headerSampling: set.headerSampling,
      exporter: group.exporter,
      fromMs: group.fromMs,
    });
  }

  private layoutPlace(layout: LayoutSpec): number {
    let place = this.layoutPlaces.get(layout);
    if (place === undefined) {
      place = this.layouts.push(layout) - 1;
      this.layoutPlaces.set(layout, place);
    }
    this.lastLayout = layout;
    this.lastLayoutPlace = place;
    return place;
  }

  private contextPlace(context: SetContext, headerSampling: number): number {
    let place = this.contextPlaces.get(context);
    if (place === undefined) {
      this.noteSampling(context, headerSampling);
      place = this.contexts.push(context) - 1;
      this.contextPlaces.set(context, place);
    }
    this.lastContext = context;
    this.lastContextPlace = place;
    return place;
  }

  private noteSampling(context: SetContext, headerSampling: number): void {
    const { observed } = this.groups[this.group] as Group;
    if (!observed) return;
    observe(observed, 'sampling', headerSampling > 0 ? headerSampling : context.sampling);
    for (const [, rate] of context.samplers) observe(observed, 'sampling', rate);
  }
}
