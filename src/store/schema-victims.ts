// Tables of evidence: what the matches say of each victim and indicator, by day, kept up to date from marks that the
// database itself sets whenever matches come or go.
import { COVERAGE_COUNTS, COVERAGE_OBSERVATIONS } from './coverage-columns.ts';

/**
 * Of a row of `matches`, on the traffic clock, as the index has it: a generated column would do, but no index covers one.
 * A match's id begins with its start, clamped in the same way (store/matches.ts).
 */
export const DAY_OF = (row: string): string =>
  `CAST(min(max(${row}.startMs, 0), 281474976710655) / 86400000 AS INTEGER)`;

const DAY = DAY_OF('matches');
const OLD_DAY = DAY_OF('OLD');
/** Columns in an index bear no table's name. */
const OWN_DAY = DAY.replace('matches.', '');
const SAME_DAY = `SELECT 1 FROM matches WHERE ${DAY} = ${OLD_DAY} AND victim = OLD.victim AND indicator = OLD.indicator`;

const MARK = 'ON CONFLICT DO UPDATE SET claim = 0 WHERE claim <> 0;';

const EVIDENCE = `
-- By day first: what comes in and what is erased is mostly of a few days, whose pages then stay in memory; with the victim
-- first, each match would touch a page of its own. For the same reason contactDays and staleContacts begin with the day.
CREATE INDEX matchesByContact ON matches (${OWN_DAY}, victim, indicator) WHERE victim IS NOT NULL;

-- Each day once, by seeks: as many as days, not as matches.
CREATE VIEW matchDays AS
WITH RECURSIVE days (day) AS (
  SELECT min(${DAY}) FROM matches WHERE victim IS NOT NULL
  UNION ALL
  SELECT (SELECT min(${DAY}) FROM matches WHERE ${DAY} > days.day AND victim IS NOT NULL)
  FROM days WHERE day IS NOT NULL
)
SELECT day FROM days WHERE day IS NOT NULL;

-- One row = one victim and one indicator, as one operator delivered it under one legal basis; what lists are filtered
-- and sorted by. All of it is derived from contactDays.
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  victim TEXT NOT NULL,
  indicator INTEGER NOT NULL REFERENCES matchedIndicators,
  operator TEXT NOT NULL,
  retentionBasis TEXT NOT NULL,
  class TEXT NOT NULL,
  strength INTEGER NOT NULL,
  score REAL,
  flows INTEGER NOT NULL,
  bytes REAL,
  hours INTEGER NOT NULL,
  firstMs INTEGER NOT NULL,
  lastMs INTEGER NOT NULL,
  computedAtMs INTEGER NOT NULL,
  UNIQUE (victim, indicator, operator, retentionBasis)
) STRICT;
CREATE INDEX evidenceByStrength ON evidence (strength, lastMs);

-- What is shown of evidence (victims/evidence.ts), JSON; none where a day of it has gone since it was put together.
-- Apart from what lists are sorted by, which so stays small.
CREATE TABLE evidenceDetails (
  evidence INTEGER PRIMARY KEY REFERENCES evidence ON DELETE CASCADE,
  details TEXT NOT NULL
) STRICT;

-- What the matches of one day (UTC) say: derived from them alone. Byte counters can be beyond 63 bits: REAL.
CREATE TABLE contactDays (
  evidence INTEGER NOT NULL REFERENCES evidence,
  day INTEGER NOT NULL,
  flowsTo INTEGER NOT NULL,
  flowsFrom INTEGER NOT NULL,
  bytesTo REAL,
  bytesFrom REAL,
  packetsTo REAL,
  packetsFrom REAL,
  firstMs INTEGER NOT NULL,
  lastMs INTEGER NOT NULL,
  hours INTEGER NOT NULL,
  provenHours INTEGER NOT NULL,
  signals INTEGER NOT NULL,
  flagsTo INTEGER,
  flagsFrom INTEGER,
  protocols TEXT NOT NULL,
  c2s TEXT NOT NULL,
  c2Count INTEGER NOT NULL,
  victimPorts TEXT NOT NULL,
  victimPortCount INTEGER NOT NULL,
  c2Ports TEXT NOT NULL,
  c2PortCount INTEGER NOT NULL,
  exporters TEXT NOT NULL,
  exporterCount INTEGER NOT NULL,
  samplingMin REAL,
  samplingMax REAL,
  timeSources INTEGER NOT NULL,
  points INTEGER NOT NULL,
  insufficient TEXT,
  intervals REAL,
  sizes REAL,
  duration REAL,
  histogram REAL,
  score REAL,
  PRIMARY KEY (day, evidence)
) STRICT, WITHOUT ROWID;
CREATE INDEX contactDaysByEvidence ON contactDays (evidence, day);

-- Days whose evidence no longer says what the matches say. claim <> 0: being computed by whoever wrote it; a change
-- meanwhile takes the claim away.
CREATE TABLE staleContacts (
  victim TEXT NOT NULL,
  indicator INTEGER NOT NULL,
  day INTEGER NOT NULL,
  claim INTEGER NOT NULL,
  PRIMARY KEY (day, victim, indicator)
) STRICT, WITHOUT ROWID;
INSERT INTO staleContacts SELECT DISTINCT victim, indicator, ${DAY}, 0 FROM matches WHERE victim IS NOT NULL;

-- Evidence whose days have changed since it was put together. New evidence is not shown before (strength -1).
CREATE TABLE staleEvidence (
  evidence INTEGER PRIMARY KEY REFERENCES evidence ON DELETE CASCADE
) STRICT;

CREATE TRIGGER matchesMakeEvidence AFTER INSERT ON matches WHEN NEW.victim IS NOT NULL
BEGIN INSERT INTO staleContacts VALUES (NEW.victim, NEW.indicator, ${DAY_OF('NEW')}, 0) ${MARK} END;

CREATE TRIGGER matchesTakeEvidence AFTER DELETE ON matches WHEN OLD.victim IS NOT NULL AND EXISTS (${SAME_DAY})
BEGIN INSERT INTO staleContacts VALUES (OLD.victim, OLD.indicator, ${OLD_DAY}, 0) ${MARK} END;

-- L19: with a day's last match of a victim goes everything that was derived from it, in the same transaction.
CREATE TRIGGER lastMatchesTakeEvidence AFTER DELETE ON matches WHEN OLD.victim IS NOT NULL AND NOT EXISTS (${SAME_DAY})
BEGIN
  DELETE FROM staleContacts WHERE day = ${OLD_DAY} AND victim = OLD.victim AND indicator = OLD.indicator;
  INSERT INTO staleEvidence SELECT id FROM evidence WHERE victim = OLD.victim AND indicator = OLD.indicator
    ON CONFLICT DO NOTHING;
  DELETE FROM contactDays WHERE day = ${OLD_DAY} AND evidence IN (
    SELECT id FROM evidence WHERE victim = OLD.victim AND indicator = OLD.indicator);
  DELETE FROM evidenceDetails WHERE evidence IN (
    SELECT id FROM evidence WHERE victim = OLD.victim AND indicator = OLD.indicator);
  DELETE FROM evidence WHERE victim = OLD.victim AND indicator = OLD.indicator
    AND NOT EXISTS (SELECT 1 FROM contactDays WHERE contactDays.evidence = evidence.id);
END;

-- I7: what only an auditor may read is not in evidence, until it is released.
CREATE TRIGGER sequesteringTakesEvidence AFTER INSERT ON sequesteredMatches
BEGIN
  INSERT INTO staleContacts SELECT victim, indicator, ${DAY}, 0 FROM matches
  WHERE id = NEW.match AND victim IS NOT NULL ${MARK}
END;
CREATE TRIGGER releasingMakesEvidence AFTER INSERT ON sequesterSteps WHEN NEW.action = 'release'
BEGIN
  INSERT INTO staleContacts SELECT DISTINCT victim, indicator, ${DAY}, 0
  FROM sequesteredMatches JOIN matches ON matches.id = sequesteredMatches.match
  WHERE sequesteredMatches.sequester = NEW.sequester AND victim IS NOT NULL ${MARK}
END;

-- L11: matches that a dispute has shown to be wrong are evidence no more.
CREATE TRIGGER disputesChangeEvidence AFTER INSERT ON disputeDecisions WHEN NEW.completes = 1 AND NEW.outcome = 'upheld'
BEGIN
  INSERT INTO staleContacts SELECT DISTINCT victim, evidence.indicator, day, 0
  FROM disputes
  JOIN matchedIndicators USING (indicator)
  JOIN evidence ON evidence.indicator = matchedIndicators.id
  JOIN contactDays ON contactDays.evidence = evidence.id
  WHERE disputes.id = NEW.dispute ${MARK}
END;
`;

