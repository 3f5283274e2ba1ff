// What feeds and people propose, before it is complete: insert-only versions of drafts. One migration each entry, in order.
import { insertOnly } from './schema-authority.ts';

const PROPOSALS = `
-- A draft is named by the id that the indicator will have. What it says is in the body; complete, it becomes a version of
-- the indicator of that id besides.
CREATE TABLE proposalVersions (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  recordedBy TEXT NOT NULL,
  authorisation TEXT NOT NULL,
  address TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX proposalVersionsByAddress ON proposalVersions (address);

-- Which drafts a source's own items (a STIX id, a MISP UUID) have led to.
CREATE TABLE proposalItems (
  item TEXT NOT NULL,
  proposal TEXT NOT NULL,
  PRIMARY KEY (item, proposal)
) STRICT, WITHOUT ROWID;

-- Items that their source has revoked: for good, whatever a later version of them says (STIX 2.1 § 3.2, revoked).
CREATE TABLE revokedItems (
  item TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  recordedAtMs INTEGER NOT NULL,
  recordedBy TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

const INSERT_ONLY = ['proposalVersions', 'proposalItems', 'revokedItems'];

export const PROPOSAL_MIGRATIONS: readonly string[] = [
  [PROPOSALS, ...INSERT_ONLY.map(insertOnly)].join('\n'),
];
