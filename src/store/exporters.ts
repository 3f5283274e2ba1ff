// The exporters that listeners have heard, from the ledger: what came of each lately. Few intervals of each are read, however
// long it has been there.
import { MINUTE_MS } from '../core/time.ts';
import type { Database } from './database.ts';

const COUNTS = [
  'datagrams',
  'records',
  'matched',
  'undecodable',
  'early',
  'earlyDropped',
  'kernelDropped',
  'slabDropped',
  'refused',
  'notTaken',
  'sequenceLost',
  'sequenceIndeterminate',
] as const;
type Count = (typeof COUNTS)[number];

export interface ExporterLine extends Readonly<Record<Count, number>> {
  readonly operator: string;
  readonly listener: string;
  readonly retentionBasis: string;
  /** `null`: the listener itself, with what was lost before anybody looked at whom it came from. */
  readonly exporter: string | null;
  readonly datagramsPerSecond: number;
  readonly recordsPerSecond: number;
  /** Epoch ms. */
  readonly lastSeenMs: number | null;
  /** Its clock less ours, the farthest. */
  readonly clockSkewMs: number | null;
  /** One packet in so many. */
  readonly sampling: number | null;
}

export interface ExporterQuery {
  /** `undefined` = all. */
  readonly operator?: string | undefined;
  /** How its address begins. */
  readonly exporter?: string | undefined;
  /** Counts are of intervals that begin at this instant or later… */
  readonly sinceMs: number;
  /** …of exporters of which the ledger has an interval that does so since this one. */
  readonly seenSinceMs: number;
  readonly nowMs: number;
}

/** What it is compared by; what is not known comes before all that is. */
const VALUES = {
  operator: 'operator',
  recordsPerSecond: 'lateRecords',
  datagramsPerSecond: 'lateDatagrams',
  lost: 'kernelDropped + slabDropped + notTaken',
  sequenceLost: 'sequenceLost',
  /** By how far it is off, either way. */
  clockSkewMs: 'ifnull(abs(clockSkewMs), -1)',
  lastSeenMs: 'ifnull(lastSeenMs, -1)',
} as const;
export type ExporterSort = keyof typeof VALUES;
export const EXPORTER_SORTS = Object.keys(VALUES) as ExporterSort[];

export interface ExporterPage {
  readonly sort: ExporterSort;
  readonly descending: boolean;
  readonly after: ExporterPlace | null;
  readonly limit: number;
}

/** Where a page ended. */
export interface ExporterPlace {
  /** By which it was sorted. */
  readonly value: string | number;
  readonly operator: string;
  readonly listener: string;
  readonly retentionBasis: string;
  /** Empty where there is none. */
  readonly exporter: string;
}

/** Rates are of so long, up to now. */
const RATE_OVER_MS = 5 * MINUTE_MS;

const KEY = "operator, name, retentionBasis, ifnull(exporter, '')";
const FOUND = `FROM sources CROSS JOIN origins ON origins.source = sources.id
  WHERE kind = 'listener' AND operator = coalesce(@operator, operator)
    AND substr(ifnull(exporter, ''), 1, length(@exporter)) = @exporter
    AND EXISTS (SELECT 1 FROM ledger WHERE origin = origins.id AND fromMs >= @seenSinceMs)`;

/**
 * @returns a page in the order asked for, then of operator, listener, basis and exporter; how many there are in all; and where
 *   the page ended. Sorted by what is counted, the lately counted of all exporters are read, else those of the page.
 */
export function pageOfExporters(
  db: Database,
  query: ExporterQuery,
  { sort, descending, after, limit }: ExporterPage,
): {
  readonly exporters: readonly ExporterLine[];
  readonly total: number;
  readonly next: ExporterPlace | null;
} {
  const { nowMs, sinceMs } = query;
  const asked = {
    ...query,
    operator: query.operator ?? null,
    exporter: query.exporter ?? '',
    rateSinceMs: Math.floor((nowMs - RATE_OVER_MS) / MINUTE_MS) * MINUTE_MS,
  };
  const key = `(${KEY}) > (@afterOperator, @afterListener, @afterBasis, @afterExporter)`;
  const value = VALUES[sort];
  const begins = after
    ? `WHERE (${value} ${descending ? '<' : '>'} @afterValue OR (${value} = @afterValue AND ${key}))`
    : '';
  const order = `ORDER BY ${value} ${descending ? 'DESC' : 'ASC'}, ${KEY} LIMIT @limit`;
  const isCounted = sort !== 'operator';
  const rows = db
    .prepare<[object], Row>(
      `WITH found AS (
         SELECT origins.id AS origin, operator, name AS listener, name, retentionBasis, exporter ${FOUND}),
       page AS MATERIALIZED (SELECT * FROM found ${isCounted ? '' : `${begins} ${order}`}),
       lines AS (
         SELECT operator, listener, name, retentionBasis, exporter,
           ${COUNTS.map((column) => `ifnull(sum(${column}), 0) AS ${column}`).join(', ')},
           ifnull(sum(iif(fromMs >= @rateSinceMs, datagrams, 0)), 0) AS lateDatagrams,
           ifnull(sum(iif(fromMs >= @rateSinceMs, records, 0)), 0) AS lateRecords,
           iif(max(clockSkewMs) >= -min(clockSkewMs), max(clockSkewMs), min(clockSkewMs)) AS clockSkewMs,
           max(sampling) AS sampling,
           (SELECT max(lastSeenMs) FROM (SELECT lastSeenMs FROM ledger WHERE origin = page.origin ORDER BY fromMs DESC LIMIT 2))
             AS lastSeenMs
         FROM page LEFT JOIN ledger ON ledger.origin = page.origin AND fromMs >= @sinceMs
         GROUP BY page.origin)
       SELECT *, ${value} AS value FROM lines ${isCounted ? begins : ''} ${order}`,
    )
    .all({
      ...asked,
      ...(after ? placeOf(after) : {}),
      limit: limit + 1,
      sinceMs: Math.min(sinceMs, asked.rateSinceMs),
    });
  const total = db.prepare<[object], number>(`SELECT count(*) ${FOUND}`).pluck().get(asked) as number;
  const seconds = (nowMs - asked.rateSinceMs) / 1_000;
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    exporters: rows.slice(0, limit).map((row) => lineOf(row, seconds)),
    total,
    next: last ? { ...last, exporter: last.exporter ?? '' } : null,
  };
}

type Row = Omit<ExporterLine, 'datagramsPerSecond' | 'recordsPerSecond'> & {
  readonly value: string | number;
  readonly lateDatagrams: number;
  readonly lateRecords: number;
};

function lineOf({ lateDatagrams, lateRecords, value: _, ...rest }: Row, seconds: number): ExporterLine {
  return { ...rest, datagramsPerSecond: lateDatagrams / seconds, recordsPerSecond: lateRecords / seconds };
}

function placeOf({ value, operator, listener, retentionBasis, exporter }: ExporterPlace): object {
  return {
    afterValue: value,
    afterOperator: operator,
    afterListener: listener,
    afterBasis: retentionBasis,
    afterExporter: exporter,
  };
}
