// What an indicator's windows are and why, in a form to print: from when to when on both clocks, which rule set each bound,
// whether it is in force at an instant, and if not, what stands in the way.
import { type InForceOptions, whenAll, whyUnmet } from './conditions.ts';
import { verificationDue, withFindings } from './finding-conditions.ts';
import {
  type AuthorisationRecord,
  type AuthorityRecords,
  decodeLife,
  type IndicatorRecord,
  type IndicatorScope,
} from './records.ts';
import { type Bound, boundAfter, type Condition, type ConditionKind, holds, type Span } from './spans.ts';
import type { IndicatorStep } from './steps.ts';
import {
  indicatorConditions,
  type OperatorGroup,
  operatorGroups,
  scopeConditions,
  trafficWindow,
} from './windows.ts';

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
  steps?: readonly IndicatorStep[],
): Explanation {
  return explainer(records, atMs, options)(record, steps);
}

/** As explain, one indicator after another: what is the same for all of one scope is worked out once. */
export function explainer(records: AuthorityRecords, atMs: number, options: InForceOptions) {
  const scopes = new Map<IndicatorScope, ExplainedScope>();
  return (record: IndicatorRecord, steps = records.steps.get(record.id) ?? []): Explanation => {
    let scope = scopes.get(record.scope);
    if (!scope) {
      scope = explainScope(record.scope, records, atMs);
      scopes.set(record.scope, scope);
    }
    const { authorisation, groups } = scope;
    const life = withFindings(decodeLife(record.life), steps);
    const own = authorisation ? indicatorConditions(record, life, steps, authorisation, options) : [];
    const ownUnmet = unmetOf(own, atMs);
    const unmet = groups.flatMap((group) => [...group.unmet, ...ownUnmet]);
    const windows = groups.map(({ group, spans, unmet: ofScope }): ExplainedWindow => {
      const obstacles = [...ofScope, ...ownUnmet].map(({ bound }) => bound);
      return {
        operators: group.operators,
        retentionTerm: group.term,
        traffic: trafficWindow(record, steps, group),
        collection: whenAll(own, spans),
        inForce: obstacles.length === 0,
        obstacles,
      };
    });
    const inForce = windows.some((window) => window.inForce);
    return {
      id: record.id,
      authorisation: record.scope.authorisation,
      state: inForce ? 'active' : stateOf(unmet, windows, atMs),
      inForce,
      verificationDueMs: verificationDue(life),
      windows,
      nextChangeMs: Math.min(
        ...groups.map((group) => group.nextChangeMs),
        groups.length > 0 ? nextChange(own, atMs) : Infinity,
      ),
    };
  };
}

/** What does not depend on the indicator. */
interface ExplainedScope {
  readonly authorisation: AuthorisationRecord | undefined;
  readonly groups: readonly {
    readonly group: OperatorGroup;
    readonly spans: readonly Span[];
    readonly unmet: readonly Unmet[];
    readonly nextChangeMs: number;
  }[];
}

function explainScope(scope: IndicatorScope, records: AuthorityRecords, atMs: number): ExplainedScope {
  const authorisation = records.authorisations.get(scope.authorisation);
  if (!authorisation) return { authorisation, groups: [] };
  const groups = operatorGroups(authorisation, records.operators, scope).map((group) => {
    const conditions = scopeConditions(authorisation, scope, records, group);
    return {
      group,
      spans: whenAll(conditions),
      unmet: unmetOf(conditions, atMs),
      nextChangeMs: nextChange(conditions, atMs),
    };
  });
  return { authorisation, groups };
}

function unmetOf(conditions: readonly Condition[], atMs: number): readonly Unmet[] {
  return conditions
    .filter(({ spans }) => !holds(spans, atMs))
    .map((condition) => ({ kind: condition.kind, bound: whyUnmet(condition, atMs) }));
}

function nextChange(conditions: readonly Condition[], atMs: number): number {
  return Math.min(...conditions.map(({ spans }) => boundAfter(spans, atMs)));
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
