// What an indicator's windows are and why, in a form to print: from when to when on both clocks, which rule set each bound,
// whether it is in force at an instant, and if not, what stands in the way.
import { type InForceOptions, whenAll, whyUnmet } from './conditions.ts';
import { verificationDue, withFindings } from './finding-conditions.ts';
import { type AuthorityRecords, decodeLife, type IndicatorRecord } from './records.ts';
import { type Bound, boundAfter, type Condition, type ConditionKind, holds, type Span } from './spans.ts';
import type { IndicatorStep } from './steps.ts';
import { indicatorConditions, operatorGroups, scopeConditions, trafficWindow } from './windows.ts';

/**
 * `proposed`: not yet analysed or verified; `waiting`: its authorisation is not yet in force; `suspended`: it was in force,
 * or would be, and may be again; `revoked`: for good; `ended`: its authorisation is over; `withdrawn`: no longer listed.
 */
export const INDICATOR_STATES = [
  'active',
  'proposed',
  'waiting',
  'suspended',
  'revoked',
  'ended',
  'withdrawn',
] as const;
export type IndicatorState = (typeof INDICATOR_STATES)[number];

export interface ExplainedWindow {
  readonly operators: readonly string[];
  /** ISO 8601; `null` = not declared. */
  readonly retentionTerm: string | null;
  readonly traffic: { readonly from: Bound; readonly until: Bound };
  /** Empty = in force at no time. */
  readonly collection: readonly Span[];
  readonly inForce: boolean;
  /** What stands in the way at the instant asked for; empty where in force. */
  readonly obstacles: readonly Bound[];
}

export interface Explanation {
  readonly id: string;
  readonly authorisation: string;
  readonly state: IndicatorState;
  /** In force for at least one operator. */
  readonly inForce: boolean;
  /** L9: when the next verification is due; `null` = it was not verified active, or found inactive since. */
  readonly verificationDueMs: number | null;
  readonly windows: readonly ExplainedWindow[];
  /** Epoch ms: when it may be otherwise without anything being recorded; `Infinity` = never. */
  readonly nextChangeMs: number;
}

/** @param steps the indicator's own, where `records` does not hold them */
export function explain(
  record: IndicatorRecord,
  records: AuthorityRecords,
  atMs: number,
  options: InForceOptions,
  steps: readonly IndicatorStep[] = records.steps.get(record.id) ?? [],
): Explanation {
  const authorisation = records.authorisations.get(record.scope.authorisation);
  const groups = authorisation ? operatorGroups(authorisation, records.operators, record.scope) : [];
  const own = authorisation ? indicatorConditions(record, steps, authorisation, options) : [];
  const unmet: Unmet[] = [];
  let nextChangeMs = Infinity;
  const windows = groups.map((group): ExplainedWindow => {
    const conditions = [...scopeConditions(authorisation!, record.scope, records, group), ...own];
    nextChangeMs = Math.min(nextChangeMs, ...conditions.map(({ spans }) => boundAfter(spans, atMs)));
    const ofGroup = conditions
      .filter((condition) => !holds(condition.spans, atMs))
      .map((condition) => ({ kind: condition.kind, bound: whyUnmet(condition, atMs) }));
    unmet.push(...ofGroup);
    return {
      operators: group.operators,
      retentionTerm: group.term,
      traffic: trafficWindow(record, steps, group),
      collection: whenAll(conditions),
      inForce: ofGroup.length === 0,
      obstacles: ofGroup.map(({ bound }) => bound),
    };
  });
  const { id, scope } = record;
  const inForce = windows.some((window) => window.inForce);
  const state = inForce ? 'active' : stateOf(unmet, windows, atMs);
  const verificationDueMs = verificationDue(withFindings(decodeLife(record.life), steps));
  return { id, authorisation: scope.authorisation, state, inForce, verificationDueMs, windows, nextChangeMs };
}

interface Unmet {
  readonly kind: ConditionKind;
  readonly bound: Bound;
}

/** Of several reasons, the one that is hardest to get out of. */
function stateOf(unmet: readonly Unmet[], windows: readonly ExplainedWindow[], atMs: number): IndicatorState {
  const ofKind = (kind: Condition['kind']): Unmet[] => unmet.filter((found) => found.kind === kind);
  if (ofKind('revocation').length > 0) return 'revoked';
  if (ofKind('listing').length > 0) return 'withdrawn';
  const ofAuthorisation = ofKind('authorisation');
  if (ofAuthorisation.length > 0) {
    return ofAuthorisation.some(({ bound }) => bound.atMs <= atMs) ? 'ended' : 'waiting';
  }
  if (ofKind('suspension').length > 0) return 'suspended';
  if (ofKind('finding').length === 0) return 'waiting';
  const wasInForce = windows.some(({ collection }) => collection.some(({ from }) => from.atMs <= atMs));
  return wasInForce ? 'suspended' : 'proposed';
}
