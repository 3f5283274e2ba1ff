// The entity register's table: insert-only versions, each known until the next one of its entity.
import { insertOnly } from './schema-authority.ts';

const ENTITIES = `
-- What an entity says is in the body; listed = 0: its register names it no more.
CREATE TABLE entityVersions (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  recordedBy TEXT NOT NULL,
  register TEXT NOT NULL,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  digest BLOB NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (id, version)
) STRICT;
`;

export const ENTITY_MIGRATIONS: readonly string[] = [[ENTITIES, insertOnly('entityVersions')].join('\n')];
