// Access tokens of the API: insert-only, like everything that says who could do what. The secret itself is never stored.
import { insertOnly } from './schema-authority.ts';

const TOKENS = `
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  -- SHA-256 of the secret, which is 256 random bits.
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  role TEXT NOT NULL CHECK (role IN ('analyst', 'engineer', 'operator', 'auditor', 'admin')),
  person TEXT NOT NULL,
  operator TEXT,
  -- 1 = it opens one session and is then spent.
  once INTEGER NOT NULL CHECK (once IN (0, 1)),
  createdAtMs INTEGER NOT NULL,
  createdBy TEXT NOT NULL,
  expiresAtMs INTEGER NOT NULL CHECK (expiresAtMs > createdAtMs),
  -- L11: an operator's token sees that operator's data; no other role is bound to one.
  CHECK ((role = 'operator') = (operator IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE tokenRevocations (
  token TEXT PRIMARY KEY REFERENCES tokens,
  atMs INTEGER NOT NULL,
  by TEXT NOT NULL,
  reason TEXT
) STRICT, WITHOUT ROWID;

-- Tokens that opened the one session that they were good for.
CREATE TABLE tokenUses (
  token TEXT PRIMARY KEY REFERENCES tokens,
  atMs INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

export const TOKEN_MIGRATIONS: readonly string[] = [
  [TOKENS, ...['tokens', 'tokenRevocations', 'tokenUses'].map(insertOnly)].join('\n'),
];
