// The ledger: what became of every record, per source, exporter and interval (L22). records = matched + the discards.
import {
  DISCARD_REASONS,
  type DiscardReason,
  LEDGER_COLUMNS,
  type LedgerColumn,
  OBSERVATION_NAMES,
  OBSERVATIONS,
  type Observation,
  type Observations,
} from '../core/counters.ts';
import type { Database } from './database.ts';
import type { Origins } from './origins.ts';

export type LedgerCounts = Record<LedgerColumn, number>;

/** What one commit adds to one row of the ledger. */
export interface LedgerRow {
  /** The exporter's address; `null` = the input does not tell. */
  readonly exporter: string | null;
  /** The interval of reception, half open, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What is left out counts 0. */
  readonly counts: Readonly<Partial<LedgerCounts>>;
  readonly observed?: Readonly<Observations>;
}

/** A line of `ledger --json`: the contract's shape. */
export type LedgerLine = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly operator: string;
  readonly exporter: string | null;
} & Readonly<Record<Exclude<LedgerColumn, DiscardReason>, number>> & {
    readonly discarded: Readonly<Record<DiscardReason, number>>;
    /** Records that are neither matched nor discarded, or counted twice, row by row: two faults do not make up for each other. */
    readonly unaccounted: number;
  } & Readonly<Observations>;

export interface LedgerFilter {
  readonly operator?: string;
  readonly exporter?: string;
  /** Intervals that begin in `[fromMs, untilMs)`. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Adds intervals up to ones of this length, ms; without it they are given as they were counted. */
  readonly intervalMs?: number;
  /** With `intervalMs`: adds all exporters of an operator up, too. */
  readonly exporters?: 'together';
  /** Adds up over all time: of each exporter, or of all exporters of an operator. */
  readonly whole?: 'operator' | 'exporter';
}

const NOTHING = Object.fromEntries(LEDGER_COLUMNS.map((column) => [column, 0])) as LedgerCounts;

export function emptyLedgerCounts(): LedgerCounts {
  return { ...NOTHING };
}

/** Records that are counted in, and neither matched nor discarded; 0 = conserved. */
function unaccounted(counts: Readonly<Partial<LedgerCounts>>): number {
  const discarded = DISCARD_REASONS.reduce((sum, reason) => sum + (counts[reason] ?? 0), 0);
  return (counts.records ?? 0) - (counts.matched ?? 0) - discarded;
}

/** Of a row's value and another: the one that stands for both. */
function merged(name: Observation): string {
  const other = `excluded.${name}`;
  return OBSERVATIONS[name] === 'greatest'
    ? `ifnull(max(${name}, ${other}), ifnull(${other}, ${name}))`
    : `iif(ifnull(abs(${other}), -1) > ifnull(abs(${name}), -1), ${other}, ${name})`;
}

/** Of many rows' values. */
export function mergedAll(name: Observation): string {
  return OBSERVATIONS[name] === 'greatest'
    ? `max(${name})`
    : `iif(max(${name}) >= -min(${name}), max(${name}), min(${name}))`;
}

/** Adds to ledger rows within the caller's transaction. */
export class LedgerTable {
  private readonly origins: Origins;
  private readonly add;
  private readonly deleteOfSource;

  constructor(db: Database, origins: Origins) {
    this.origins = origins;
    this.add = db.prepare<unknown[]>(
      `INSERT INTO ledger (origin, fromMs, toMs, ${[...LEDGER_COLUMNS, ...OBSERVATION_NAMES].join(', ')})
       VALUES (?, ?, ?, ${[...LEDGER_COLUMNS, ...OBSERVATION_NAMES].map(() => '?').join(', ')})
       ON CONFLICT DO UPDATE SET ${[
         ...LEDGER_COLUMNS.map((column) => `${column} = ${column} + excluded.${column}`),
         ...OBSERVATION_NAMES.map((name) => `${name} = ${merged(name)}`),
       ].join(', ')}`,
    );
    this.deleteOfSource = db.prepare<[number]>(
      'DELETE FROM ledger WHERE origin IN (SELECT id FROM origins WHERE source = ?)',
    );
  }

