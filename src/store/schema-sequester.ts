// Tables of what is kept from being read (L20, I7, I8): criteria, each placed once and released at most once. The views
// resolve them on the few indicators and origins that matches refer to; matches of protected entities are listed.
import { insertOnly } from './schema-authority.ts';

/** Of a row of `matches`. */
export const IS_SEQUESTERED = `(
  matches.indicator IN (SELECT id FROM sequesteredIndicators)
  OR matches.origin IN (SELECT id FROM sequesteredOrigins)
  OR EXISTS (
    SELECT 1 FROM sequesteredMatches
    WHERE match = matches.id AND sequester IN (SELECT sequester FROM activeSequesters)
  )
)`;

const SEQUESTERS = `
CREATE TABLE sequesterSteps (
  sequester INTEGER NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('place', 'release')),
  kind TEXT NOT NULL CHECK (kind IN ('basis', 'authorisation', 'indicator', 'protected')),
  value TEXT NOT NULL,
  -- What placed it: the action that lifts the cause releases it.
  cause TEXT NOT NULL,
  by TEXT NOT NULL,
  role TEXT NOT NULL,
  reason TEXT NOT NULL,
  atMs INTEGER NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  PRIMARY KEY (sequester, action)
) STRICT, WITHOUT ROWID;

CREATE VIEW activeSequesters AS
SELECT * FROM sequesterSteps AS placed
WHERE action = 'place'
  AND NOT EXISTS (SELECT 1 FROM sequesterSteps WHERE sequester = placed.sequester AND action = 'release');

-- On which bases an indicator rests, or rested in an earlier version.
CREATE VIEW indicatorsOnBasis AS
SELECT indicatorVersions.id AS indicator, indicatorScopes.access AS basis
FROM indicatorScopes JOIN indicatorVersions ON indicatorVersions.scope = indicatorScopes.id
UNION ALL
SELECT indicatorVersions.id, indicatorScopes.task
FROM indicatorScopes JOIN indicatorVersions ON indicatorVersions.scope = indicatorScopes.id;

CREATE VIEW sequesteredIndicators AS
SELECT id FROM matchedIndicators
WHERE ('indicator', indicator) IN (SELECT kind, value FROM activeSequesters)
   OR ('authorisation', authorisation) IN (SELECT kind, value FROM activeSequesters)
   -- Sought for each that has matches, which are fewer than all that are listed.
   OR EXISTS (SELECT 1 FROM indicatorsOnBasis AS resting WHERE resting.indicator = matchedIndicators.indicator
     AND basis IN (SELECT value FROM activeSequesters WHERE kind = 'basis'));

-- A match was stored only where the basis of its delivery is its indicator's (L7).
CREATE VIEW sequesteredOrigins AS
SELECT origins.id FROM origins JOIN sources ON sources.id = origins.source
WHERE retentionBasis IN (SELECT value FROM activeSequesters WHERE kind = 'basis');

-- I7: matches of protected entities, under the sequester of kind 'protected' that was in force when they arrived. A row
-- stays when it is released, and goes with its match.
CREATE TABLE sequesteredMatches (
  match BLOB PRIMARY KEY,
  sequester INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER matchesLeaveSequester AFTER DELETE ON matches
BEGIN DELETE FROM sequesteredMatches WHERE match = OLD.id; END;

-- What anybody but an auditor may read: everything that shows matches or is made from them reads this.
CREATE VIEW readableMatches AS SELECT * FROM matches WHERE NOT ${IS_SEQUESTERED};
`;

export const SEQUESTER_MIGRATIONS: readonly string[] = [
  [SEQUESTERS, insertOnly('sequesterSteps')].join('\n'),
];
