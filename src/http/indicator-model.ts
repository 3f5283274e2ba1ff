// The rows of the list of indicators and their orders, as they are shown: what is worked out anew comes in all at once.
import { IndicatorColumns } from './indicator-columns.ts';
import { INDICATOR_SORTS, type IndicatorSort } from './indicator-row.ts';
import { SortedSlots } from './sorted-slots.ts';

/** Slots of new rows by id; `null` = there is no such indicator any more. */
export type NewRows = Map<string, number | null>;

interface Batch {
  readonly rows: NewRows;
  /** Slots of rows that are not to be shown any more. */
  readonly outdated: Set<number>;
}

export class IndicatorModel {
  readonly columns = new IndicatorColumns();
  readonly orders: Readonly<Record<IndicatorSort, SortedSlots>>;
  /** When the first row may be another by time alone; `Infinity` = never. */
  nextChangeMs = Infinity;
  /** Of the rows that are shown, by id. */
  private shown: NewRows = new Map();
  /** What is being sorted. */
  private coming: Batch | null = null;

  constructor() {
    const orders = INDICATOR_SORTS.map((by) => [by, new SortedSlots(this.columns, by)] as const);
    this.orders = Object.fromEntries(orders) as Record<IndicatorSort, SortedSlots>;
  }

  /** Rows that are being sorted. */
  get comingCount(): number {
    return this.coming?.rows.size ?? 0;
  }

  /** Of the rows that are shown. */
  slots(isMeant: (slot: number) => boolean): number[] {
    const found: number[] = [];
    for (const slot of this.orders.address.all) if (isMeant(slot)) found.push(slot);
    return found;
  }

  /** Ids of rows that may be others by now by time alone; they are not named a second time. */
  due(nowMs: number): string[] {
    const { nextChangeMs } = this.columns;
    const due = this.slots((slot) => (nextChangeMs[slot] as number) <= nowMs);
    const later = this.slots((slot) => (nextChangeMs[slot] as number) > nowMs);
    this.nextChangeMs = this.least(later);
    return this.idsOf(due);
  }

  /** Ids of rows that rest on one of some authorisations, or of some legal bases. */
  restingOn(references: ReadonlySet<string>, bases: ReadonlySet<string>): string[] {
    const { authorisations, authorisation, scopes, scope } = this.columns;
    const ofAuthorisation = authorisations.values.map((reference) => references.has(reference));
    const ofScope = scopes.values.map(
      (named) => named !== null && [named.retention, named.access, named.task].some((one) => bases.has(one)),
    );
    return this.idsOf(
      this.slots(
        (slot) =>
          (ofAuthorisation[authorisation[slot] as number] as boolean) ||
          (ofScope[scope[slot] as number] as boolean),
      ),
    );
  }

  /**
   * Puts new rows in the place of those that are shown: yields while they are sorted, and then all are shown at once. What is
   * published meanwhile is newer.
   */
  *publish(rows: NewRows): Generator<void> {
    const batch: Batch = { rows, outdated: new Set() };
    if (this.coming) outdate(this.coming, rows);
    this.coming ??= batch;
    try {
      const slots = Uint32Array.from([...rows.values()].filter((slot) => slot !== null));
      const byAddress = yield* this.orders.address.sorted(slots);
      const sorted = new Map<IndicatorSort, Uint32Array>();
      for (const by of INDICATOR_SORTS) {
        sorted.set(by, by === 'address' ? byAddress : yield* this.orders[by].sorted(byAddress));
      }
      this.show(batch, sorted);
    } finally {
      if (this.coming === batch) this.coming = null;
    }
  }

  private show({ rows, outdated }: Batch, sorted: ReadonlyMap<IndicatorSort, Uint32Array>): void {
    const { columns, shown, orders } = this;
    const gone = [...outdated];
    for (const id of shown.size > 0 ? rows.keys() : []) {
      const replaced = shown.get(id) ?? null;
      if (replaced !== null) gone.push(replaced);
    }
    const isGone = new Uint8Array(columns.length);
    for (const slot of gone) isGone[slot] = 1;
    for (const [by, slots] of sorted) orders[by].merge(slots, isGone);
    if (shown.size === 0) this.shown = rows;
    else for (const [id, slot] of rows) shown.set(id, slot);
    for (const slot of gone) columns.remove(slot);
    this.nextChangeMs = Math.min(this.nextChangeMs, this.least(sorted.get('address') ?? []));
  }

  private least(slots: Iterable<number>): number {
    let least = Infinity;
    for (const slot of slots) least = Math.min(least, this.columns.nextChangeMs[slot] as number);
    return least;
  }

  private idsOf(slots: readonly number[]): string[] {
    return slots.map((slot) => this.columns.ids[slot] as string);
  }
}

/** What is newer takes the place of what is being sorted. */
function outdate({ rows, outdated }: Batch, newer: NewRows): void {
  for (const id of newer.keys()) {
    const slot = rows.get(id) ?? null;
    if (slot !== null) outdated.add(slot);
    rows.delete(id);
  }
}
