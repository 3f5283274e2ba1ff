// Tables of disputes (L11): what an operator doubts and why, and who decided it how. Insert-only.
import { insertOnly } from './schema-authority.ts';

const DISPUTES = `
CREATE TABLE disputes (
  id INTEGER PRIMARY KEY,
  indicator TEXT NOT NULL,
  authorisation TEXT NOT NULL,
  operator TEXT NOT NULL,
  ground TEXT NOT NULL,
  evidence TEXT,
  -- From when on the address was wrong, on the traffic clock; NULL = from ever.
  wrongSinceMs INTEGER,
  suspends INTEGER NOT NULL CHECK (suspends IN (0, 1)),
  by TEXT NOT NULL,
  role TEXT NOT NULL,
  atMs INTEGER NOT NULL,
  recordedAtMs INTEGER NOT NULL
) STRICT;
CREATE INDEX disputesByIndicator ON disputes (indicator);

-- Proposals to decide, of which the one that agrees with another person's completes. step counts from the opening, 1.
CREATE TABLE disputeDecisions (
  dispute INTEGER NOT NULL REFERENCES disputes,
  step INTEGER NOT NULL CHECK (step > 1),
  outcome TEXT NOT NULL CHECK (outcome IN ('upheld', 'rejected')),
  wrongSinceMs INTEGER,
  completes INTEGER NOT NULL CHECK (completes IN (0, 1)),
  by TEXT NOT NULL,
  role TEXT NOT NULL,
  reason TEXT NOT NULL,
  atMs INTEGER NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  PRIMARY KEY (dispute, step)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX disputesAreDecidedOnce ON disputeDecisions (dispute) WHERE completes = 1;

-- The matches that a dispute puts in doubt, or has shown to be wrong: of an indicator, that were not over before fromMs.
CREATE VIEW matchMarks AS
SELECT disputes.indicator, disputes.id AS dispute, coalesce(decided.outcome, 'open') AS state,
  CASE WHEN decided.dispute IS NULL THEN disputes.wrongSinceMs ELSE decided.wrongSinceMs END AS fromMs
FROM disputes LEFT JOIN disputeDecisions AS decided ON decided.dispute = disputes.id AND decided.completes = 1
WHERE coalesce(decided.outcome, 'open') <> 'rejected';
`;

export const DISPUTE_MIGRATIONS: readonly string[] = [
  [DISPUTES, insertOnly('disputes'), insertOnly('disputeDecisions')].join('\n'),
];
