// The ledger by day, kept up to date from the marks that the database sets when the ledger changes; and read back.
import { COVERAGE_COUNTS, COVERAGE_OBSERVATIONS, type CoverageCount } from './coverage-columns.ts';
import { type Database, working } from './database.ts';
import { mergedAll } from './ledger.ts';

/** What the day (UTC) of all exporters of an operator came to. */
export type CoverageDay = Readonly<Record<CoverageCount, number>> & {
  /** Since the epoch. */
  readonly day: number;
  /** One packet in so many; the highest of the day. */
  readonly sampling: number | null;
};

export interface ClockOffset {
  /** `null` = the input does not tell. */
  readonly exporter: string | null;
  readonly day: number;
  /** The exporter's clock less ours, ms: the farthest of the day. */
  readonly clockSkewMs: number;
}

const COLUMNS = [...COVERAGE_COUNTS, ...COVERAGE_OBSERVATIONS];

const OF_OPERATOR = `FROM coverageDays JOIN origins ON origins.id = origin JOIN sources ON sources.id = source
  WHERE operator = ?`;

/** Adds up to `limit` days anew. @returns whether some are left */
export function refreshCoverage(db: Database, limit: number): boolean {
  const find = db.prepare<[number], { origin: number; day: number }>('SELECT * FROM staleCoverage LIMIT ?');
  const drop = db.prepare('DELETE FROM coverageDays WHERE origin = ? AND day = ?');
  const put = db.prepare(
    `INSERT INTO coverageDays (origin, day, ${COLUMNS.join(', ')})
     SELECT origin, @day, ${COVERAGE_COUNTS.map((column) => `sum(${column})`).join(', ')},
       ${COVERAGE_OBSERVATIONS.map(mergedAll).join(', ')}
     FROM ledger WHERE origin = @origin AND fromMs >= @day * 86400000 AND fromMs < (@day + 1) * 86400000
     GROUP BY origin`,
  );
  const done = db.prepare('DELETE FROM staleCoverage WHERE origin = ? AND day = ?');
  const refresh = db.transaction(() => {
    const stale = find.all(limit);
    for (const contact of stale) {
      drop.run(contact.origin, contact.day);
      put.run(contact);
      done.run(contact.origin, contact.day);
    }
    return stale.length === limit;
  });
  return working(db, () => refresh.immediate());
}

/** In order. */
export function coverageDays(db: Database, operator: string): CoverageDay[] {
  return db
    .prepare<[string], CoverageDay>(
      `SELECT day, ${COVERAGE_COUNTS.map((column) => `sum(${column}) AS ${column}`).join(', ')},
         ${mergedAll('sampling')} AS sampling
       ${OF_OPERATOR} GROUP BY day ORDER BY day`,
    )
    .all(operator);
}

export function clockOffsets(db: Database, operator: string): ClockOffset[] {
  return db
    .prepare<[string], ClockOffset>(
      `SELECT exporter, day, ${mergedAll('clockSkewMs')} AS clockSkewMs
       ${OF_OPERATOR} AND clockSkewMs IS NOT NULL GROUP BY exporter, day`,
    )
    .all(operator);
}