  /** @param adjust added to the row's own counts: what the commit itself decided otherwise */
  upsert(source: number, row: LedgerRow, adjust?: Readonly<Partial<LedgerCounts>>): void {
    const missing = unaccounted(row.counts);
    if (missing !== 0) {
      throw new Error(
        `the ledger does not add up: ${missing} records of ${row.counts.records} from ${row.exporter} are neither matched nor discarded`,
      );
    }
    this.add.run([
      this.origins.origin(source, row.exporter),
      row.fromMs,
      row.toMs,
      ...LEDGER_COLUMNS.map((column) => (row.counts[column] ?? 0) + (adjust?.[column] ?? 0)),
      ...OBSERVATION_NAMES.map((name) => row.observed?.[name] ?? null),
    ]);
  }

  deleteSource(source: number): void {
    this.deleteOfSource.run(source);
  }
}

/** All that a source's rows say, added up. */
export function ledgerTotals(db: Database, source: number): LedgerCounts {
  return db
    .prepare<[number], LedgerCounts>(
      `SELECT ${LEDGER_COLUMNS.map((column) => `ifnull(sum(${column}), 0) AS ${column}`).join(', ')}
       FROM ledger WHERE origin IN (SELECT id FROM origins WHERE source = ?)`,
    )
    .get(source) as LedgerCounts;
}

const CONDITIONS: Readonly<
  Record<Exclude<keyof LedgerFilter, 'intervalMs' | 'exporters' | 'whole'>, string>
> = {
  operator: 'operator = @operator',
  exporter: 'exporter = @exporter',
  fromMs: 'fromMs >= @fromMs',
  untilMs: 'fromMs < @untilMs',
};

/** Ledger lines in the order of time, operator and exporter; the same interval from several sources is added up. */
export function* iterateLedger(db: Database, filter: LedgerFilter = {}): Generator<LedgerLine> {
  const given = Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[];
  const conditions = given.filter((key) => filter[key] !== undefined).map((key) => CONDITIONS[key]);
  const { from, to, groups } = spanOf(filter);
  const isTogether = filter.whole === 'operator' || filter.exporters === 'together';
  const exporter = isTogether ? 'NULL' : 'exporter';
  const rows = db
    .prepare<object, Omit<LedgerLine, 'discarded'> & LedgerCounts>(
      `SELECT ${from} AS "from", ${to} AS "to", operator, ${exporter} AS exporter,
         ${LEDGER_COLUMNS.map((column) => `sum(${column}) AS ${column}`).join(', ')},
         sum(abs(records - matched - ${DISCARD_REASONS.join(' - ')})) AS unaccounted,
         ${OBSERVATION_NAMES.map((name) => `${mergedAll(name)} AS ${name}`).join(', ')}
       FROM ledger JOIN origins ON origins.id = ledger.origin JOIN sources ON sources.id = origins.source
       WHERE ${['true', ...conditions].join(' AND ')}
       GROUP BY ${groups}
       ORDER BY "from", operator, 4`,
    )
    .iterate({ ...filter });
  for (const row of rows) yield line(row as unknown as FlatRow);
}

/** From when to when a line is, and what is added up to it. */
function spanOf({ intervalMs, exporters, whole }: LedgerFilter): {
  from: string;
  to: string;
  groups: string;
} {
  if (whole === 'operator') return { from: 'min(fromMs)', to: 'max(toMs)', groups: 'operator' };
  if (whole === 'exporter') return { from: 'min(fromMs)', to: 'max(toMs)', groups: 'operator, exporter' };
  if (intervalMs === undefined) {
    return { from: 'fromMs', to: 'toMs', groups: 'fromMs, toMs, operator, exporter' };
  }
  const from = 'fromMs - fromMs % @intervalMs';
  const groups = `${from}, operator${exporters === 'together' ? '' : ', exporter'}`;
  return { from, to: `max(max(toMs), ${from} + @intervalMs)`, groups };
}

type FlatRow = LedgerCounts &
  Observations & {
    from: number;
    to: number;
    operator: string;
    exporter: string | null;
    unaccounted: number;
  };

function line({
  from,
  to,
  operator,
  exporter,
  datagrams,
  records,
  matched,
  matches,
  unaccounted,
  ...rest
}: FlatRow): LedgerLine {
  const discarded = {} as Record<DiscardReason, number>;
  const others = { ...rest } as Partial<LedgerCounts>;
  for (const reason of DISCARD_REASONS) {
    discarded[reason] = rest[reason];
    delete others[reason];
  }
  return {
    fromMs: from,
    toMs: to,
    operator,
    exporter,
    datagrams,
    records,
    matched,
    matches,
    discarded,
    unaccounted,
    ...(others as Omit<LedgerCounts, DiscardReason | 'datagrams' | 'records' | 'matched' | 'matches'> &
      Observations),
  };
}
