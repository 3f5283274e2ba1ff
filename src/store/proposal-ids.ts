// Which indicator an address, port and protocol mean in an authorisation: the one that is listed or proposed already; else a
// new one, and always a new one where the last was revoked or withdrawn: coming back is a new indicator (L10).
import { deriveIndicatorId } from '../authority/indicator.ts';
import type { Prefix } from '../core/prefix.ts';
import type { Database } from './database.ts';
import { storedWords } from './stored-words.ts';

export interface ProposalId {
  readonly id: string;
  /** Indicators of the same that are over. */
  readonly earlier: number;
}

export class ProposalIds {
  private readonly reference: string;
  private readonly selectListed;
  private readonly selectOver;

  constructor(db: Database, reference: string) {
    this.reference = reference;
    this.selectListed = db.prepare<unknown[], { id: string }>(
      `SELECT newest.id FROM indicatorVersions AS newest JOIN indicatorScopes ON indicatorScopes.id = newest.scope
       WHERE first = ? AND last = ? AND port IS ? AND protocol IS ? AND authorisation = ? AND listed = 1
         AND version = (SELECT max(version) FROM indicatorVersions WHERE id = newest.id) ORDER BY newest.id`,
    );
    this.selectOver = db
      .prepare(
        `SELECT EXISTS (SELECT 1 FROM indicatorSteps WHERE indicator = @id AND kind = 'revoke')
           OR EXISTS (SELECT 1 FROM indicatorVersions AS newest WHERE id = @id AND listed = 0
             AND version = (SELECT max(version) FROM indicatorVersions WHERE id = @id))`,
      )
      .pluck();
  }

  idOf(prefix: Prefix, port: number | null, protocol: number | null): ProposalId {
    const { first, last, text } = prefix;
    const listed = this.selectListed.all(
      storedWords(first),
      storedWords(last),
      port,
      protocol,
      this.reference,
    );
    const live = listed.find(({ id }) => !this.isOver(id));
    if (live) return { id: live.id, earlier: 0 };
    for (let earlier = 0; ; earlier++) {
      const id = deriveIndicatorId(this.reference, text, port, protocol, earlier);
      if (!this.isOver(id)) return { id, earlier };
    }
  }

  private isOver(id: string): boolean {
    return this.selectOver.get({ id }) === 1;
  }
}
