// Tables of erasure (L19, I8): what was proposed to be destroyed and by whom, and how often residue was cleaned away.
import { insertOnly } from './schema-authority.ts';

const RETENTION = `
CREATE TABLE erasureState (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  cleanings INTEGER NOT NULL
) STRICT;
INSERT INTO erasureState VALUES (1, 0);

-- Two people destroy: the first proposes, the second completes; finished = nothing of it is left.
CREATE TABLE destructionSteps (
  destruction INTEGER NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('propose', 'complete', 'finish')),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  by TEXT NOT NULL,
  role TEXT NOT NULL,
  reason TEXT NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  PRIMARY KEY (destruction, action)
) STRICT, WITHOUT ROWID;
`;

export const RETENTION_MIGRATIONS: readonly string[] = [
  [RETENTION, insertOnly('destructionSteps')].join('\n'),
];
