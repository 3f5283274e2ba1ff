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

/** Where a page ended. */
export interface ExporterPlace {
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

/** @returns a page in the order of operator, listener, basis and exporter, and how many there are in all */
export function pageOfExporters(
  db: Database,
  query: ExporterQuery,
  { after, limit }: { readonly after: ExporterPlace | null; readonly limit: number },
): { readonly exporters: readonly ExporterLine[]; readonly total: number } {
  const { nowMs, sinceMs } = query;
  const asked = {
    ...query,
    operator: query.operator ?? null,
    exporter: query.exporter ?? '',
    rateSinceMs: Math.floor((nowMs - RATE_OVER_MS) / MINUTE_MS) * MINUTE_MS,
  };
  const [begins, place] = after
    ? [`AND (${KEY}) > (@afterOperator, @afterListener, @afterBasis, @afterExporter)`, placeOf(after)]
    : ['', {}];
  const rows = db
    .prepare<[object], Row>(
      `WITH page AS MATERIALIZED (
         SELECT origins.id AS origin, operator, name AS listener, retentionBasis, exporter ${FOUND} ${begins}
         ORDER BY ${KEY} LIMIT @limit)
       SELECT operator, listener, retentionBasis, exporter,
         ${COUNTS.map((column) => `ifnull(sum(${column}), 0) AS ${column}`).join(', ')},
         ifnull(sum(iif(fromMs >= @rateSinceMs, datagrams, 0)), 0) AS lateDatagrams,
         ifnull(sum(iif(fromMs >= @rateSinceMs, records, 0)), 0) AS lateRecords,
         iif(max(clockSkewMs) >= -min(clockSkewMs), max(clockSkewMs), min(clockSkewMs)) AS clockSkewMs,
         max(sampling) AS sampling,
         (SELECT max(lastSeenMs) FROM (SELECT lastSeenMs FROM ledger WHERE origin = page.origin ORDER BY fromMs DESC LIMIT 2))
           AS lastSeenMs
       FROM page LEFT JOIN ledger ON ledger.origin = page.origin AND fromMs >= @sinceMs
       GROUP BY page.origin ORDER BY operator, listener, retentionBasis, ifnull(exporter, '')`,
    )
    .all({ ...asked, ...place, limit, sinceMs: Math.min(sinceMs, asked.rateSinceMs) });
  const total = db.prepare<[object], number>(`SELECT count(*) ${FOUND}`).pluck().get(asked) as number;
  return { exporters: rows.map((row) => lineOf(row, (nowMs - asked.rateSinceMs) / 1_000)), total };
}

type Row = Omit<ExporterLine, 'datagramsPerSecond' | 'recordsPerSecond'> & {
  readonly lateDatagrams: number;
  readonly lateRecords: number;
};

function lineOf({ lateDatagrams, lateRecords, ...rest }: Row, seconds: number): ExporterLine {
  return { ...rest, datagramsPerSecond: lateDatagrams / seconds, recordsPerSecond: lateRecords / seconds };
}

function placeOf({ operator, listener, retentionBasis, exporter }: ExporterPlace): object {
  return {
    afterOperator: operator,
    afterListener: listener,
    afterBasis: retentionBasis,
    afterExporter: exporter,
  };
}
