// When an indicator is in force, on the collection clock: every condition that the law sets, as spans that say why they
// begin and end. An indicator is in force when all of them hold. What they are: authorisation-conditions.ts,
// finding-conditions.ts, step-conditions.ts.
import { because } from './reasons.ts';
import { ALWAYS, type Bound, type Condition, intersect, type Span } from './spans.ts';

export interface InForceOptions {
  /** Setting `verification.on_overdue`: whether an indicator whose verification is overdue is suspended (L9). */
  readonly onOverdue: 'suspend' | 'warn';
  /** Setting `warning_lists.on_authorised`: whether a hard hit blocks what the authority's own file lists, too (L21). */
  readonly onAuthorised: 'warn' | 'block';
}

/** As the settings are where nobody changes them. */
export const IN_FORCE_DEFAULTS: InForceOptions = { onOverdue: 'suspend', onAuthorised: 'warn' };

/** When all hold, within some spans. */
export function whenAll(conditions: readonly Condition[], within = ALWAYS): readonly Span[] {
  return conditions.reduce((spans, condition) => intersect(spans, condition.spans), within);
}

/** Why a condition does not hold at an instant: what ended it, what it still waits for, or that it never will. */
export function whyUnmet(condition: Condition, atMs: number): Bound {
  const ended = condition.spans.findLast(({ until }) => until.atMs <= atMs);
  const next = condition.spans.find(({ from }) => from.atMs > atMs);
  if (ended) return ended.until;
  const { unmet, rule } = condition;
  if (next) {
    return { ...next.from, because: because('fromThenOn', { unmet, because: next.from.because }) };
  }
  return { atMs: Infinity, rule, because: unmet };
}
