// The rows of the list of indicators, in columns: numbers that are searched lie side by side, and a name that many share is
// there once. A row is a slot, and is never changed: what is worked out anew gets another.
import { INDICATOR_STATES } from '../authority/explain.ts';
import { addressKey } from '../store/indicator-lines.ts';
import type { IndicatorRow, IndicatorSort } from './indicator-row.ts';
import type { CursorPart } from './paging.ts';

/** Where a row stands in an order: its key, and what decides between equal ones. `null` sorts last, whatever the order. */
export type RowPlace = readonly [key: CursorPart, tie: CursorPart];

/** Words of an IPv6 address; those of an IPv4 address are the first of four. */
const WORDS = 4;

export class IndicatorColumns {
  readonly ids: string[] = [];
  readonly addresses: string[] = [];
  readonly authorisations = new Interned<string>();
  /** In lower case. */
  readonly threats = new Interned<string>();
  readonly scopes = new Interned<IndicatorRow['scope']>();
  /** Places in INDICATOR_STATES. */
  states = new Uint8Array(0);
  hasHits = new Uint8Array(0);
  /** Places in `authorisations`, `threats`, `scopes`. */
  authorisation = new Uint32Array(0);
  threat = new Uint32Array(0);
  scope = new Uint32Array(0);
  /** Epoch ms; `Infinity` = none. */
  dueMs = new Float64Array(0);
  sinceMs = new Float64Array(0);
  nextChangeMs = new Float64Array(0);
  /** Inclusive bounds, four words each. */
  first = new Uint32Array(0);
  last = new Uint32Array(0);
  isIpv6 = new Uint8Array(0);
  /** -1 = any. */
  private ports = new Int32Array(0);
  private readonly free: number[] = [];

  /** Slots, also those that hold nothing at the moment. */
  get length(): number {
    return this.ids.length;
  }

  /** @returns its slot */
  add(row: IndicatorRow): number {
    const slot = this.free.pop() ?? this.length;
    if (slot >= this.states.length) this.grow(Math.max(1_024, slot * 2));
    this.ids[slot] = row.id;
    this.addresses[slot] = row.address;
    this.states[slot] = INDICATOR_STATES.indexOf(row.state);
    this.hasHits[slot] = Number(row.hasHits);
    this.authorisation[slot] = this.authorisations.place(row.authorisation);
    this.threat[slot] = this.threats.place((row.threatName ?? '').toLowerCase());
    this.scope[slot] = this.scopes.place(row.scope);
    this.dueMs[slot] = row.dueMs ?? Infinity;
    this.sinceMs[slot] = row.sinceMs ?? Infinity;
    this.nextChangeMs[slot] = row.nextChangeMs;
    for (let word = 0; word < WORDS; word++) {
      this.first[slot * WORDS + word] = row.first[word] ?? 0;
      this.last[slot * WORDS + word] = row.last[word] ?? 0;
    }
    this.isIpv6[slot] = Number(row.first.length === WORDS);
    this.ports[slot] = row.port ?? -1;
    return slot;
  }

  /** Nobody asks for it any more. */
  remove(slot: number): void {
    this.free.push(slot);
  }

  hasKey(slot: number, by: IndicatorSort): boolean {
    return (by !== 'dueMs' && by !== 'sinceMs') || this[by][slot] !== Infinity;
  }

  placeOf(slot: number, by: IndicatorSort): RowPlace {
    const words = this.first.subarray(slot * WORDS, slot * WORDS + (this.isIpv6[slot] ? WORDS : 1));
    const port = this.ports[slot] as number;
    const tie = `${addressKey({ first: [...words] }, port < 0 ? null : port)} ${this.ids[slot]}`;
    if (by === 'address') return [tie, tie];
    if (by === 'state') return [this.states[slot] as number, tie];
    return [this.hasKey(slot, by) ? (this[by][slot] as number) : null, tie];
  }

  /** Orders slots as their places: no two are equal. */
  comparison(by: IndicatorSort): (one: number, other: number) => number {
    const byAddress = (one: number, other: number) => this.compareAddresses(one, other);
    if (by === 'address') return byAddress;
    const keys = by === 'state' ? this.states : this[by];
    return (one, other) => {
      const [a, b] = [keys[one] as number, keys[other] as number];
      return a === b ? byAddress(one, other) : a < b ? -1 : 1;
    };
  }

  private compareAddresses(one: number, other: number): number {
    const family = (this.isIpv6[one] as number) - (this.isIpv6[other] as number);
    if (family !== 0) return family;
    for (let word = 0; word < WORDS; word++) {
      const difference =
        (this.first[one * WORDS + word] as number) - (this.first[other * WORDS + word] as number);
      if (difference !== 0) return difference;
    }
    const port = (this.ports[one] as number) - (this.ports[other] as number);
    return port !== 0 ? port : (this.ids[one] as string) < (this.ids[other] as string) ? -1 : 1;
  }

  private grow(length: number): void {
    this.states = larger(this.states, new Uint8Array(length));
    this.hasHits = larger(this.hasHits, new Uint8Array(length));
    this.authorisation = larger(this.authorisation, new Uint32Array(length));
    this.threat = larger(this.threat, new Uint32Array(length));
    this.scope = larger(this.scope, new Uint32Array(length));
    this.dueMs = larger(this.dueMs, new Float64Array(length));
    this.sinceMs = larger(this.sinceMs, new Float64Array(length));
    this.nextChangeMs = larger(this.nextChangeMs, new Float64Array(length));
    this.first = larger(this.first, new Uint32Array(length * WORDS));
    this.last = larger(this.last, new Uint32Array(length * WORDS));
    this.isIpv6 = larger(this.isIpv6, new Uint8Array(length));
    this.ports = larger(this.ports, new Int32Array(length));
  }
}

function larger<Column extends { set(values: Column): void }>(values: Column, column: Column): Column {
  column.set(values);
  return column;
}

/** Values by their place, each once. */
class Interned<T> {
  readonly values: T[] = [];
  private readonly places = new Map<T, number>();

  place(value: T): number {
    let place = this.places.get(value);
    if (place === undefined) {
      place = this.values.push(value) - 1;
      this.places.set(value, place);
    }
    return place;
  }
}
