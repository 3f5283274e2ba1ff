// All indicators with where they stand, in memory: working that out for a hundred thousand takes seconds, so it is done in
// small slices between requests, and once for all who ask. What an event changes is worked out at once; what changes for many,
// or by time alone, in the background, and until then the list answers as it was, and says how many rows wait.
import { setImmediate as later } from 'node:timers';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { InForceOptions } from '../authority/conditions.ts';
import type { IndicatorState } from '../authority/explain.ts';
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
import {
  filterOf,
  INDICATOR_SORTS,
  type IndicatorFilter,
  type IndicatorItem,
  type IndicatorRow,
  type IndicatorSort,
  itemReader,
  rowReader,
} from './indicator-row.ts';
import { placeOf, type RowPlace, SortedRows } from './sorted-rows.ts';

/** Of work in one go: a request waits no longer for its turn. */
const SLICE_MS = 10;
/** Changes that are worked out before an answer. */
const MAX_AT_ONCE = 300;
const LOOK_EVERY_MS = 1_000;

export interface ListPage {
  readonly items: readonly IndicatorItem[];
  /** Of the last item; `null` = there are no more. */
  readonly next: RowPlace | null;
  readonly total: number;
  readonly generation: number;
  /** Rows that are being worked out anew. */
  readonly behind: number;
}

interface Model {
  readonly rows: Map<string, IndicatorRow>;
  readonly orders: Readonly<Record<IndicatorSort, SortedRows>>;
}

export class IndicatorList {
  private readonly context: Pick<HttpContext, 'db' | 'configuration' | 'log'>;
  private readonly readRow: ReturnType<typeof rowReader>;
  private readonly readItem: ReturnType<typeof itemReader>;
  private readonly model: Model;
  private records: AuthorityRecords | null = null;
  private inForce: InForceOptions | null = null;
  private upTo = 0;
  /** Ids of rows that wait to be worked out. */
  private readonly waiting = new Set<string>();
  /** Worked out, and not yet among the others: `null` = there is no such indicator any more. */
  private readonly fresh = new Map<string, IndicatorRow | null>();
  private isComplete = false;
  private working: Promise<void> | null = null;
  private isStopped = false;
  /** When the first row may be another by time alone. */
  private nextChangeMs = Infinity;
  private timer: NodeJS.Timeout | null = null;

  constructor(context: Pick<HttpContext, 'db' | 'configuration' | 'log'>) {
    this.context = context;
    this.readRow = rowReader(context.db);
    this.readItem = itemReader(context.db);
    const orders = INDICATOR_SORTS.map((by) => [by, new SortedRows(by)] as const);
    this.model = { rows: new Map(), orders: Object.fromEntries(orders) as Model['orders'] };
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
    return { done: this.fresh.size, of: this.fresh.size + this.waiting.size };
  }

  /** Call once it is ready. */
  select(
    filter: IndicatorFilter,
    { sort, ...page }: { sort: IndicatorSort; after: RowPlace | null; limit: number; descending: boolean },
  ): ListPage {
    const records = this.records as AuthorityRecords;
    const inForce = this.inForce as InForceOptions;
    const nowMs = Date.now();
    const { rows, hasMore, total } = this.model.orders[sort].page(filterOf(filter, records), page);
    const last = rows.at(-1);
    return {
      items: rows.flatMap(({ id }) => this.readItem(id, records, nowMs, inForce) ?? []),
      next: hasMore && last ? placeOf(last, sort) : null,
      total,
      generation: records.generation,
      behind: this.waiting.size,
    };
  }

  /** Of all that pass. Call once it is ready. */
  ids(filter: IndicatorFilter): string[] {
    const passes = filterOf(filter, this.records as AuthorityRecords);
    return [...this.model.rows.values()].filter(passes).map(({ id }) => id);
  }

  /** How many that pass there are in each state; `null` = the first list is still being worked out. */
  countByState(filter: IndicatorFilter): Readonly<Partial<Record<IndicatorState, number>>> | null {
    this.look();
    if (!this.isComplete) return null;
    const passes = filterOf(filter, this.records as AuthorityRecords);
    const counts: Partial<Record<IndicatorState, number>> = {};
    for (const row of this.model.rows.values()) {
      if (passes(row)) counts[row.state] = (counts[row.state] ?? 0) + 1;
    }
    return counts;
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
    if (this.isComplete && Date.now() >= this.nextChangeMs) this.noteTime(Date.now());
    if (this.waiting.size > 0) this.working ??= this.work();
  }

