// By what a batch is judged, and the second look at what it gave when that is committed.
import type { Evaluation } from '../match/messages.ts';
import type { Review } from '../store/commit.ts';
import type { CurrentList } from './current-list.ts';
import type { ListInForce } from './in-force.ts';

/** Taken when a batch is handed over, and given back with its result. */
export interface Judgement {
  readonly evaluation: Evaluation;
  readonly list: ListInForce;
}

/** L10: runs within the commit's transaction, so that a revocation is either seen here or waits for the commit. */
export function reviewBy(current: CurrentList, straddling: () => Evaluation['straddling']): Review {
  return ({ generation, evaluatedAtMs, matches, job: { operator, retentionBasis } }) => {
    if (matches.length === 0) return null;
    const atMs = Date.now();
    const list = current.refreshed();
    if (list.generation === generation && !list.endsBetween(evaluatedAtMs, atMs)) return null;
    const evaluation = { operator, retentionBasis, straddling: straddling(), atMs };
    return (match) => list.stillMatches(match, evaluation);
  };
}
