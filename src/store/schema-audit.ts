// Tables of accountability: who looked at what (L18, I9), and the audit log's tree with its signed heads (L22).
import { insertOnly } from './schema-authority.ts';

const CONSULTATIONS = `
ALTER TABLE consultations ADD COLUMN role TEXT NOT NULL DEFAULT 'analyst';
ALTER TABLE consultations ADD COLUMN kind TEXT NOT NULL DEFAULT 'matches';
CREATE TRIGGER consultationsNoDelete BEFORE DELETE ON consultations
BEGIN SELECT RAISE(ABORT, 'consultations are kept'); END;
CREATE TRIGGER consultationsNoUpdate BEFORE UPDATE ON consultations
WHEN OLD.rows IS NOT NULL OR NEW.rows IS NULL
  OR (OLD.id, OLD.atMs, OLD.by, OLD.filter, OLD.role, OLD.kind) <> (NEW.id, NEW.atMs, NEW.by, NEW.filter, NEW.role, NEW.kind)
  OR OLD.purpose IS NOT NEW.purpose
BEGIN SELECT RAISE(ABORT, 'of a consultation nothing is added but how many there were, once'); END;

-- Addresses in consultations are HMACs under this key: they outlive the matches that they were asked for.
CREATE TABLE pseudonymKey (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;
`;

const TREE = `
-- The leaf of each event (RFC 6962), made no later than the next signed head.
CREATE TABLE auditLeaves (
  sequence INTEGER PRIMARY KEY,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
-- Hashes of complete subtrees, of every fourth level: the rest is made from at most sixteen of them.
CREATE TABLE auditSubtrees (
  level INTEGER NOT NULL CHECK (level > 0 AND level % 4 = 0),
  position INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE auditHeads (
  head INTEGER PRIMARY KEY,
  treeSize INTEGER NOT NULL,
  rootHash BLOB NOT NULL,
  timestampMs INTEGER NOT NULL,
  keyId TEXT NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE INDEX auditHeadsBySize ON auditHeads (treeSize);
`;

const INSERT_ONLY = ['pseudonymKey', 'auditLeaves', 'auditSubtrees', 'auditHeads'];

export const AUDIT_MIGRATIONS: readonly string[] = [
  [CONSULTATIONS, TREE, ...INSERT_ONLY.map(insertOnly)].join('\n'),
];
