// Everything that is known of one indicator, or of a proposal that is none yet, and where it stands.
import type { InForceOptions } from '../authority/conditions.ts';
import type { Dispute } from '../authority/dispute.ts';
import { type Explanation, explain } from '../authority/explain.ts';
import { confirmingPeople, withFindings } from '../authority/finding-conditions.ts';
import { standingOf } from '../authority/lifecycle.ts';
import { checkProposal } from '../authority/proposal.ts';
import { decodeLife } from '../authority/records.ts';
import type { Fault } from '../authority/refusal.ts';
import { findRegime } from '../authority/regime.ts';
import { type IndicatorStatus, statusOf, statusOfDraft } from '../authority/status.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { findAuthorisation } from './authorisations.ts';
import { loadRecords } from './authority-records.ts';
import type { Database } from './database.ts';
import { listDisputes } from './disputes.ts';
import { type DocumentedIndicator, readIndicator } from './indicator-records.ts';
import { stepsOf } from './indicator-steps.ts';
import { findProposal, type KnownProposal } from './proposals.ts';

export interface IndicatorDetail extends DocumentedIndicator {
  readonly kind: 'indicator';
  readonly status: IndicatorStatus;
  readonly windows: Explanation['windows'];
  readonly disputes: readonly Dispute[];
  /** L8: of how many different people it takes the confirmation, and whose it has. */
  readonly analysesNeeded: number;
  readonly confirmedBy: readonly string[];
  /** What feeds and people have proposed of it. */
  readonly proposal: KnownProposal | undefined;
}

export interface DraftDetail {
  readonly kind: 'draft';
  readonly status: IndicatorStatus;
  readonly proposal: KnownProposal;
  readonly steps: readonly IndicatorStep[];
  /** What it lacks to be an indicator, and what cannot be. */
  readonly missing: readonly Fault[];
  readonly wrong: readonly Fault[];
}

/** @param asKnownAtMs as it was recorded, and stood, then; without it, now */
export function readDetail(
  db: Database,
  id: string,
  inForce: InForceOptions,
  asKnownAtMs?: number,
): IndicatorDetail | DraftDetail | undefined {
  return db.transaction(() => {
    const found = readIndicator(db, id, asKnownAtMs);
    if (!found) return readDraft(db, id, asKnownAtMs);
    const atMs = asKnownAtMs ?? Date.now();
    const records = loadRecords(db, {
      indicators: false,
      ...(asKnownAtMs === undefined ? {} : { asKnownAtMs }),
    });
    const { record, steps } = found;
    const explanation = explain(record, records, atMs, inForce, steps);
    const { regime = '' } = records.authorisations.get(record.scope.authorisation) ?? {};
    return {
      kind: 'indicator' as const,
      ...found,
      status: statusOf(explanation, atMs),
      windows: explanation.windows,
      analysesNeeded: findRegime(regime)?.analyses.needed ?? 0,
      confirmedBy: confirmingPeople(withFindings(decodeLife(record.life), steps).analyses),
      disputes: listDisputes(db, { indicator: id, asKnownAtMs }),
      proposal: findProposal(db, id, asKnownAtMs),
    };
  })();
}

function readDraft(db: Database, id: string, asKnownAtMs?: number): DraftDetail | undefined {
  const proposal = findProposal(db, id, asKnownAtMs);
  if (!proposal) return undefined;
  const { authorisation } = proposal;
  const regime = findRegime(findAuthorisation(db, authorisation, asKnownAtMs)?.regime ?? '');
  const checked = regime && checkProposal(proposal, id, regime, authorisation);
  const { missing, wrong } = checked && 'missing' in checked ? checked : { missing: [], wrong: [] };
  const steps = stepsOf(db, id, asKnownAtMs);
  const status = statusOfDraft(standingOf(steps).revoked);
  return { kind: 'draft', status, proposal, steps, missing, wrong };
}
