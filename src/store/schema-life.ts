// What happens to indicators, authorisations and legal bases: steps, insert-only, numbered from 1 for each.
import { insertOnly } from './schema-authority.ts';

const LIFE = `
-- atMs: when it took place; recordedAtMs: when it was recorded, never before the step that it follows.
CREATE TABLE indicatorSteps (
  indicator TEXT NOT NULL,
  step INTEGER NOT NULL CHECK (step > 0),
  recordedAtMs INTEGER NOT NULL,
  atMs INTEGER NOT NULL CHECK (atMs <= recordedAtMs),
  by TEXT NOT NULL,
  role TEXT NOT NULL,
  kind TEXT NOT NULL
    CHECK (kind IN ('analyse', 'verify', 'suspend', 'reinstate', 'revoke', 'override', 'hit', 'clear')),
  outcome TEXT,
  method TEXT,
  evidence TEXT,
  reason TEXT,
  cause TEXT,
  trafficUntilMs INTEGER,
  detail TEXT,
  PRIMARY KEY (indicator, step)
) STRICT, WITHOUT ROWID;
-- Verifications come every week for every indicator: the newest is found without reading the others.
CREATE INDEX indicatorStepsVerified ON indicatorSteps (indicator, atMs, outcome, recordedAtMs)
  WHERE kind = 'verify' AND outcome <> 'inconclusive';
CREATE INDEX indicatorStepsOther ON indicatorSteps (indicator, step) WHERE kind <> 'verify';

CREATE TABLE authorisationSteps (
  reference TEXT NOT NULL,
  step INTEGER NOT NULL CHECK (step > 0),
  recordedAtMs INTEGER NOT NULL,
  atMs INTEGER NOT NULL CHECK (atMs <= recordedAtMs),
  by TEXT NOT NULL,
  role TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('end', 'approve', 'confirm')),
  reason TEXT,
  evidence TEXT,
  PRIMARY KEY (reference, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE basisSteps (
  basis TEXT NOT NULL,
  step INTEGER NOT NULL CHECK (step > 0),
  recordedAtMs INTEGER NOT NULL,
  atMs INTEGER NOT NULL CHECK (atMs <= recordedAtMs),
  by TEXT NOT NULL,
  role TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('suspend', 'reinstate')),
  reason TEXT,
  evidence TEXT,
  PRIMARY KEY (basis, step)
) STRICT, WITHOUT ROWID;

-- An indicator by its address.
CREATE INDEX indicatorVersionsByAddress ON indicatorVersions (first, last);
CREATE INDEX eventsByObject ON events (object, sequence);
`;

export const LIFE_MIGRATIONS: readonly string[] = [
  [LIFE, ...['indicatorSteps', 'authorisationSteps', 'basisSteps'].map(insertOnly)].join('\n'),
];
