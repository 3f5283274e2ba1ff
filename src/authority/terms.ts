// How long an operator may say that it keeps data under a legal basis (L3).
import { parseDuration } from '../core/time.ts';
import { nearest } from './refusal.ts';
import { byId, retentionBases } from './regime.ts';

/** What is wrong with a declared term; `null` = nothing. */
export function checkTerm(basisId: string, term: string): string | null {
  const bases = retentionBases();
  const basis = byId(bases, basisId);
  const known = bases.map(({ id }) => id);
  if (!basis) {
    const meant = nearest(basisId, known);
    return `there is no basis ${basisId}: ${meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`}`;
  }
  const duration = parseDuration(term);
  if ('problem' in duration) return duration.problem;
  if (basis.term === 'statutory' && !basis.terms.includes(term)) {
    return `the term of ${basis.id} is one of ${basis.terms.join(', ')} (${basis.termSource})`;
  }
  return null;
}
