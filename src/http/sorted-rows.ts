// Rows kept in one order, so that a page of many is found without sorting: what changes is merged in.

import { type IndicatorRow, type IndicatorSort, keyOf, type SortKey } from './indicator-row.ts';
import type { CursorPart } from './paging.ts';

/** After which row a page begins: its key, and what decides between equal ones. */
export type RowPlace = readonly [key: CursorPart, tie: CursorPart];

/** Up to so many, each is put in its place; more are merged in one go. */
const FEW = 500;

export class SortedRows {
  private readonly by: IndicatorSort;
  /** Ascending; rows without a key last. */
  private rows: IndicatorRow[] = [];
  private withKey = 0;

  constructor(by: IndicatorSort) {
    this.by = by;
  }

  /**
   * @param fresh in order of `place`; what was replaced meanwhile is left out
   * @param replaced rows that go, if they have come
   */
  merge(fresh: readonly IndicatorRow[], replaced: readonly IndicatorRow[]): void {
    const added = fresh.filter(({ isReplaced }) => !isReplaced);
    if (added.length + replaced.length > FEW) {
      this.mergeMany(added);
      return;
    }
    for (const row of replaced) this.move(row, -1);
    for (const row of added) this.move(row, 1);
  }

  private mergeMany(added: IndicatorRow[]): void {
    const { by } = this;
    const kept = this.rows.filter(({ isReplaced }) => !isReplaced);
    // Stable: between equal keys the order of places stays.
    added.sort((one, other) => compareKeys(keyOf(one, by), keyOf(other, by)));
    const merged: IndicatorRow[] = [];
    let next = 0;
    for (const row of added) {
      while (next < kept.length && isBefore(kept[next] as IndicatorRow, row, by)) {
        merged.push(kept[next++] as IndicatorRow);
      }
      merged.push(row);
    }
    while (next < kept.length) merged.push(kept[next++] as IndicatorRow);
    this.rows = merged;
    this.withKey = merged.findLastIndex((row) => keyOf(row, by) !== null) + 1;
  }

  /** In, or out. */
  private move(row: IndicatorRow, by: 1 | -1): void {
    const behind = this.placeBehind(placeOf(row, this.by), false);
    if (by === 1) this.rows.splice(behind, 0, row);
    else if (this.rows[behind - 1] === row) this.rows.splice(behind - 1, 1);
    else return;
    if (keyOf(row, this.by) !== null) this.withKey += by;
  }

  /** Those that pass, from behind `after` on, and how many pass in all. */
  page(
    passes: (row: IndicatorRow) => boolean,
    { after, limit, descending }: { after: RowPlace | null; limit: number; descending: boolean },
  ): { readonly rows: readonly IndicatorRow[]; readonly hasMore: boolean; readonly total: number } {
    const rows: IndicatorRow[] = [];
    const from = after === null ? 0 : this.placeBehind(after, descending);
    let total = 0;
    let hasMore = false;
    for (let at = 0; at < this.rows.length; at++) {
      const row = this.at(at, descending);
      if (!passes(row)) continue;
      total += 1;
      if (at < from) continue;
      if (rows.length < limit) rows.push(row);
      else hasMore = true;
    }
    return { rows, hasMore, total };
  }

  private at(at: number, descending: boolean): IndicatorRow {
    const place = descending && at < this.withKey ? this.withKey - 1 - at : at;
    return this.rows[place] as IndicatorRow;
  }

  /** Index of the first row behind a place, whether a row stands there or not. */
  private placeBehind(after: RowPlace, descending: boolean): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [key, tie] = placeOf(this.at(middle, descending), this.by);
      if (comparePlaces(key, tie, after[0], after[1], descending) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

export function placeOf(row: IndicatorRow, by: IndicatorSort): readonly [SortKey, string] {
  return [keyOf(row, by), row.place];
}

function isBefore(one: IndicatorRow, other: IndicatorRow, by: IndicatorSort): boolean {
  return comparePlaces(keyOf(one, by), one.place, keyOf(other, by), other.place, false) < 0;
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
