// The authority's tables, one migration each entry, in order. Nothing in them is ever updated or deleted, but the
// generation: a change is a new version, known from `recordedAtMs` until the next version's (half open).

export function insertOnly(table: string): string {
  return ['Update', 'Delete']
    .map(
      (verb) => `CREATE TRIGGER ${table}No${verb} BEFORE ${verb.toUpperCase()} ON ${table}
BEGIN SELECT RAISE(ABORT, '${table} is insert-only'); END;`,
    )
    .join('\n');
}

const FOUNDATION = `
-- Grows in the same transaction with every change of what may be matched.
CREATE TABLE authorityState (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  generation INTEGER NOT NULL
) STRICT;
INSERT INTO authorityState VALUES (1, 0);

-- Every step, in order, without gaps: what an audit log is made from. Never holds an address of a victim.
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  atMs INTEGER NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  version INTEGER NOT NULL,
  digest BLOB,
  detail TEXT NOT NULL
) STRICT;

-- The files taken in: by the digest of their bytes, so that the same file again costs one look.
CREATE TABLE authorisationImports (
  sequence INTEGER PRIMARY KEY,
  digest BLOB NOT NULL,
  checks INTEGER NOT NULL,
  reference TEXT NOT NULL,
  version INTEGER NOT NULL,
  atMs INTEGER NOT NULL,
  actor TEXT NOT NULL,
  entries INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  refusals TEXT NOT NULL
) STRICT;
CREATE INDEX authorisationImportsByDigest ON authorisationImports (digest, sequence);
CREATE INDEX authorisationImportsByReference ON authorisationImports (reference, sequence);

CREATE TABLE authorisationVersions (
  reference TEXT NOT NULL,
  version INTEGER NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  recordedBy TEXT NOT NULL,
  digest BLOB NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (reference, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE operatorVersions (
  operator TEXT NOT NULL,
  version INTEGER NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  recordedBy TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (operator, version)
) STRICT, WITHOUT ROWID;

-- What an indicator says in full; read only to show it.
CREATE TABLE indicatorDocuments (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

-- What many indicators share: on what they rest and how they came in, and who analysed and verified them when.
CREATE TABLE indicatorScopes (
  id INTEGER PRIMARY KEY,
  authorisation TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('file', 'proposal')),
  retention TEXT NOT NULL,
  retentionTerm TEXT,
  access TEXT NOT NULL,
  task TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX indicatorScopesByContent
  ON indicatorScopes (authorisation, origin, retention, ifnull(retentionTerm, ''), access, task);
CREATE TABLE indicatorLives (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL UNIQUE
) STRICT;

-- What decides a match, in columns: read whole, in order of (id, version), when the list is compiled. IPv4 bounds are
-- numbers, IPv6 bounds sixteen bytes.
CREATE TABLE indicatorVersions (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  recordedBy TEXT NOT NULL,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  family INTEGER NOT NULL CHECK (family IN (4, 6)),
  first ANY NOT NULL,
  last ANY NOT NULL,
  port INTEGER,
  protocol INTEGER,
  firstSeenMs INTEGER NOT NULL,
  trafficUntilMs INTEGER,
  scope INTEGER NOT NULL REFERENCES indicatorScopes (id),
  life INTEGER NOT NULL REFERENCES indicatorLives (id),
  digest BLOB NOT NULL,
  document INTEGER NOT NULL REFERENCES indicatorDocuments (id),
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX indicatorVersionsByScope ON indicatorVersions (scope, id, version);
`;

const INSERT_ONLY = [
  'events',
  'authorisationImports',
  'authorisationVersions',
  'operatorVersions',
  'indicatorDocuments',
  'indicatorScopes',
  'indicatorLives',
  'indicatorVersions',
];

export const AUTHORITY_MIGRATIONS: readonly string[] = [
  [FOUNDATION, ...INSERT_ONLY.map(insertOnly)].join('\n'),
];
