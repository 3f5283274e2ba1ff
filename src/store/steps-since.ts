// The steps that have a say from an instant on. Every indicator is verified every week: of its verifications, only the newest
// is read, so that a list is compiled as fast after years as after a week.
import type { IndicatorStep } from '../authority/steps.ts';
import type { Database } from './database.ts';
import { STEP_COLUMNS, type StepRow, toStep } from './indicator-steps.ts';
import { stepsBy } from './recording.ts';

const CONCLUSIVE = "kind = 'verify' AND outcome <> 'inconclusive'";

/** From one indicator that was verified to the next, without reading what lies between (a loose index scan). */
const NEWEST_VERIFICATIONS = `
WITH RECURSIVE verified (id) AS (
  SELECT min(indicator) FROM indicatorSteps INDEXED BY indicatorStepsVerified WHERE ${CONCLUSIVE}
  UNION ALL
  SELECT (
    SELECT min(indicator) FROM indicatorSteps INDEXED BY indicatorStepsVerified
    WHERE indicator > verified.id AND ${CONCLUSIVE}
  ) FROM verified WHERE id IS NOT NULL
)
SELECT ${STEP_COLUMNS} FROM verified CROSS JOIN indicatorSteps INDEXED BY indicatorStepsVerified
WHERE indicator = verified.id AND ${CONCLUSIVE} AND recordedAtMs <= @knownMs AND atMs >= coalesce((
  SELECT atMs FROM indicatorSteps AS newest INDEXED BY indicatorStepsVerified
  WHERE newest.indicator = verified.id AND newest.kind = 'verify' AND newest.outcome <> 'inconclusive'
    AND newest.atMs <= @sinceMs AND newest.recordedAtMs <= @knownMs
  ORDER BY newest.atMs DESC LIMIT 1
), 0)`;

const OTHERS = `
SELECT ${STEP_COLUMNS} FROM indicatorSteps INDEXED BY indicatorStepsOther
WHERE kind <> 'verify' AND recordedAtMs <= @knownMs ORDER BY indicator, step`;

/**
 * By indicator: first all but verifications in their order, then the verifications that none has superseded by `sinceMs`.
 * @param asKnownAtMs as in loadRecords
 */
export function stepsSince(
  db: Database,
  sinceMs: number,
  asKnownAtMs: number,
): ReadonlyMap<string, readonly IndicatorStep[]> {
  const knownMs = Math.min(asKnownAtMs, Number.MAX_SAFE_INTEGER);
  const others = db.prepare<object, StepRow>(OTHERS).all({ knownMs });
  const verifications = db.prepare<object, StepRow>(NEWEST_VERIFICATIONS).all({ sinceMs, knownMs });
  return stepsBy([...others, ...verifications].map(toStep), ({ indicator }) => indicator);
}

/** The number of each indicator's last step; an indicator without steps is not in it. */
export function lastSteps(db: Database): ReadonlyMap<string, number> {
  const rows = db
    .prepare(
      `WITH RECURSIVE known (id) AS (
         SELECT min(indicator) FROM indicatorSteps
         UNION ALL
         SELECT (SELECT min(indicator) FROM indicatorSteps WHERE indicator > known.id) FROM known WHERE id IS NOT NULL
       )
       SELECT id, (SELECT max(step) FROM indicatorSteps WHERE indicator = id) FROM known WHERE id IS NOT NULL`,
    )
    .raw()
    .all() as [string, number][];
  return new Map(rows);
}
