// How much waits for a person, each count one query over few rows or an index: asked for again and again by whoever watches.
import type { Database } from './database.ts';

/** What each role but `operator` is told; an operator is told what it can answer itself. */
export interface Needs {
  readonly disputesOpen: number;
  readonly noticesUnacknowledged: number;
  /** Of which operators were told that they are suspended: overdue, disputed, listed, or by hand. */
  readonly indicatorsSuspended: number;
  readonly proposalsOpen: number;
  readonly warningsToApprove: number;
  /** Mails whose sending began and has no end: they may have been sent. */
  readonly warningsUnclear: number;
  /** Criteria by which matches are kept from being read. */
  readonly sequestersInForce: number;
  readonly matchesToPurge: number;
}
export type OperatorNeeds = Pick<Needs, 'disputesOpen' | 'noticesUnacknowledged'>;

const DISPUTES_OPEN = `SELECT count(*) FROM disputes
  WHERE operator = coalesce(@operator, operator)
    AND NOT EXISTS (SELECT 1 FROM disputeDecisions WHERE dispute = disputes.id AND completes = 1)`;
// Those that are awaited, and those that were escalated and have not been acknowledged since.
const NOTICES_UNACKNOWLEDGED = `SELECT count(*) FROM notices WHERE operator = coalesce(@operator, operator)
  AND sequence IN (
    SELECT notice FROM noticesAwaited
    UNION
    SELECT notice FROM noticeEscalations AS escalated
    WHERE NOT EXISTS (SELECT 1 FROM noticeAcknowledgements WHERE notice = escalated.notice)
  )`;

const OF_ALL: Readonly<Record<Exclude<keyof Needs, keyof OperatorNeeds>, string>> = {
  indicatorsSuspended: `SELECT count(*) FROM noticedIndicators WHERE state = 'suspended'`,
  proposalsOpen: `SELECT count(*) FROM (
    SELECT DISTINCT id FROM proposalVersions
    EXCEPT SELECT id FROM indicatorVersions WHERE id IN (SELECT id FROM proposalVersions))`,
  warningsToApprove: `SELECT count(*) FROM warnings
    WHERE NOT EXISTS (SELECT 1 FROM warningSteps WHERE warning = warnings.id AND kind <> 'draft')`,
  warningsUnclear: 'SELECT count(*) FROM warningMails WHERE begunAtMs IS NOT NULL AND sentAtMs IS NULL',
  sequestersInForce: 'SELECT count(*) FROM activeSequesters',
  matchesToPurge: 'SELECT count(*) FROM matches WHERE deleteAfterMs <= @nowMs',
};

/** @returns a function that counts anew */
export function needsReader(db: Database) {
  const ofAll = Object.entries(OF_ALL).map(
    ([name, sql]) => [name, db.prepare<[object], number>(sql).pluck()] as const,
  );
  const ofOne = operatorNeedsReader(db);
  return (nowMs: number): Needs => {
    const rest = Object.fromEntries(ofAll.map(([name, query]) => [name, query.get({ nowMs })]));
    return { ...ofOne(null), ...rest } as Needs;
  };
}

/** @returns a function that counts anew; `null` = of all operators */
export function operatorNeedsReader(db: Database) {
  const disputes = db.prepare<[object], number>(DISPUTES_OPEN).pluck();
  const notices = db.prepare<[object], number>(NOTICES_UNACKNOWLEDGED).pluck();
  return (operator: string | null): OperatorNeeds => ({
    disputesOpen: disputes.get({ operator }) as number,
    noticesUnacknowledged: notices.get({ operator }) as number,
  });
}
