// What was decided of an indicator since it was taken in, and its listing: revocation (L10), suspensions (L10, L11), hits of
// warning lists and wide prefixes with what overrides them (L21). All bind from when they were recorded.
import { prefixLength } from '../core/prefix.ts';
import { PERSON, ruleOfCause, WIDE_PREFIX } from './causes.ts';
import type { InForceOptions } from './conditions.ts';
import { isOverridden, OVERRIDES_NEEDED, standingOf } from './lifecycle.ts';
import { because } from './reasons.ts';
import type { IndicatorRecord } from './records.ts';
import type { Regime } from './regime.ts';
import { type Bound, type Condition, exceptBetween, fromOn, type Span, upTo } from './spans.ts';
import type { IndicatorStep } from './steps.ts';

export function stepConditions(
  record: IndicatorRecord,
  steps: readonly IndicatorStep[],
  regime: Regime,
  { onAuthorised }: InForceOptions,
): Condition[] {
  const { origin } = record.scope;
  const hitsBlock = origin === 'proposal' || onAuthorised === 'block';
  return [
    ...widthConditions(record, steps, regime),
    ...suspensionConditions(steps),
    ...(hitsBlock ? hitConditions(steps) : []),
    ...revocationConditions(steps),
    ...listingConditions(record),
  ];
}

/** L10: final. */
function revocationConditions(steps: readonly IndicatorStep[]): Condition[] {
  const { revoked } = standingOf(steps);
  if (!revoked) return [];
  const unmet = because('revokedBy', { by: revoked.by, said: revoked.reason });
  const until: Bound = { atMs: revoked.recordedAtMs, rule: 'L10', because: unmet };
  return [{ kind: 'revocation', rule: 'L10', unmet, spans: upTo(until) }];
}

function suspensionConditions(steps: readonly IndicatorStep[]): Condition[] {
  const turns = steps.filter(({ kind }) => kind === 'suspend' || kind === 'reinstate');
  return causesOf(turns).map((cause) => {
    const rule = ruleOfCause(cause);
    const spans = exceptBetween(
      turns
        .filter((step) => causeOf(step) === cause)
        .map((step) => {
          const isShut = step.kind === 'suspend';
          const facts = { by: step.by, said: step.reason };
          const turned =
            cause === PERSON
              ? because(isShut ? 'suspendedBy' : 'reinstatedBy', facts)
              : because(isShut ? 'suspendedByOver' : 'reinstatedByOver', { ...facts, cause });
          return { isShut, bound: { atMs: step.recordedAtMs, rule, because: turned } };
        }),
    );
    return { kind: 'suspension', rule, unmet: because('suspendedOver', { cause }), spans };
  });
}

/** While a hard hit stands that was not overridden. */
function hitConditions(steps: readonly IndicatorStep[]): Condition[] {
  const hits = steps.filter(({ kind }) => kind === 'hit');
  return causesOf(hits).map((cause) => {
    const own = steps.filter((step) => step.cause === cause && TURNS_A_HIT.includes(step.kind));
    const turns = own.map((step, at) => {
      const standing = standingOf(own.slice(0, at + 1));
      const isHard = standing.hits.get(cause)?.outcome === 'hard';
      const isShut = isHard && !isOverridden(standing, cause);
      const turned = isShut
        ? because('hardHitBlocks', { cause, needed: OVERRIDES_NEEDED })
        : step.kind === 'override'
          ? because('hitOverridden', { cause, by: step.by, said: step.reason })
          : because('noHardHit', { cause });
      return { isShut, bound: { atMs: step.recordedAtMs, rule: 'L21', because: turned } as const };
    });
    return {
      kind: 'suspension',
      rule: 'L21',
      unmet: because('hardHit', { cause }),
      spans: exceptBetween(turns),
    };
  });
}

const TURNS_A_HIT: readonly IndicatorStep['kind'][] = ['hit', 'clear', 'override'];

/** What a file lists was let in with its overrides; what was proposed waits for them. */
function widthConditions(
  record: IndicatorRecord,
  steps: readonly IndicatorStep[],
  regime: Regime,
): Condition[] {
  if (!isProposedWide(record, regime)) return [];
  const { rule, source } = regime.widest;
  const overrides = standingOf(steps).overrides.get(WIDE_PREFIX) ?? [];
  const last = overrides[OVERRIDES_NEEDED - 1];
  const spans: readonly Span[] = last
    ? fromOn({
        atMs: last.recordedAtMs,
        rule,
        because: because('widthOverridden', { by: last.by, said: last.reason }),
      })
    : [];
  const unmet = because('tooWide', { length: prefixLength(record), needed: OVERRIDES_NEEDED, source });
  return [{ kind: 'finding', rule, unmet, spans }];
}

export function isProposedWide(record: IndicatorRecord, { widest }: Regime): boolean {
  if (record.scope.origin !== 'proposal') return false;
  return prefixLength(record) < (record.family === 4 ? widest.ipv4 : widest.ipv6);
}

/** What no longer being listed asks. */
function listingConditions({ withdrawnMs }: IndicatorRecord): Condition[] {
  if (withdrawnMs === null) return [];
  const unmet = because('notListed');
  const until: Bound = { atMs: withdrawnMs, rule: 'L1', because: unmet };
  return [{ kind: 'listing', rule: 'L1', unmet, spans: upTo(until) }];
}

function causesOf(steps: readonly IndicatorStep[]): string[] {
  return [...new Set(steps.map(causeOf))];
}

function causeOf({ cause }: IndicatorStep): string {
  return cause ?? PERSON;
}
