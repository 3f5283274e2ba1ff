// What sources have said before of their own items: into which proposals, in which version, and whether it is revoked.

import type { Retraction } from '../authority/importers/feed.ts';
import { type Observation, observation, observationKey } from '../authority/observation.ts';
import type { Proposal } from '../authority/proposal.ts';
import type { Database } from './database.ts';
import type { ChangedBy } from './operators.ts';
import type { ProposalWriter, StoredProposal } from './proposal-writer.ts';

export class FeedItems {
  private readonly writer: ProposalWriter;
  private readonly change: ChangedBy;
  private readonly selectProposals;
  private readonly selectRevoked;
  private readonly insertRevoked;

  constructor(db: Database, writer: ProposalWriter, change: ChangedBy) {
    this.writer = writer;
    this.change = change;
    this.selectProposals = db
      .prepare<[string], string>('SELECT proposal FROM proposalItems WHERE item = ? ORDER BY proposal')
      .pluck();
    this.selectRevoked = db.prepare('SELECT 1 FROM revokedItems WHERE item = ?').pluck();
    this.insertRevoked = db.prepare('INSERT OR IGNORE INTO revokedItems VALUES (?, ?, ?, ?)');
  }

  isRevoked(item: string): boolean {
    return this.selectRevoked.get(item) !== undefined;
  }

  revoke({ item, source }: Retraction): void {
    this.insertRevoked.run(item, source, this.change.at, this.change.by);
  }

  /** Whether the source has said something newer of the same item. */
  isOutdated(seen: Observation): boolean {
    const { item, modifiedMs } = seen;
    if (item === undefined || modifiedMs === undefined) return false;
    return this.proposalsOf(item).some(({ known }) =>
      known.some((one) => observationKey(one) === observationKey(seen) && (one.modifiedMs ?? 0) > modifiedMs),
    );
  }

  /** Every proposal that rests on the item, with what is known of it from any source. */
  proposalsOf(item: string): { id: string; before: StoredProposal; known: readonly Observation[] }[] {
    return (this.selectProposals.all(item) as string[]).flatMap((id) => {
      const before = this.writer.newest(id);
      if (!before) return [];
      return [{ id, before, known: before.proposal.observations.filter((seen) => seen.item === item) }];
    });
  }
}

/** The proposal with some of its observations taken back; the same object where they were already. */
export function withoutObservations(
  proposal: Proposal,
  isMeant: (seen: Observation) => boolean,
  retracted: string,
  modifiedMs: number | undefined,
): Proposal {
  let changed = false;
  const observations = proposal.observations.map((seen) => {
    if (!isMeant(seen) || seen.retracted === retracted) return seen;
    changed = true;
    return observation({ ...seen, retracted, modifiedMs: modifiedMs ?? seen.modifiedMs });
  });
  return changed ? { ...proposal, observations } : proposal;
}
