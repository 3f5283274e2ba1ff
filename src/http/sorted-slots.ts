// Slots kept in one order, so that a page of many is found without sorting: what changes is merged in.
import type { IndicatorColumns, RowPlace } from './indicator-columns.ts';
import type { IndicatorSort } from './indicator-row.ts';
import type { CursorPart } from './paging.ts';

/** Merged in one go while something is sorted: some milliseconds. */
const STEPS_AT_ONCE = 20_000;

/** For each slot, 1 = it is meant. */
export type Marks = Uint8Array;

export class SortedSlots {
  private readonly columns: IndicatorColumns;
  private readonly by: IndicatorSort;
  /** Ascending; rows without a key last. */
  private slots: Uint32Array = new Uint32Array(0);
  private withKey = 0;

  constructor(columns: IndicatorColumns, by: IndicatorSort) {
    this.columns = columns;
    this.by = by;
  }

  /** In order. */
  get all(): Uint32Array {
    return this.slots;
  }

  /** Yields where others may have their turn. */
  sorted(slots: Uint32Array): Generator<void, Uint32Array> {
    return sortInSlices(slots, this.columns.comparison(this.by));
  }

  /** @param fresh as `sorted` gave them @param isGone of those that are here, and of those that come */
  merge(fresh: Uint32Array, isGone: Marks): void {
    const { columns, by } = this;
    const kept = withoutGone(this.slots, isGone);
    const added = withoutGone(fresh, isGone);
    const compare = columns.comparison(by);
    const merged = new Uint32Array(kept.length + added.length);
    let [from, at] = [0, 0];
    for (const slot of added) {
      const place = placeFrom(from, kept, slot, compare);
      while (from < place) merged[at++] = kept[from++] as number;
      merged[at++] = slot;
    }
    merged.set(kept.subarray(from), at);
    this.slots = merged;
    this.withKey = this.slots.findLastIndex((slot) => columns.hasKey(slot, by)) + 1;
  }

  /** Those that pass, from behind `after` on, and how many pass in all. */
  page(
    passing: Marks | null,
    { after, limit, descending }: { after: RowPlace | null; limit: number; descending: boolean },
  ): { readonly slots: readonly number[]; readonly hasMore: boolean; readonly total: number } {
    const found: number[] = [];
    let at = after === null ? 0 : this.placeBehind(after, descending);
    for (; at < this.slots.length && found.length <= limit; at++) {
      const slot = this.at(at, descending);
      if (passing === null || passing[slot] === 1) found.push(slot);
    }
    return { slots: found.slice(0, limit), hasMore: found.length > limit, total: this.count(passing) };
  }

  private count(passing: Marks | null): number {
    if (passing === null) return this.slots.length;
    let total = 0;
    for (const slot of this.slots) total += passing[slot] as number;
    return total;
  }

  private at(at: number, descending: boolean): number {
    const place = descending && at < this.withKey ? this.withKey - 1 - at : at;
    return this.slots[place] as number;
  }

  /** Index of the first row behind a place, whether a row stands there or not. */
  private placeBehind(after: RowPlace, descending: boolean): number {
    let [low, high] = [0, this.slots.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [key, tie] = this.columns.placeOf(this.at(middle, descending), this.by);
      if (comparePlaces(key, tie, after[0], after[1], descending) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

type Comparison = (one: number, other: number) => number;

function withoutGone(slots: Uint32Array, isGone: Marks): Uint32Array {
  const kept = new Uint32Array(slots.length);
  let count = 0;
  for (const slot of slots) if (isGone[slot] === 0) kept[count++] = slot;
  // A copy of what is there: a view would keep the whole.
  return kept.slice(0, count);
}

/** Merges runs of growing length. */
function* sortInSlices(slots: Uint32Array, compare: Comparison): Generator<void, Uint32Array> {
  const { length } = slots;
  let [from, into] = [slots.slice(), new Uint32Array(length)];
  let steps = 0;
  for (let width = 1; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const end = Math.min(start + 2 * width, length);
      mergeRuns(from, into, [start, Math.min(start + width, length), end], compare);
      steps += end - start;
      if (steps < STEPS_AT_ONCE) continue;
      yield;
      steps = 0;
    }
    [from, into] = [into, from];
  }
  return from;
}

/** Two runs that follow each other into one. */
function mergeRuns(
  from: Uint32Array,
  into: Uint32Array,
  [start, middle, end]: readonly [number, number, number],
  compare: Comparison,
): void {
  let [left, right] = [start, middle];
  for (let at = start; at < end; at++) {
    const isLeft =
      right === end || (left < middle && compare(from[left] as number, from[right] as number) < 0);
    into[at] = from[isLeft ? left++ : right++] as number;
  }
}

/** Where a slot belongs among those in order, `low` or behind: in steps that double, since few may come among many. */
function placeFrom(low: number, slots: Uint32Array, slot: number, compare: Comparison): number {
  let from = low;
  let step = 1;
  while (from + step <= slots.length && compare(slots[from + step - 1] as number, slot) < 0) {
    from += step;
    step *= 2;
  }
  let to = Math.min(from + step - 1, slots.length);
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(slots[middle] as number, slot) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function comparePlaces(
  key: CursorPart,
  tie: CursorPart,
  otherKey: CursorPart,
  otherTie: CursorPart,
  descending: boolean,
): number {
  const order = compareKeys(key, otherKey);
  if (key === null || otherKey === null) return order || compareKeys(tie, otherTie);
  return (order || compareKeys(tie, otherTie)) * (descending ? -1 : 1);
}

function compareKeys(one: CursorPart, other: CursorPart): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return one < other ? -1 : 1;
}
