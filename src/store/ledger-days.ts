// The ledger added up a day at a time: whoever asks for a long time holds up nobody in between.
import {
  DISCARD_REASONS,
  type DiscardReason,
  LEDGER_COLUMNS,
  OBSERVATION_NAMES,
  observe,
} from '../core/counters.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import type { Database } from './database.ts';
import { iterateLedger, type LedgerLine } from './ledger.ts';

export interface LedgerPeriod {
  readonly operator: string | null;
  /** Intervals that begin in `[fromMs, untilMs)`. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Lines per operator, over the whole period by exporter or not. Yields after each day; in order of their names. */
export function* ledgerByName(
  db: Database,
  by: 'operator' | 'exporter',
  period: LedgerPeriod,
): Generator<void, LedgerLine[]> {
  const lines = new Map<string, LedgerLine>();
  for (const filter of daysOf(db, period, 'asc')) {
    for (const line of iterateLedger(db, { ...filter, whole: by })) {
      const name = nameOf(line);
      const before = lines.get(name);
      lines.set(name, before ? addedUp(before, line) : line);
    }
    yield;
  }
  return [...lines.values()].sort((a, b) => compareNames(nameOf(a), nameOf(b)));
}

/** Lines per interval and operator, in order of both; those of a day together. */
export function* ledgerByInterval(
  db: Database,
  by: 'hour' | 'day',
  period: LedgerPeriod,
  order: 'asc' | 'desc',
): Generator<readonly LedgerLine[]> {
  const intervalMs = by === 'hour' ? HOUR_MS : DAY_MS;
  for (const filter of daysOf(db, period, order)) {
    const lines = [...iterateLedger(db, { ...filter, intervalMs, exporters: 'together' })];
    yield order === 'asc' ? lines : lines.reverse();
  }
}

/** What tells the lines of one period apart. */
export function nameOf({ operator, exporter }: LedgerLine): string {
  return exporter === null ? operator : `${operator} ${exporter}`;
}

export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Days (UTC) in which there is something, each cut to the period. */
function* daysOf(db: Database, { operator, fromMs, untilMs }: LedgerPeriod, order: 'asc' | 'desc') {
  const bounds = db
    .prepare<[], { first: number | null; last: number | null }>(
      `SELECT min((SELECT min(fromMs) FROM ledger WHERE origin = origins.id)) AS first,
         max((SELECT max(fromMs) FROM ledger WHERE origin = origins.id)) AS last FROM origins`,
    )
    .get();
  if (!bounds || bounds.first === null || bounds.last === null) return;
  const dayOf = (ms: number) => Math.floor(ms / DAY_MS);
  const first = dayOf(Math.max(fromMs, bounds.first));
  const last = dayOf(Math.min(untilMs - 1, bounds.last));
  for (let n = 0; n <= last - first; n++) {
    const day = order === 'asc' ? first + n : last - n;
    yield {
      ...(operator === null ? {} : { operator }),
      fromMs: Math.max(fromMs, day * DAY_MS),
      untilMs: Math.min(untilMs, (day + 1) * DAY_MS),
    };
  }
}

type Count = Exclude<(typeof LEDGER_COLUMNS)[number], DiscardReason>;
const COUNTS = LEDGER_COLUMNS.filter((column): column is Count => !isReason(column));

function isReason(column: string): column is DiscardReason {
  return (DISCARD_REASONS as readonly string[]).includes(column);
}

function addedUp(a: LedgerLine, b: LedgerLine): LedgerLine {
  const { lastSeenMs, clockSkewMs, sampling } = a;
  const observed = { lastSeenMs, clockSkewMs, sampling };
  for (const name of OBSERVATION_NAMES) observe(observed, name, b[name]);
  const sum = <Name extends string>(
    names: readonly Name[],
    one: Readonly<Record<Name, number>>,
    other: Readonly<Record<Name, number>>,
  ) => Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as Record<Name, number>;
  return {
    ...a,
    ...sum([...COUNTS, 'unaccounted'], a, b),
    fromMs: Math.min(a.fromMs, b.fromMs),
    toMs: Math.max(a.toMs, b.toMs),
    discarded: sum(DISCARD_REASONS, a.discarded, b.discarded),
    ...observed,
  };
}
