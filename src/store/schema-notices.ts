// The tables of what operators are told: notices, their way to whom they are for, and how far events have been looked at.
// Each entry is one migration, in order; a released one is never edited.
import { insertOnly } from './schema-authority.ts';

const FOUNDATION = `
CREATE INDEX eventsOfKeys ON events (object) WHERE action = 'key.create';

-- One signed message each. recipient escalation: about notices that an operator has not acknowledged.
CREATE TABLE notices (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  recipient TEXT NOT NULL CHECK (recipient IN ('operator', 'escalation')),
  operator TEXT NOT NULL,
  authorisation TEXT,
  kind TEXT NOT NULL,
  -- The event that it rests on; NULL = an escalation.
  event INTEGER REFERENCES events,
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL CHECK (part BETWEEN 1 AND parts),
  indicators INTEGER NOT NULL,
  issuedAtMs INTEGER NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX noticesOfEvents ON notices (event, operator, authorisation, kind, part) WHERE event IS NOT NULL;
CREATE INDEX noticesByOperator ON notices (operator, sequence);

-- Those for which no channel has been chosen: rows go when there is one.
CREATE TABLE noticesToPlan (
  notice INTEGER PRIMARY KEY REFERENCES notices,
  recipient TEXT NOT NULL,
  operator TEXT NOT NULL
) STRICT;
CREATE INDEX noticesToPlanByOperator ON noticesToPlan (recipient, operator, notice);

-- Those that wait for their acknowledgement: rows go when it comes, or when they are escalated.
CREATE TABLE noticesAwaited (
  notice INTEGER PRIMARY KEY REFERENCES notices,
  issuedAtMs INTEGER NOT NULL
) STRICT;
CREATE INDEX noticesAwaitedByAge ON noticesAwaited (issuedAtMs);

-- The outbox. A due delivery may be claimed from nextAtMs on; who claims it moves nextAtMs to the end of its lease.
CREATE TABLE noticeDeliveries (
  notice INTEGER NOT NULL REFERENCES notices,
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('due', 'delivered', 'failed')),
  attempts INTEGER NOT NULL,
  nextAtMs INTEGER NOT NULL,
  -- NULL = nobody is delivering it.
  claimedAtMs INTEGER,
  deliveredAtMs INTEGER,
  PRIMARY KEY (notice, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX noticeDeliveriesDue ON noticeDeliveries (nextAtMs) WHERE state = 'due';
CREATE INDEX noticeDeliveriesFailed ON noticeDeliveries (notice) WHERE state = 'failed';

CREATE TABLE noticeAttempts (
  notice INTEGER NOT NULL,
  channel TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  startedAtMs INTEGER NOT NULL,
  endedAtMs INTEGER NOT NULL,
  -- NULL = delivered.
  problem TEXT,
  PRIMARY KEY (notice, channel, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE noticeAcknowledgements (
  notice INTEGER PRIMARY KEY REFERENCES notices,
  operator TEXT NOT NULL,
  by TEXT NOT NULL,
  reason TEXT,
  atMs INTEGER NOT NULL
) STRICT;

CREATE TABLE noticeEscalations (
  notice INTEGER PRIMARY KEY REFERENCES notices,
  escalation INTEGER NOT NULL REFERENCES notices,
  reason TEXT NOT NULL,
  atMs INTEGER NOT NULL
) STRICT;

-- How far events have become notices, and up to when what falls due by itself is listed in watchedEnds.
CREATE TABLE noticeProgress (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  event INTEGER NOT NULL,
  horizonMs INTEGER NOT NULL
) STRICT;
INSERT INTO noticeProgress VALUES (1, 0, 0);

-- When an indicator's verification falls due, or an authorisation ends by itself.
CREATE TABLE watchedEnds (
  atMs INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('indicator', 'authorisation')),
  object TEXT NOT NULL,
  PRIMARY KEY (atMs, kind, object)
) STRICT, WITHOUT ROWID;

-- What operators were last told. Without a row: nothing.
CREATE TABLE noticedIndicators (
  indicator TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'over'))
) STRICT, WITHOUT ROWID;
CREATE TABLE noticedAuthorisations (
  reference TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('active', 'over')),
  operators TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

const INSERT_ONLY = ['notices', 'noticeAttempts', 'noticeAcknowledgements', 'noticeEscalations'];

export const NOTICE_MIGRATIONS: readonly string[] = [[FOUNDATION, ...INSERT_ONLY.map(insertOnly)].join('\n')];
