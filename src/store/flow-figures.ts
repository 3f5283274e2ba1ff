// The ledger as figures over time, for pictures: per minute, and added up from an instant on. Intervals of the last hours are
// found origin by origin, whatever has been kept before them.
import { MINUTE_MS } from '../core/time.ts';
import type { Database } from './database.ts';

export interface FlowFigures {
  readonly datagrams: number;
  readonly records: number;
  readonly matched: number;
  readonly matches: number;
  /** Datagrams that arrived and were not taken in. */
  readonly lost: number;
  /** What gaps in sequence numbers say was lost before; in the exporter's own unit. */
  readonly sequenceLost: number;
}
export interface MinuteFigures extends FlowFigures {
  /** Where the minute begins, epoch ms. */
  readonly atMs: number;
}

const SUMS: Readonly<Record<keyof FlowFigures, string>> = {
  datagrams: 'datagrams',
  records: 'records',
  matched: 'matched',
  matches: 'matches',
  lost: 'kernelDropped + slabDropped + notTaken',
  sequenceLost: 'sequenceLost',
};
const COLUMNS = Object.entries(SUMS).map(([name, sum]) => `ifnull(sum(${sum}), 0) AS ${name}`);
// CROSS JOIN: few origins first, then the newest intervals of each by the ledger's key.
const RECENT = `FROM sources CROSS JOIN origins ON origins.source = sources.id
  CROSS JOIN ledger ON ledger.origin = origins.id AND ledger.fromMs >= @sinceMs
  WHERE sources.operator = coalesce(@operator, sources.operator)`;

export interface FiguresScope {
  readonly sinceMs: number;
  /** `null` = all. */
  readonly operator: string | null;
}

/** @returns a function that adds up all intervals that begin at `sinceMs` or later */
export function figuresReader(db: Database) {
  const query = db.prepare<[object], FlowFigures>(`SELECT ${COLUMNS.join(', ')} ${RECENT}`);
  return (scope: FiguresScope) => query.get(scope) as FlowFigures;
}

/** Minutes in which nothing was received are left out. In the order of time. */
export function figuresByMinute(db: Database, scope: FiguresScope): MinuteFigures[] {
  return db
    .prepare<[object], MinuteFigures>(
      `SELECT fromMs - fromMs % ${MINUTE_MS} AS atMs, ${COLUMNS.join(', ')} ${RECENT}
       GROUP BY fromMs - fromMs % ${MINUTE_MS} ORDER BY fromMs - fromMs % ${MINUTE_MS}`,
    )
    .all(scope);
}