  private readAll(): void {
    const { db } = this.context;
    db.transaction(() => {
      this.upTo = lastSequence(db);
      this.records = loadRecords(db, { indicators: false });
      for (const id of indicatorIds(db)) this.waiting.add(id);
    })();
    if (this.waiting.size <= MAX_AT_ONCE) this.finishAtOnce([...this.waiting]);
  }

  private note(changes: AuthorityChanges): void {
    const { indicators, authorisations, bases, operators } = changes;
    this.upTo = changes.upTo;
    if (indicators.size + authorisations.size + bases.size + operators.size === 0) return;
    this.records = loadRecords(this.context.db, { indicators: false });
    if (authorisations.size + bases.size + operators.size > 0) this.noteScopes(changes);
    if (indicators.size <= MAX_AT_ONCE && this.isComplete) this.finishAtOnce([...indicators]);
    else for (const id of indicators) this.waiting.add(id);
  }

  /** What rests on something that has changed. */
  private noteScopes({ authorisations, bases, operators }: AuthorityChanges): void {
    const references = new Set(authorisations);
    for (const [reference, { operators: named }] of this.records?.authorisations ?? []) {
      if (named.some((operator) => operators.has(operator))) references.add(reference);
    }
    const concerned = [...this.model.rows.values()].filter(
      ({ authorisation, scope }) =>
        references.has(authorisation) ||
        (scope !== null && [scope.retention, scope.access, scope.task].some((basis) => bases.has(basis))),
    );
    this.noteRows(concerned);
  }

  private noteTime(nowMs: number): void {
    const rows = [...this.model.rows.values()];
    const due = rows.filter(({ nextChangeMs }) => nextChangeMs <= nowMs);
    const later = rows.filter(({ nextChangeMs }) => nextChangeMs > nowMs);
    this.nextChangeMs = least(later);
    this.noteRows(due);
  }

  private noteRows(rows: readonly IndicatorRow[]): void {
    const ids = rows.map(({ id }) => id);
    if (ids.length <= MAX_AT_ONCE) this.finishAtOnce(ids);
    else for (const id of ids) this.waiting.add(id);
  }

  /** What waits besides stays in the background. */
  private finishAtOnce(ids: readonly string[]): void {
    for (const id of ids) this.workOut(id);
    if (this.isComplete || this.waiting.size === 0) for (const _ of this.publish());
  }

  private async work(): Promise<void> {
    try {
      while (this.waiting.size > 0 && !this.isStopped) {
        await setImmediate();
        const endMs = performance.now() + SLICE_MS;
        for (const id of this.waiting) {
          this.workOut(id);
          if (performance.now() >= endMs) break;
        }
      }
      if (this.isStopped) return;
      for (const _ of this.publish()) await setImmediate();
    } catch (error) {
      this.context.log.warn({ reason: (error as Error).message }, 'the list of indicators cannot be read');
    } finally {
      this.working = null;
    }
  }

  private workOut(id: string): void {
    const { records, inForce } = this;
    if (!records || !inForce) return;
    this.fresh.set(id, this.readRow(id, records, Date.now(), inForce));
    this.waiting.delete(id);
  }

  /** Yields where others may have their turn. */
  private *publish(): Generator<void> {
    const { rows, orders } = this.model;
    const added: IndicatorRow[] = [];
    const replaced: IndicatorRow[] = [];
    for (const [id, row] of this.fresh) {
      const before = rows.get(id);
      if (before) {
        before.isReplaced = true;
        replaced.push(before);
      }
      if (row) {
        rows.set(id, row);
        added.push(row);
      } else rows.delete(id);
    }
    this.fresh.clear();
    this.nextChangeMs = Math.min(this.nextChangeMs, least(added));
    added.sort((one, other) => (one.place < other.place ? -1 : 1));
    for (const by of INDICATOR_SORTS) {
      orders[by].merge(added, replaced);
      yield;
    }
    this.isComplete = true;
  }
}

function least(rows: readonly IndicatorRow[]): number {
  return rows.reduce((next, { nextChangeMs }) => Math.min(next, nextChangeMs), Infinity);
}
