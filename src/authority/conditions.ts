// When an indicator is in force, on the collection clock: every condition that the law sets, as spans that say why they
// begin and end. An indicator is in force when all of them hold.
import { formatInstant } from '../core/time.ts';
import { samePersonKey } from './people.ts';
import type { AuthorisationRecord, IndicatorRecord, Life } from './records.ts';
import { byId, findRegime, type Regime } from './regime.ts';
import { ALWAYS, type Bound, type Condition, fromOn, intersect, type Span, upTo } from './spans.ts';

export interface InForceOptions {
  /** Setting `verification.on_overdue`: whether an indicator whose verification is overdue is suspended (L9). */
  readonly onOverdue: 'suspend' | 'warn';
  /** Setting `warning_lists.on_authorised`: whether a hard hit blocks what the authority's own file lists, too (L21). */
  readonly onAuthorised: 'warn' | 'block';
}

/** As the settings are where nobody changes them. */
export const IN_FORCE_DEFAULTS: InForceOptions = { onOverdue: 'suspend', onAuthorised: 'warn' };

/** What the authorisation itself asks: the same for all its indicators. */
export function authorisationConditions(authorisation: AuthorisationRecord): readonly Condition[] {
  const regime = findRegime(authorisation.regime);
  if (!regime) {
    // Fail closed: a database written by a program that knows more regimes than this one.
    return [{ rule: 'L1', unmet: `the regime ${authorisation.regime} is not known`, spans: [] }];
  }
  const { decidedMs, endsMs } = authorisation;
  const endRule = regime.longest?.rule ?? 'L1';
  return [
    {
      rule: 'L1',
      unmet: 'the authorisation is not yet decided',
      spans: fromOn({ atMs: decidedMs, rule: 'L1', why: 'the authorisation was decided' }),
    },
    ...approvalConditions(authorisation, regime),
    ...methodConditions(authorisation, regime),
    {
      rule: endRule,
      unmet: 'the authorisation has ended',
      spans: endsMs === null ? ALWAYS : upTo({ atMs: endsMs, rule: endRule, why: 'the authorisation ends' }),
    },
  ];
}

/** In force once enough different people have approved; where none is asked and none is listed, at once. */
function approvalConditions({ approvals }: AuthorisationRecord, regime: Regime): Condition[] {
  const needed = Math.max(regime.approvals.needed, approvals.length > 0 ? 1 : 0);
  if (needed === 0) return [];
  const { rule } = regime.approvals;
  const people = new Set<string>();
  const last = inOrder(approvals).find(({ by }) => people.add(samePersonKey(by)).size >= needed);
  const from = { atMs: last?.atMs ?? Infinity, rule, why: last ? `approved by ${last.by}` : 'not approved' };
  return [{ rule, unmet: 'the authorisation is not yet approved', spans: fromOn(from) }];
}

function methodConditions(authorisation: AuthorisationRecord, regime: Regime): Condition[] {
  const method = byId(regime.methods, authorisation.method ?? '');
  if (!method)
    return regime.methods.length === 0 ? [] : [{ rule: 'I1', unmet: 'its method is not known', spans: [] }];
  const conditions: Condition[] = [];
  if (!method.givesTrafficData) {
    const unmet = `${method.name} (${method.source})`;
    conditions.push({ rule: 'I1', unmet, spans: [] });
  }
  if (method.notified) {
    const atMs = authorisation.notifiedMs ?? Infinity;
    const { to, source } = method.notified;
    const from: Bound = { atMs, rule: 'I1', why: `${to} was notified (${source})` };
    conditions.push({
      rule: 'I1',
      unmet: `${to} has not been notified (${source})`,
      spans: fromOn(from),
    });
  }
  const { urgent } = authorisation;
  const rule = regime.urgency?.rule;
  if (urgent && rule) {
    const inTime = urgent.confirmation !== null && urgent.confirmation.atMs < urgent.deadlineMs;
    const why = `the urgent decision was to be confirmed before ${formatInstant(urgent.deadlineMs)}`;
    const spans = inTime ? ALWAYS : upTo({ atMs: urgent.deadlineMs, rule, why });
    conditions.push({ rule, unmet: `${why}, and was not`, spans });
  }
  return conditions;
}

