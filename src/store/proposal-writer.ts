// Writes versions of proposals, and of the indicators that complete ones become, with their events, within the caller's
// immediate transaction.
import { hash } from 'node:crypto';
import type { Indicator } from '../authority/indicator.ts';
import type { Proposal } from '../authority/proposal.ts';
import type { Prefix } from '../core/prefix.ts';
import type { Database } from './database.ts';
import { eventWriter } from './events.ts';
import { IndicatorWriter, type StoredIndicator } from './indicator-writer.ts';
import type { ChangedBy } from './operators.ts';

/** A proposal's newest version, as far as the next one must know it. */
export interface StoredProposal {
  readonly version: number;
  readonly recordedAtMs: number;
  readonly proposal: Proposal;
}

type Detail = Readonly<Record<string, unknown>>;

export class ProposalWriter {
  private readonly reference: string;
  private readonly change: ChangedBy;
  private readonly insertVersion;
  private readonly insertItem;
  private readonly selectNewest;
  private readonly selectIndicator;
  private readonly indicators: IndicatorWriter;
  private readonly writeEvent: ReturnType<typeof eventWriter>;

  constructor(db: Database, reference: string, change: ChangedBy) {
    this.reference = reference;
    this.change = change;
    this.insertVersion = db.prepare('INSERT INTO proposalVersions VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.insertItem = db.prepare('INSERT OR IGNORE INTO proposalItems VALUES (?, ?)');
    this.selectNewest = db.prepare<[string], { version: number; recordedAtMs: number; body: string }>(
      'SELECT version, recordedAtMs, body FROM proposalVersions WHERE id = ? ORDER BY version DESC LIMIT 1',
    );
    this.selectIndicator = db.prepare<[string], StoredIndicator>(
      `SELECT indicatorVersions.id, version, digest, listed, recordedAtMs, document, origin
       FROM indicatorVersions JOIN indicatorScopes ON indicatorScopes.id = scope
       WHERE indicatorVersions.id = ? ORDER BY version DESC LIMIT 1`,
    );
    this.indicators = new IndicatorWriter(db, reference, 'proposal', change);
    this.writeEvent = eventWriter(db);
  }

  newest(id: string): StoredProposal | undefined {
    const row = this.selectNewest.get(id);
    return row && { ...row, proposal: JSON.parse(row.body) as Proposal };
  }

  indicator(id: string): StoredIndicator | undefined {
    return this.selectIndicator.get(id);
  }

  /** @returns the version */
  put(
    id: string,
    proposal: Proposal,
    before: StoredProposal | undefined,
    action: string,
    detail: Detail,
  ): number {
    const version = (before?.version ?? 0) + 1;
    const recordedAtMs = Math.max(this.change.at, before?.recordedAtMs ?? 0);
    const { by } = this.change;
    const body = JSON.stringify(proposal);
    this.insertVersion.run(id, version, recordedAtMs, by, this.reference, proposal.address, body);
    for (const { item } of proposal.observations) if (item !== undefined) this.insertItem.run(item, id);
    this.event(action, id, version, sha256(body), { address: proposal.address, ...detail });
    return version;
  }

  /** @returns the indicator's version; the one that there is where it says the same already */
  complete(indicator: Indicator, prefix: Prefix, detail: Detail): { version: number; changed: boolean } {
    const before = this.indicator(indicator.id);
    const body = JSON.stringify(indicator);
    const digest = sha256(body);
    if (before?.listed === 1 && before.digest.equals(digest))
      return { version: before.version, changed: false };
    const version = this.indicators.put({ indicator, prefix }, before, body, digest);
    this.event('indicator.complete', indicator.id, version, digest, {
      address: indicator.address,
      ...detail,
    });
    return { version, changed: true };
  }

  private event(action: string, object: string, version: number, digest: Buffer, detail: Detail): void {
    const { at: atMs, by: actor, role } = this.change;
    const told = { authorisation: this.reference, ...detail };
    this.writeEvent({ atMs, actor, role, action, object, version, digest, detail: told });
  }
}

function sha256(content: string): Buffer {
  return hash('sha256', content, 'buffer');
}
