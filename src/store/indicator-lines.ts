// Indicators and drafts as lines of a list: what each is, and where it stands at an instant.
import type { InForceOptions } from '../authority/conditions.ts';
import { type Explanation, explainer } from '../authority/explain.ts';
import type { AuthorityRecords, IndicatorRecord } from '../authority/records.ts';
import { type IndicatorStatus, statusOf, statusOfDraft } from '../authority/status.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { formatPrefix, type Prefix } from '../core/prefix.ts';
import { loadRecords } from './authority-records.ts';
import type { Database } from './database.ts';
import { iterateRecords } from './indicator-records.ts';
import { revocations } from './indicator-steps.ts';
import type { KnownProposal } from './proposals.ts';
import { iterateProposals } from './proposals.ts';

export interface IndicatorLine extends IndicatorStatus {
  readonly id: string;
  readonly address: string;
  readonly port: number | null;
  readonly protocol: number | null;
  readonly authorisation: string;
}

export interface LineOptions {
  readonly inForce: InForceOptions;
  readonly atMs: number;
  readonly asKnownAtMs?: number;
  readonly authorisation?: string;
}

export interface LinesRead {
  /** By authorisation, and in it by address; drafts last. */
  readonly lines: readonly IndicatorLine[];
  /** Without indicators. */
  readonly records: AuthorityRecords;
}

/** All at once. */
export function readLines(db: Database, options: LineOptions): LinesRead {
  const { inForce, atMs, asKnownAtMs, authorisation } = options;
  const known = {
    ...(asKnownAtMs === undefined ? {} : { asKnownAtMs }),
    ...(authorisation === undefined ? {} : { authorisation }),
  };
  return db.transaction(() => {
    const records = loadRecords(db, { ...known, indicators: false });
    const explain = explainer(records, atMs, inForce);
    const found: { readonly key: string; readonly line: IndicatorLine }[] = [];
    for (const { record, steps } of iterateRecords(db, known)) {
      const key = `${record.scope.authorisation}\n${addressKey(record, record.port)}`;
      found.push({ key, line: lineOf(record, explain(record, steps), atMs) });
    }
    found.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
    const lines = found.map(({ line }) => line);
    const revoked = revocations(db, asKnownAtMs);
    for (const proposal of iterateProposals(db, known)) {
      if (proposal.isDraft) lines.push(lineOfDraft(proposal, revoked.get(proposal.id)));
    }
    return { lines, records };
  })();
}

/** @param atMs as the explanation was asked for */
export function lineOf(record: IndicatorRecord, explanation: Explanation, atMs: number): IndicatorLine {
  const { state, inForce, sinceMs, untilMs, verificationDueMs, obstacles } = statusOf(explanation, atMs);
  // Field by field: to spread two objects takes ten times as long, and there are as many as indicators.
  return {
    id: record.id,
    address: formatPrefix(record),
    port: record.port,
    protocol: record.protocol,
    authorisation: record.scope.authorisation,
    state,
    inForce,
    sinceMs,
    untilMs,
    verificationDueMs,
    obstacles,
  };
}

export function lineOfDraft(
  proposal: KnownProposal,
  revoked: IndicatorStep | null | undefined,
): IndicatorLine {
  const { id, address, port, protocol, authorisation } = proposal;
  return { id, address, port, protocol, authorisation, ...statusOfDraft(revoked) };
}

/** Sorts as addresses do: IPv4 before IPv6, by their first address, then by port. */
export function addressKey({ first }: Pick<Prefix, 'first'>, port: number | null): string {
  const words = first.map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${first.length}${words} ${port === null ? '' : String(port).padStart(5, '0')}`;
}