function typeOf(column: string): string {
  return COVERAGE_COUNTS.some((count) => count === column) ? 'INTEGER NOT NULL' : 'REAL';
}

const LEDGER_DAY = 'fromMs / 86400000';

const COVERAGE = `
-- The ledger by day (UTC): what lies beside evidence, without reading a year of minutes.
CREATE TABLE coverageDays (
  origin INTEGER NOT NULL REFERENCES origins,
  day INTEGER NOT NULL,
  ${[...COVERAGE_COUNTS, ...COVERAGE_OBSERVATIONS].map((column) => `${column} ${typeOf(column)}`).join(',\n  ')},
  PRIMARY KEY (origin, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE staleCoverage (
  origin INTEGER NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (origin, day)
) STRICT, WITHOUT ROWID;
INSERT INTO staleCoverage SELECT DISTINCT origin, ${LEDGER_DAY} FROM ledger;
${(['INSERT', 'UPDATE', 'DELETE'] as const)
  .map((verb) => {
    const row = verb === 'DELETE' ? 'OLD' : 'NEW';
    return `CREATE TRIGGER ledgerCoversAfter${verb} AFTER ${verb} ON ledger
BEGIN INSERT INTO staleCoverage VALUES (${row}.origin, ${row}.${LEDGER_DAY}) ON CONFLICT DO NOTHING; END;`;
  })
  .join('\n')}
`;

export const VICTIM_MIGRATIONS: readonly string[] = [EVIDENCE, COVERAGE];
