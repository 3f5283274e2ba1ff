// The warning lists' table. A list that is taken in again is a new version; nothing is ever updated or deleted.
import { insertOnly } from './schema-authority.ts';

const LISTS = `
-- What was taken in, in the order of taking in (take: 1, 2, … of each list). The ranges are those that the list's entries
-- cover: first and last address each, in network byte order.
CREATE TABLE warningLists (
  name TEXT NOT NULL,
  take INTEGER NOT NULL,
  version INTEGER NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('hard', 'soft')),
  recordedAtMs INTEGER NOT NULL,
  recordedBy TEXT NOT NULL,
  -- SHA-256 of the file.
  digest BLOB NOT NULL,
  description TEXT NOT NULL,
  entries INTEGER NOT NULL,
  ranges4 BLOB NOT NULL,
  ranges6 BLOB NOT NULL,
  UNIQUE (name, take)
) STRICT;
`;

export const WARNING_LIST_MIGRATIONS: readonly string[] = [[LISTS, insertOnly('warningLists')].join('\n')];
