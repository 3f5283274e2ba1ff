// What an indicator's windows are and why, in a form to print: from when to when on both clocks, which rule set each bound,
// whether it is in force at an instant, and if not, what stands in the way.
import { type InForceOptions, whenAll, whyUnmet } from './conditions.ts';
import type { AuthorityRecords, IndicatorRecord } from './records.ts';
import { type Bound, holds, type Span } from './spans.ts';
import { indicatorConditions, operatorGroups, scopeConditions, trafficWindow } from './windows.ts';

/**
 * `proposed`: not yet analysed or verified; `waiting`: its authorisation is not yet in force; `suspended`: it was in
 * force and may be again; `ended`: its authorisation is over; `withdrawn`: no longer listed.
 */
type IndicatorState = 'active' | 'proposed' | 'waiting' | 'suspended' | 'ended' | 'withdrawn';

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
  readonly windows: readonly ExplainedWindow[];
}

export function explain(
  record: IndicatorRecord,
  records: AuthorityRecords,
  atMs: number,
  options: InForceOptions,
): Explanation {
  const authorisation = records.authorisations.get(record.scope.authorisation);
  const groups = authorisation ? operatorGroups(authorisation, records.operators, record.scope) : [];
  const windows = groups.map((group): ExplainedWindow => {
    const conditions = [
      ...scopeConditions(authorisation!, group),
      ...indicatorConditions(record, authorisation!, options),
    ];
    const collection = whenAll(conditions);
    const obstacles = conditions
      .filter((condition) => !holds(condition.spans, atMs))
      .map((condition) => whyUnmet(condition, atMs));
    const traffic = trafficWindow(record, group);
    const inForce = obstacles.length === 0;
    return { operators: group.operators, retentionTerm: group.term, traffic, collection, inForce, obstacles };
  });
  const { id, scope } = record;
  const inForce = windows.some((window) => window.inForce);
  return { id, authorisation: scope.authorisation, state: stateOf(record, windows, atMs), inForce, windows };
}

function stateOf(record: IndicatorRecord, windows: readonly ExplainedWindow[], atMs: number): IndicatorState {
  if (windows.some((window) => window.inForce)) return 'active';
  if (record.withdrawnMs !== null && record.withdrawnMs <= atMs) return 'withdrawn';
  const obstacles = windows.flatMap((window) => window.obstacles);
  const standing = (rules: readonly string[]): Bound[] =>
    obstacles.filter(({ rule }) => rules.includes(rule));
  const ofAuthorisation = standing(['L1', 'I1', 'I2', 'I3']);
  if (ofAuthorisation.some(({ atMs: since }) => since <= atMs)) return 'ended';
  if (ofAuthorisation.length > 0) return 'waiting';
  const wasInForce = standing(['L8', 'L9', 'L10']).some(({ atMs: since }) => since <= atMs);
  return wasInForce ? 'suspended' : standing(['L8', 'L9', 'L10']).length > 0 ? 'proposed' : 'waiting';
}
