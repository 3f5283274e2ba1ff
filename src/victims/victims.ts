// Victims as they are listed: evidence, with how much of the traffic was looked at beside it. The shape of `victims --json`.
import type { Database } from '../store/database.ts';
import { type EvidenceFilter, iterateEvidence, type StoredEvidence } from '../store/evidence.ts';
import { type Coverage, Coverages } from './coverage.ts';
import { type Evidence, evidenceOf } from './evidence.ts';

export interface Victim
  extends Pick<
      StoredEvidence,
      'victim' | 'indicator' | 'authorisation' | 'operator' | 'retentionBasis' | 'disputed' | 'computedAtMs'
    >,
    Evidence {
  /** Of the operator's traffic, from the first day of contact to the last. */
  readonly coverage: Coverage;
}

/** Streamed. Until the iteration has ended, the connection writes nothing. */
export function* iterateVictims(db: Database, filter: EvidenceFilter): Generator<Victim> {
  const coverages = new Coverages(db);
  for (const stored of iterateEvidence(db, filter)) yield victimOf(stored, coverages);
}

export function victimOf(stored: StoredEvidence, coverages: Coverages): Victim {
  const { victim, indicator, authorisation, operator, retentionBasis, disputed, computedAtMs, days } = stored;
  const evidence = evidenceOf(days);
  return {
    victim,
    indicator,
    authorisation,
    operator,
    retentionBasis,
    ...evidence,
    coverage: coverages.of(operator, evidence.firstMs, evidence.lastMs),
    ...(disputed === undefined ? {} : { disputed }),
    computedAtMs,
  };
}
