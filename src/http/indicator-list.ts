// All indicators with where they stand, in memory: working that out for a hundred thousand takes seconds, so it is done in
// small slices between requests, and once for all who ask. What an event changes is worked out at once; what changes for many,
// or by time alone, in the background, and until then the list answers as it was, and says how many rows wait.
import { setImmediate as later } from 'node:timers';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { InForceOptions } from '../authority/conditions.ts';
import { explainer, INDICATOR_STATES, type IndicatorState } from '../authority/explain.ts';
import type { AuthorityRecords } from '../authority/records.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import {
  type AuthorityChanges,
  changesSince,
  indicatorIds,
  lastSequence,
} from '../store/authority-changes.ts';
import { loadRecords } from '../store/authority-records.ts';
import type { HttpContext } from './context.ts';
import type { RowPlace } from './indicator-columns.ts';
import { type IndicatorFilter, passing } from './indicator-filter.ts';
import { IndicatorModel, type NewRows } from './indicator-model.ts';
import { type IndicatorItem, type IndicatorSort, itemReader, rowReader } from './indicator-row.ts';
import type { Marks } from './sorted-slots.ts';

/** Of work in one go: a request waits no longer for its turn. */
const SLICE_MS = 10;
/** Rows that are read together: a few milliseconds. */
const ROWS_AT_ONCE = 100;
/** Changes that are worked out before an answer. */
const MAX_AT_ONCE = 300;
const LOOK_EVERY_MS = 1_000;
/** Rows of which is known which pass, for who turns pages. */
const MAX_REMEMBERED = 4;

export interface ListPage {
  readonly items: readonly IndicatorItem[];
  /** Of the last item; `null` = there are no more. */
  readonly next: RowPlace | null;
  readonly total: number;
  readonly generation: number;
  /** Rows that are being worked out anew. */
  readonly behind: number;
}

export class IndicatorList {
  private readonly context: Pick<HttpContext, 'db' | 'configuration' | 'log'>;
  private readonly readRows: ReturnType<typeof rowReader>;
  private readonly readItem: ReturnType<typeof itemReader>;
  private readonly model = new IndicatorModel();
  private records: AuthorityRecords | null = null;
  private inForce: InForceOptions | null = null;
  private upTo = 0;
  /** Up to which id all wait, or are worked out; `null` = all do. */
  private namedUpTo: string | null = '';
  /** Ids of rows that wait to be worked out. */
  private readonly waiting = new Set<string>();
  /** Slots of rows that are worked out, and not yet among the others, by id: `null` = there is no such indicator any more. */
  private fresh: NewRows = new Map();
  private isComplete = false;
  private working: Promise<void> | null = null;
  private isStopped = false;
  private timer: NodeJS.Timeout | null = null;
  /** By filter, the latest last. */
  private readonly remembered = new Map<string, Marks | null>();

  constructor(context: Pick<HttpContext, 'db' | 'configuration' | 'log'>) {
    this.context = context;
    this.readRows = rowReader(context.db);
    this.readItem = itemReader(context.db);
  }

  /** Keeps it up to date although nobody asks. Idempotent. */
  start(): void {
    if (this.timer !== null || this.isStopped) return;
    const look = (): void => {
      try {
        if (!this.isStopped) this.look();
      } catch (error) {
        this.context.log.warn({ reason: (error as Error).message }, 'the list of indicators cannot be read');
      }
    };
    this.timer = setInterval(look, LOOK_EVERY_MS);
    this.timer.unref();
    later(look);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    await this.working;
  }

  /** Whether there is a list, after waiting for the first one for so long at most. */
  async isReady(waitMs: number): Promise<boolean> {
    this.look();
    if (this.isComplete || !this.working) return this.isComplete;
    const ending = new AbortController();
    const late = setTimeout(waitMs, undefined, { signal: ending.signal }).catch(() => {});
    await Promise.race([this.working, late]);
    ending.abort();
    return this.isComplete;
  }

  /** How far the first list is. */
  get progress(): { readonly done: number; readonly of: number } {
    const done = this.fresh.size + this.model.comingCount;
    return { done, of: done + this.waiting.size };
  }

  /** Call once it is ready. */
  select(
    filter: IndicatorFilter,
    { sort, ...page }: { sort: IndicatorSort; after: RowPlace | null; limit: number; descending: boolean },
  ): ListPage {
    const { columns, orders } = this.model;
    const nowMs = Date.now();
    const records = this.records as AuthorityRecords;
    const explain = explainer(records, nowMs, this.inForce as InForceOptions);
    const { slots, hasMore, total } = orders[sort].page(this.passing(filter), page);
    const last = slots.at(-1);
    return {
      items: slots.flatMap((slot) => this.readItem(columns.ids[slot] as string, explain, nowMs) ?? []),
      next: hasMore && last !== undefined ? columns.placeOf(last, sort) : null,
      total,
      generation: records.generation,
      behind: this.waiting.size,
    };
  }

  /** Of all that pass. Call once it is ready. */
  ids(filter: IndicatorFilter): string[] {
    return this.slots(filter).map((slot) => this.model.columns.ids[slot] as string);
  }

  /** How many that pass there are in each state; `null` = the first list is still being worked out. */
  countByState(filter: IndicatorFilter): Readonly<Partial<Record<IndicatorState, number>>> | null {
    this.look();
    if (!this.isComplete) return null;
    const counts: Partial<Record<IndicatorState, number>> = {};
    for (const slot of this.slots(filter)) {
      const state = INDICATOR_STATES[this.model.columns.states[slot] as number] as IndicatorState;
      counts[state] = (counts[state] ?? 0) + 1;
    }
    return counts;
  }

