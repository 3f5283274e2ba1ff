// Tables of what the engine keeps: sources, replay jobs, matches, the ledger, consultations. Each entry is one
// migration, in order; a released one is never edited. Names are the contract's, so that rows need no translation.

const FOUNDATION = `
-- What gave flows: a replayed input, a stream (standard input), or a listener; with the basis it was kept under (L7).
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('replay', 'stream', 'listener')),
  name TEXT NOT NULL,
  operator TEXT NOT NULL,
  retentionBasis TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX sourcesByName ON sources (kind, name, operator, retentionBasis) WHERE kind <> 'replay';

-- Replays that can be resumed and repeated. position NULL = nothing of this run is committed.
CREATE TABLE jobs (
  source INTEGER PRIMARY KEY REFERENCES sources,
  identity TEXT NOT NULL UNIQUE,
  run INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('running', 'done')),
  position INTEGER,
  readerState TEXT,
  commits INTEGER NOT NULL
) STRICT;

-- An exporter within a source; NULL = the input does not tell.
CREATE TABLE origins (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES sources,
  exporter TEXT
) STRICT;
CREATE UNIQUE INDEX originsByExporter ON origins (source, ifnull(exporter, ''));

CREATE TABLE matchedIndicators (
  id INTEGER PRIMARY KEY,
  indicator TEXT NOT NULL,
  authorisation TEXT NOT NULL,
  UNIQUE (indicator, authorisation)
) STRICT;

-- Clustered by id, which begins with the start time: what is replayed in order is appended, not scattered.
-- Not STRICT: counters beyond 63 bits, which a peer can send, are kept as floating point instead of refused.
CREATE TABLE matches (
  id BLOB PRIMARY KEY,
  origin INTEGER NOT NULL REFERENCES origins,
  indicator INTEGER NOT NULL REFERENCES matchedIndicators,
  victim TEXT,
  victimPort INTEGER,
  c2 TEXT NOT NULL,
  c2Port INTEGER,
  protocol INTEGER,
  direction INTEGER NOT NULL,
  startMs INTEGER NOT NULL,
  endMs INTEGER NOT NULL,
  bytes INTEGER,
  packets INTEGER,
  tcpFlags INTEGER,
  sampling INTEGER,
  timeSource INTEGER NOT NULL,
  evaluatedAtMs INTEGER NOT NULL,
  deleteAfterMs INTEGER NOT NULL,
  -- L19: at most one year from collection
  CHECK (deleteAfterMs <= evaluatedAtMs + 365 * 86400000)
) WITHOUT ROWID;
CREATE INDEX matchesByDeletion ON matches (deleteAfterMs);

-- L19: the day of deletion can only be brought forward
CREATE TRIGGER matchesAreNotKeptLonger BEFORE UPDATE OF deleteAfterMs, evaluatedAtMs ON matches
WHEN NEW.deleteAfterMs > OLD.deleteAfterMs OR NEW.evaluatedAtMs <> OLD.evaluatedAtMs
BEGIN SELECT RAISE(ABORT, 'a match can only be deleted earlier, not later (L19)'); END;

CREATE TABLE ledger (
  origin INTEGER NOT NULL REFERENCES origins,
  fromMs INTEGER NOT NULL,
  toMs INTEGER NOT NULL,
  datagrams INTEGER NOT NULL CHECK (datagrams >= 0),
  early INTEGER NOT NULL CHECK (early >= 0),
  earlyDropped INTEGER NOT NULL CHECK (earlyDropped >= 0),
  kernelDropped INTEGER NOT NULL CHECK (kernelDropped >= 0),
  slabDropped INTEGER NOT NULL CHECK (slabDropped >= 0),
  sequenceLost INTEGER NOT NULL CHECK (sequenceLost >= 0),
  records INTEGER NOT NULL CHECK (records >= 0),
  matched INTEGER NOT NULL CHECK (matched >= 0),
  matches INTEGER NOT NULL CHECK (matches >= 0),
  noHit INTEGER NOT NULL CHECK (noHit >= 0),
  otherOperator INTEGER NOT NULL CHECK (otherOperator >= 0),
  otherBasis INTEGER NOT NULL CHECK (otherBasis >= 0),
  otherPort INTEGER NOT NULL CHECK (otherPort >= 0),
  outsideTraffic INTEGER NOT NULL CHECK (outsideTraffic >= 0),
  notInForce INTEGER NOT NULL CHECK (notInForce >= 0),
  undecodable INTEGER NOT NULL CHECK (undecodable >= 0),
  swappedTimes INTEGER NOT NULL CHECK (swappedTimes >= 0),
  PRIMARY KEY (origin, fromMs, toMs),
  CONSTRAINT conservation CHECK (
    records = matched + noHit + otherOperator + otherBasis + otherPort + outsideTraffic + notInForce
  )
) STRICT, WITHOUT ROWID;

-- L18: who looked at matches, when, what for, which, and how many. rows NULL = the reading was not finished.
CREATE TABLE consultations (
  id INTEGER PRIMARY KEY,
  atMs INTEGER NOT NULL,
  by TEXT NOT NULL,
  purpose TEXT,
  filter TEXT NOT NULL,
  rows INTEGER
) STRICT;
`;

const LIVE_RECEPTION = `
ALTER TABLE ledger ADD COLUMN refused INTEGER NOT NULL DEFAULT 0 CHECK (refused >= 0);
ALTER TABLE ledger ADD COLUMN notTaken INTEGER NOT NULL DEFAULT 0 CHECK (notTaken >= 0);
ALTER TABLE ledger ADD COLUMN sequenceIndeterminate INTEGER NOT NULL DEFAULT 0 CHECK (sequenceIndeterminate >= 0);
-- What the interval's messages say of their exporter; NULL = nothing.
ALTER TABLE ledger ADD COLUMN lastSeenMs INTEGER;
ALTER TABLE ledger ADD COLUMN clockSkewMs INTEGER;
-- Not whole where an exporter announces n of N.
ALTER TABLE ledger ADD COLUMN sampling REAL;
`;

export const STORE_MIGRATIONS: readonly string[] = [FOUNDATION];
/** Of the time after the authority's first tables. */
export const LATER_STORE_MIGRATIONS: readonly string[] = [LIVE_RECEPTION];
