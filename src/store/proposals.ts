// Reads proposals: each one's newest version, as known at an instant.
import type { Proposal, ProposalRecord } from '../authority/proposal.ts';
import type { Database } from './database.ts';

export interface ProposalOptions {
  /** Epoch ms: as it was recorded up to then. Without it: everything recorded. */
  readonly asKnownAtMs?: number;
  readonly authorisation?: string;
}

export interface KnownProposal extends ProposalRecord {
  /** Not complete yet: no indicator of its id is known. */
  readonly isDraft: boolean;
}

type Row = [
  id: string,
  version: number,
  recordedAtMs: number,
  recordedBy: string,
  authorisation: string,
  body: string,
  isDraft: 0 | 1,
];

/** `:at` is the instant as of which it is asked. */
const NEWEST = `
SELECT p.id, p.version, p.recordedAtMs, p.recordedBy, p.authorisation, p.body,
  NOT EXISTS (SELECT 1 FROM indicatorVersions i WHERE i.id = p.id AND i.recordedAtMs <= :at) AS isDraft
FROM proposalVersions p
WHERE p.version = (SELECT max(version) FROM proposalVersions n WHERE n.id = p.id AND n.recordedAtMs <= :at)`;

/** Of every authorisation, or of one; in order of their ids. */
export function* iterateProposals(db: Database, options: ProposalOptions = {}): Generator<KnownProposal> {
  const rows = db
    .prepare(`${NEWEST} AND p.authorisation = coalesce(:authorisation, p.authorisation) ORDER BY p.id`)
    .raw()
    .iterate({
      at: instantOf(options.asKnownAtMs ?? Infinity),
      authorisation: options.authorisation ?? null,
    }) as IterableIterator<Row>;
  for (const row of rows) yield toProposal(row);
}

export function findProposal(db: Database, id: string, asKnownAtMs = Infinity): KnownProposal | undefined {
  return proposalReader(db, asKnownAtMs)(id);
}

/** As findProposal, one after another with a statement prepared once. */
export function proposalReader(
  db: Database,
  asKnownAtMs = Infinity,
): (id: string) => KnownProposal | undefined {
  const select = db.prepare(`${NEWEST} AND p.id = :id`).raw();
  const at = instantOf(asKnownAtMs);
  return (id) => {
    const row = select.get({ at, id });
    return row === undefined ? undefined : toProposal(row as Row);
  };
}

function instantOf(asKnownAtMs: number): number {
  return Math.min(asKnownAtMs, Number.MAX_SAFE_INTEGER);
}

function toProposal([
  id,
  version,
  recordedAtMs,
  recordedBy,
  authorisation,
  body,
  isDraft,
]: Row): KnownProposal {
  const proposal = JSON.parse(body) as Proposal;
  return { id, version, recordedAtMs, recordedBy, authorisation, ...proposal, isDraft: isDraft === 1 };
}
