// Tables of what is kept from being read (L20, I8): criteria, each placed once and released at most once. The views
// resolve them on the few indicators and origins that matches refer to, never on matches.
import { insertOnly } from './schema-authority.ts';

const SEQUESTERS = `
CREATE TABLE sequesterSteps (
  sequester INTEGER NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('place', 'release')),
  kind TEXT NOT NULL CHECK (kind IN ('basis', 'authorisation', 'indicator')),
  value TEXT NOT NULL,
  -- What placed it: the action that lifts the cause releases it.
  cause TEXT NOT NULL,
  recordedBy TEXT NOT NULL,
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

CREATE VIEW sequesteredIndicators AS
SELECT id FROM matchedIndicators
WHERE ('indicator', indicator) IN (SELECT kind, value FROM activeSequesters)
   OR ('authorisation', authorisation) IN (SELECT kind, value FROM activeSequesters);

-- A match was stored only where the basis of its delivery is its indicator's (L7).
CREATE VIEW sequesteredOrigins AS
SELECT origins.id FROM origins JOIN sources ON sources.id = origins.source
WHERE retentionBasis IN (SELECT value FROM activeSequesters WHERE kind = 'basis');
`;

export const SEQUESTER_MIGRATIONS: readonly string[] = [
  [SEQUESTERS, insertOnly('sequesterSteps')].join('\n'),
];
