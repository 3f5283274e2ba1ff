// The two windows of an indicator, per group of operators for which they are the same, each bound with the rule that set it:
// traffic time (L3) and collection time (L1, L8, L9 and what the regime adds). compile.ts takes the numbers, explain.ts the words.
import { parseDuration, subtractDuration } from '../core/time.ts';
import { authorisationConditions, basisConditions } from './authorisation-conditions.ts';
import type { InForceOptions } from './conditions.ts';
import { findingConditions } from './finding-conditions.ts';
import { because, type Reason } from './reasons.ts';
import type {
  AuthorisationRecord,
  AuthorityRecords,
  IndicatorRecord,
  IndicatorScope,
  Life,
  OperatorRecord,
} from './records.ts';
import { byId, findRegime, type RetentionBasis } from './regime.ts';
import type { Bound, Condition } from './spans.ts';
import { stepConditions } from './step-conditions.ts';
import type { IndicatorStep } from './steps.ts';

/** Operators of one authorisation from which data of one basis may be taken from the same instant on. */
export interface OperatorGroup {
  readonly operators: readonly string[];
  /** ISO 8601; `null` = not declared. */
  readonly term: string | null;
  /** The earliest traffic that they may still lawfully hold (L3). */
  readonly lawfulFrom: Bound;
  /** What must hold besides: that the term is declared. */
  readonly conditions: readonly Condition[];
}

export function operatorGroups(
  authorisation: AuthorisationRecord,
  operators: ReadonlyMap<string, OperatorRecord>,
  { retention, retentionTerm }: Pick<IndicatorScope, 'retention' | 'retentionTerm'>,
): readonly OperatorGroup[] {
  const basis = byId(findRegime(authorisation.regime)?.retention ?? [], retention);
  if (!basis) {
    const unmet = because('basisUnknown', { basis: retention });
    return [closedGroup(authorisation, authorisation.operators, unmet)];
  }
  const groups = new Map<string, OperatorGroup>();
  for (const operator of authorisation.operators) {
    const term = lawfulTerm(
      authorisation,
      basis,
      retentionTerm,
      operators.get(operator)?.retention[basis.id] ?? null,
    );
    const before = groups.get(term ?? '');
    if (before) groups.set(term ?? '', { ...before, operators: [...before.operators, operator] });
    else if (term !== null) groups.set(term, openGroup(authorisation, operator, basis, term));
    else groups.set('', closedGroup(authorisation, [operator], undeclared(basis)));
  }
  return [...groups.values()];
}

/** The shortest of the terms that apply; `null` where it is the operator's to declare, and it has not. */
function lawfulTerm(
  authorisation: AuthorisationRecord,
  basis: RetentionBasis,
  indicatorTerm: string | null,
  declared: string | null,
): string | null {
  if (basis.term === 'operator' && declared === null) return null;
  const terms = [indicatorTerm ?? basis.terms[0] ?? null, declared].filter((term) => term !== null);
  const start = (term: string): number => startOfTerm(authorisation.decidedMs, term);
  return terms.reduce<string | null>(
    (best, term) => (best === null || start(term) > start(best) ? term : best),
    null,
  );
}

function startOfTerm(decidedMs: number, term: string): number {
  const duration = parseDuration(term);
  return 'value' in duration ? subtractDuration(decidedMs, duration.value) : decidedMs;
}

function openGroup(
  authorisation: AuthorisationRecord,
  operator: string,
  basis: RetentionBasis,
  term: string,
): OperatorGroup {
  const atMs = startOfTerm(authorisation.decidedMs, term);
  const lawfulFrom: Bound = { atMs, rule: 'L3', because: because('keptSince', { term, basis: basis.id }) };
  return { operators: [operator], term, lawfulFrom, conditions: [] };
}

/** Fail closed: where the term is not known, nothing is known to be lawfully held. */
function closedGroup(
  authorisation: AuthorisationRecord,
  operators: readonly string[],
  unmet: Reason,
): OperatorGroup {
  const since = because('sinceTheDecision', { because: unmet });
  const lawfulFrom: Bound = { atMs: authorisation.decidedMs, rule: 'L3', because: since };
  return {
    operators,
    term: null,
    lawfulFrom,
    conditions: [{ kind: 'declaration', rule: 'L3', unmet, spans: [] }],
  };
}

function undeclared(basis: RetentionBasis): Reason {
  return because('termUndeclared', { basis: basis.id });
}

export interface TrafficWindow {
  readonly from: Bound;
  readonly until: Bound;
}

const NO_TRAFFIC_END: Bound = { atMs: Infinity, rule: 'L10', because: because('noEndKnown') };

/** L3: from first seen, or from what operators may still lawfully hold, whichever is later. */
export function trafficWindow(
  record: Pick<IndicatorRecord, 'firstSeenMs' | 'trafficUntilMs'>,
  steps: readonly IndicatorStep[],
  group: OperatorGroup,
): TrafficWindow {
  const from =
    record.firstSeenMs >= group.lawfulFrom.atMs
      ? ({ atMs: record.firstSeenMs, rule: 'L3', because: because('firstSeen') } as const)
      : {
          ...group.lawfulFrom,
          because: because('firstSeenEarlier', {
            because: group.lawfulFrom.because,
            firstSeenMs: record.firstSeenMs,
          }),
        };
  const untilMs = trafficUntil(record, steps);
  const until: Bound =
    untilMs === Infinity ? NO_TRAFFIC_END : { atMs: untilMs, rule: 'L10', because: because('c2NoMore') };
  return { from, until };
}

/** L10: what the file says, or the revocation, whichever is earlier. */
export function trafficUntil(
  { trafficUntilMs }: Pick<IndicatorRecord, 'trafficUntilMs'>,
  steps: readonly IndicatorStep[],
): number {
  return Math.min(trafficUntilMs ?? Infinity, ...steps.map((step) => step.trafficUntilMs ?? Infinity));
}

/** What must hold whatever the indicator: the same for all that rest on one scope, from one group of operators. */
export function scopeConditions(
  authorisation: AuthorisationRecord,
  scope: IndicatorScope,
  { authorisationSteps, basisSteps }: Pick<AuthorityRecords, 'authorisationSteps' | 'basisSteps'>,
  group: OperatorGroup,
): readonly Condition[] {
  return [
    ...authorisationConditions(authorisation, authorisationSteps.get(authorisation.reference) ?? []),
    ...group.conditions,
    ...basisConditions(scope, basisSteps),
  ];
}

/** What must hold of the indicator itself. @param life with what was found since */
export function indicatorConditions(
  record: IndicatorRecord,
  life: Life,
  steps: readonly IndicatorStep[],
  authorisation: AuthorisationRecord,
  options: InForceOptions,
): readonly Condition[] {
  const regime = findRegime(authorisation.regime);
  // Without its regime nothing is in force: the authorisation's own conditions say so.
  if (!regime) return [];
  return [...findingConditions(life, regime, options), ...stepConditions(record, steps, regime, options)];
}
