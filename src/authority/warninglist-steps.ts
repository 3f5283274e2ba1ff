// What an indicator's life keeps of warning lists: a step for each list that its address meets, and one when it meets it no
// more.
import { warningListCause } from './causes.ts';
import type { IndicatorStep, NewStep } from './steps.ts';
import type { ListHit } from './warninglist.ts';

const ANY_LIST = warningListCause('');

/** A list that an address meets since, or no more. */
export interface HitChange {
  readonly kind: 'hit' | 'clear';
  /** The version by which it does, or the last by which it did. */
  readonly hit: ListHit;
}

/**
 * What is new: lists that were not met, or with another severity; and lists that are met no more.
 * @param standing by cause, as `standingOf` gives them
 */
export function changedHits(
  found: readonly ListHit[],
  standing: ReadonlyMap<string, Pick<IndicatorStep, 'outcome' | 'detail'>>,
): readonly HitChange[] {
  const gone = new Map([...standing].filter(([cause]) => cause.startsWith(ANY_LIST)));
  const changes: HitChange[] = [];
  for (const hit of found) {
    const cause = warningListCause(hit.list);
    if (gone.get(cause)?.outcome !== hit.severity) changes.push({ kind: 'hit', hit });
    gone.delete(cause);
  }
  for (const { detail } of gone.values()) changes.push({ kind: 'clear', hit: detail as unknown as ListHit });
  return changes;
}

export function hitStep({ kind, hit }: HitChange): NewStep {
  const cause = warningListCause(hit.list);
  const detail = { ...hit };
  return kind === 'hit' ? { kind, cause, outcome: hit.severity, detail } : { kind, cause, detail };
}