/** What the indicator's own life asks: two analyses (L8), an active verification that is not overdue (L9). */
export function lifeConditions(life: Life, regime: Regime, options: InForceOptions): readonly Condition[] {
  return [
    {
      rule: regime.analyses.rule,
      unmet: `proposed: it needs ${regime.analyses.needed} confirming analyses by different people`,
      spans: confirmedSpans(life.analyses, regime),
    },
    {
      rule: regime.verification.rule,
      unmet: 'it has not been verified active',
      spans: verifiedSpans(life, regime, options),
    },
  ];
}

/** Of each person the latest finding counts: who refutes takes back what they confirmed. */
function confirmedSpans(analyses: Life['analyses'], regime: Regime): readonly Span[] {
  const { needed, rule } = regime.analyses;
  const confirming = new Set<string>();
  const spans: Span[] = [];
  let from: Bound | null = null;
  for (const { by, atMs, outcome } of inOrder(analyses)) {
    if (outcome === 'confirmed') confirming.add(samePersonKey(by));
    else if (outcome === 'refuted') confirming.delete(samePersonKey(by));
    const enough = confirming.size >= needed;
    if (enough && from === null) from = { atMs, rule, why: `analysis ${needed} confirmed it, by ${by}` };
    if (!enough && from !== null) {
      if (atMs > from.atMs) spans.push({ from, until: { atMs, rule, why: `${by} refuted it` } });
      from = null;
    }
  }
  return from === null ? spans : [...spans, ...fromOn(from)];
}

function verifiedSpans(life: Life, regime: Regime, options: InForceOptions): readonly Span[] {
  const { rule } = regime.verification;
  const spans: Span[] = [];
  let open: Span | null = null;
  const close = (until: Bound): void => {
    if (open !== null && open.from.atMs < until.atMs) spans.push({ from: open.from, until });
    open = null;
  };
  for (const { by, atMs, outcome } of inOrder(life.verifications)) {
    if (outcome === 'inconclusive') continue;
    const current = open as Span | null;
    if (current !== null && current.until.atMs < atMs) close(current.until);
    if (outcome === 'inactive') {
      close({ atMs, rule: 'L10', why: `verified inactive by ${by}` });
      continue;
    }
    const dueMs = options.onOverdue === 'warn' ? Infinity : atMs + life.verifyEveryMs;
    const until: Bound = {
      atMs: dueMs,
      rule,
      why: dueMs === Infinity ? 'no end' : `verification due, last by ${by}`,
    };
    open = { from: (open as Span | null)?.from ?? { atMs, rule, why: `verified active by ${by}` }, until };
  }
  if (open !== null) spans.push(open);
  return spans;
}

/** What no longer being listed asks. */
export function listingConditions(record: Pick<IndicatorRecord, 'withdrawnMs'>): readonly Condition[] {
  if (record.withdrawnMs === null) return [];
  const until: Bound = { atMs: record.withdrawnMs, rule: 'L1', why: 'no longer listed by its authorisation' };
  return [{ rule: 'L1', unmet: until.why, spans: upTo(until) }];
}

/** When all hold. */
export function whenAll(conditions: readonly Condition[]): readonly Span[] {
  return conditions.reduce<readonly Span[]>((spans, condition) => intersect(spans, condition.spans), ALWAYS);
}

/** In order of time; of findings at one instant, the one that closes comes last and decides. */
function inOrder<T extends { readonly atMs: number; readonly outcome?: string }>(
  steps: readonly T[],
): readonly T[] {
  if (steps.length < 2) return steps;
  return steps.toSorted((a, b) => a.atMs - b.atMs || closes(a) - closes(b));
}

function closes({ outcome }: { readonly outcome?: string }): number {
  return outcome === 'refuted' || outcome === 'inactive' ? 1 : 0;
}

/** Why a condition does not hold at an instant: what ended it, what it still waits for, or that it never will. */
export function whyUnmet(condition: Condition, atMs: number): Bound {
  const ended = condition.spans.findLast(({ until }) => until.atMs <= atMs);
  const next = condition.spans.find(({ from }) => from.atMs > atMs);
  if (ended) return ended.until;
  if (next) return { ...next.from, why: `${condition.unmet}: from then on, ${next.from.why}` };
  return { atMs: Infinity, rule: condition.rule, why: condition.unmet };
}
