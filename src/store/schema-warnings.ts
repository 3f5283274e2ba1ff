// Tables of warnings: to whom, about what, what happened to them. The letter itself is never stored: it is written anew from what
// is still held, so that erasing a match erases it here too.
import { insertOnly } from './schema-authority.ts';

const WARNINGS = `
CREATE TABLE warnings (
  id INTEGER PRIMARY KEY,
  ticket TEXT NOT NULL UNIQUE,
  recipientKind TEXT NOT NULL CHECK (recipientKind IN ('entity', 'operator')),
  recipient TEXT NOT NULL,
  mail TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('nl', 'fr', 'de', 'en')),
  createdAtMs INTEGER NOT NULL
) STRICT;
CREATE INDEX warningsByRecipient ON warnings (recipientKind, recipient, id);

-- About whom: with its evidence, an item goes (L19).
CREATE TABLE warningItems (
  warning INTEGER NOT NULL REFERENCES warnings,
  victim TEXT NOT NULL,
  indicator TEXT NOT NULL,
  operator TEXT NOT NULL,
  retentionBasis TEXT NOT NULL,
  lastMs INTEGER NOT NULL,
  PRIMARY KEY (warning, victim, indicator, operator, retentionBasis)
) STRICT, WITHOUT ROWID;
CREATE INDEX warningItemsByVictim ON warningItems (victim, indicator, operator, retentionBasis);
CREATE TRIGGER evidenceTakesWarningItems AFTER DELETE ON evidence
BEGIN
  DELETE FROM warningItems WHERE victim = OLD.victim AND operator = OLD.operator
    AND retentionBasis = OLD.retentionBasis
    AND indicator = (SELECT indicator FROM matchedIndicators WHERE id = OLD.indicator);
END;

-- About which indicators, in how many items: stays when the items are gone, so that a wrong warning can be taken back.
CREATE TABLE warningIndicators (
  warning INTEGER NOT NULL REFERENCES warnings,
  indicator TEXT NOT NULL,
  lastMs INTEGER NOT NULL,
  PRIMARY KEY (warning, indicator)
) STRICT, WITHOUT ROWID;
CREATE INDEX warningIndicatorsByIndicator ON warningIndicators (indicator, warning);

CREATE TABLE warningSteps (
  warning INTEGER NOT NULL REFERENCES warnings,
  step INTEGER NOT NULL CHECK (step > 0),
  kind TEXT NOT NULL CHECK (kind IN ('draft', 'approve', 'send', 'acknowledge', 'retract')),
  atMs INTEGER NOT NULL,
  by TEXT NOT NULL,
  role TEXT NOT NULL,
  reason TEXT,
  PRIMARY KEY (warning, step)
) STRICT, WITHOUT ROWID;

-- Mails, the warning's own and that which takes it back. An attempt that began and has no end may have sent it: it is not
-- made again by itself.
CREATE TABLE warningMails (
  warning INTEGER NOT NULL REFERENCES warnings,
  kind TEXT NOT NULL CHECK (kind IN ('warning', 'retraction')),
  messageId TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  begunAtMs INTEGER,
  dueAtMs INTEGER NOT NULL,
  sentAtMs INTEGER,
  problem TEXT,
  PRIMARY KEY (warning, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX warningMailsDue ON warningMails (dueAtMs) WHERE sentAtMs IS NULL AND begunAtMs IS NULL;
`;

export const WARNING_MIGRATIONS: readonly string[] = [[WARNINGS, insertOnly('warningSteps')].join('\n')];