  private slots(filter: IndicatorFilter): number[] {
    const marks = this.passing(filter);
    return this.model.slots((slot) => marks === null || marks[slot] === 1);
  }

  private passing(filter: IndicatorFilter): Marks | null {
    const key = JSON.stringify(filter);
    let marks = this.remembered.get(key);
    if (marks === undefined) {
      marks = passing(this.model.columns, filter, this.records as AuthorityRecords);
      this.remembered.set(key, marks);
      const [oldest] = this.remembered.keys();
      if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(oldest as string);
    }
    return marks;
  }

  /** Notes what has changed; works out what is little at once, and the rest in the background. */
  look(): void {
    const { db } = this.context;
    const inForce = inForceOptions(this.context.configuration);
    if (this.records === null || JSON.stringify(inForce) !== JSON.stringify(this.inForce)) {
      this.inForce = inForce;
      this.readAll();
    } else if (lastSequence(db) !== this.upTo) {
      this.note(changesSince(db, this.upTo));
    }
    if (this.isComplete && Date.now() >= this.model.nextChangeMs) {
      this.noteIds(this.model.due(Date.now()));
    }
    if (this.isBehind) this.working ??= this.work();
  }

  private get isBehind(): boolean {
    return this.waiting.size > 0 || this.namedUpTo !== null;
  }

  /** What comes while the ids are read is an event after `upTo`. */
  private readAll(): void {
    const { db } = this.context;
    this.upTo = lastSequence(db);
    this.useRecords();
    this.namedUpTo = '';
    this.nameNext();
    if (this.namedUpTo === null && this.waiting.size <= MAX_AT_ONCE) this.finishAtOnce([...this.waiting]);
  }

  private nameNext(): void {
    const ids = indicatorIds(this.context.db, this.namedUpTo ?? '');
    for (const id of ids) this.waiting.add(id);
    this.namedUpTo = ids.at(-1) ?? null;
  }

  private useRecords(): void {
    this.records = loadRecords(this.context.db, { indicators: false });
    this.remembered.clear();
  }

  private note(changes: AuthorityChanges): void {
    const { indicators, authorisations, bases, operators } = changes;
    this.upTo = changes.upTo;
    if (indicators.size + authorisations.size + bases.size + operators.size === 0) return;
    this.useRecords();
    if (authorisations.size + bases.size + operators.size > 0) this.noteScopes(changes);
    this.noteIds([...indicators]);
  }

  /** What rests on something that has changed. */
  private noteScopes({ authorisations, bases, operators }: AuthorityChanges): void {
    const references = new Set(authorisations);
    for (const [reference, { operators: named }] of this.records?.authorisations ?? []) {
      if (named.some((operator) => operators.has(operator))) references.add(reference);
    }
    this.noteIds(this.model.restingOn(references, bases));
  }

  /** Few at once, where there is a list; what waits besides stays in the background. */
  private noteIds(ids: readonly string[]): void {
    if (ids.length <= MAX_AT_ONCE && this.isComplete) this.finishAtOnce(ids);
    else for (const id of ids) this.waiting.add(id);
  }

  private finishAtOnce(ids: readonly string[]): void {
    const rows: NewRows = new Map();
    this.workOut(ids, rows);
    for (const id of ids) this.forget(this.fresh, id);
    for (const _ of this.publish(rows));
  }

  private async work(): Promise<void> {
    try {
      while (this.isBehind && !this.isStopped) {
        await setImmediate();
        const endMs = performance.now() + SLICE_MS;
        while (performance.now() < endMs && this.isBehind) this.workNext();
      }
      if (this.isStopped) return;
      const rows = this.fresh;
      this.fresh = new Map();
      for (const _ of this.publish(rows)) await setImmediate();
    } catch (error) {
      this.context.log.warn({ reason: (error as Error).message }, 'the list of indicators cannot be read');
    } finally {
      this.working = null;
    }
  }

  private workNext(): void {
    if (this.namedUpTo !== null) this.nameNext();
    else this.workOut(firstOf(this.waiting, ROWS_AT_ONCE), this.fresh);
  }

  private workOut(ids: readonly string[], into: NewRows): void {
    const { records, inForce } = this;
    const { columns } = this.model;
    if (!records || !inForce) return;
    const nowMs = Date.now();
    const rows = this.readRows(ids, explainer(records, nowMs, inForce), nowMs);
    for (const id of ids) this.forget(into, id);
    for (const row of rows) into.set(row.id, columns.add(row));
    for (const id of ids) {
      this.waiting.delete(id);
      if (!into.has(id)) into.set(id, null);
    }
  }

  /** A row that was worked out, and is not to be shown. */
  private forget(rows: NewRows, id: string): void {
    const slot = rows.get(id) ?? null;
    if (slot !== null) this.model.columns.remove(slot);
    rows.delete(id);
  }

  /** Yields where others may have their turn. */
  private *publish(rows: NewRows): Generator<void> {
    yield* this.model.publish(rows);
    this.remembered.clear();
    this.isComplete = true;
  }
}

function firstOf<T>(values: Iterable<T>, count: number): T[] {
  const first: T[] = [];
  for (const value of values) {
    if (first.length === count) break;
    first.push(value);
  }
  return first;
}
