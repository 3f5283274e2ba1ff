// What people must have found of an indicator itself: two analyses (L8), and a verification that is not overdue (L9).
import type { InForceOptions } from './conditions.ts';
import { inOrder } from './findings.ts';
import { samePersonKey } from './people.ts';
import { because } from './reasons.ts';
import type { Life } from './records.ts';
import type { Regime } from './regime.ts';
import { type Bound, type Condition, fromOn, type Span } from './spans.ts';
import type { IndicatorStep } from './steps.ts';

/** What the file says was found, and what was found since. */
export function withFindings(life: Life, steps: readonly IndicatorStep[]): Life {
  if (steps.length === 0) return life;
  const found = <Outcome>(kind: IndicatorStep['kind']) =>
    steps
      .filter((step) => step.kind === kind)
      .map(({ by, atMs, outcome }) => ({ by, atMs, outcome: outcome as Outcome }));
  return {
    ...life,
    analyses: [...life.analyses, ...found<Life['analyses'][number]['outcome']>('analyse')],
    verifications: [...life.verifications, ...found<Life['verifications'][number]['outcome']>('verify')],
  };
}

/** What the indicator's own life asks: two analyses (L8), an active verification that is not overdue (L9). */
export function findingConditions(life: Life, regime: Regime, options: InForceOptions): readonly Condition[] {
  return [
    {
      kind: 'finding',
      rule: regime.analyses.rule,
      unmet: because('analysesNeeded', { needed: regime.analyses.needed }),
      spans: confirmedSpans(life.analyses, regime),
    },
    {
      kind: 'finding',
      rule: regime.verification.rule,
      unmet: because('notVerified'),
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
    if (enough && from === null) from = { atMs, rule, because: because('analysesConfirm', { needed, by }) };
    if (!enough && from !== null) {
      if (atMs > from.atMs)
        spans.push({ from, until: { atMs, rule, because: because('refutedBy', { by }) } });
      from = null;
    }
  }
  return from === null ? spans : [...spans, ...fromOn(from)];
}

/** Who confirms it as things stand, in the order in which they last did. */
export function confirmingPeople(analyses: Life['analyses']): string[] {
  const people = new Map<string, string>();
  for (const { by, outcome } of inOrder(analyses)) {
    if (outcome === 'inconclusive') continue;
    people.delete(samePersonKey(by));
    if (outcome === 'confirmed') people.set(samePersonKey(by), by);
  }
  return [...people.values()];
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
      close({ atMs, rule: 'L10', because: because('verifiedInactive', { by }) });
      continue;
    }
    const dueMs = options.onOverdue === 'warn' ? Infinity : atMs + life.verifyEveryMs;
    const until: Bound = {
      atMs: dueMs,
      rule,
      because: dueMs === Infinity ? because('noEnd') : because('verificationDue', { by }),
    };
    const from = { atMs, rule, because: because('verifiedActive', { by }) };
    open = { from: (open as Span | null)?.from ?? from, until };
  }
  if (open !== null) spans.push(open);
  return spans;
}

/** L9: when the next verification is due; `null` = it was not verified active, or found inactive since. */
export function verificationDue({ verifications, verifyEveryMs }: Life): number | null {
  const last = inOrder(verifications).findLast(({ outcome }) => outcome !== 'inconclusive');
  return last?.outcome === 'active' ? last.atMs + verifyEveryMs : null;
}
