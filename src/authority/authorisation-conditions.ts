// What the authorisation and the legal bases ask: the same for all indicators that rest on them (L1, L20, I1-I3).
import type { Approval } from './authorisation.ts';
import { inOrder } from './findings.ts';
import { samePersonKey } from './people.ts';
import { because } from './reasons.ts';
import type { AuthorisationRecord, IndicatorScope } from './records.ts';
import { byId, findRegime, type Regime } from './regime.ts';
import { ALWAYS, type Condition, exceptBetween, fromOn, upTo } from './spans.ts';
import type { AuthorisationStep, BasisStep } from './steps.ts';

const kind = 'authorisation';

/** What the authorisation itself asks: the same for all its indicators. */
export function authorisationConditions(
  authorisation: AuthorisationRecord,
  steps: readonly AuthorisationStep[],
): readonly Condition[] {
  const regime = findRegime(authorisation.regime);
  if (!regime) {
    // Fail closed: a database written by a program that knows more regimes than this one.
    return [
      { kind, rule: 'L1', unmet: because('regimeUnknown', { regime: authorisation.regime }), spans: [] },
    ];
  }
  const { decidedMs, endsMs } = authorisation;
  const endRule = regime.longest?.rule ?? 'L1';
  return [
    {
      kind,
      rule: 'L1',
      unmet: because('undecided'),
      spans: fromOn({ atMs: decidedMs, rule: 'L1', because: because('decided') }),
    },
    ...approvalConditions(authorisation, steps, regime),
    ...methodConditions(authorisation, regime),
    ...urgencyConditions(authorisation, steps, regime),
    ...endConditions(steps),
    {
      kind,
      rule: endRule,
      unmet: because('authorisationEnded'),
      spans:
        endsMs === null
          ? ALWAYS
          : upTo({ atMs: endsMs, rule: endRule, because: because('authorisationEnds') }),
    },
  ];
}

/**
 * In force once enough different people have approved; where none is asked and none is listed, at once. What is approved
 * by command comes on top: it never takes away what was in force before.
 */
function approvalConditions(
  { approvals }: AuthorisationRecord,
  steps: readonly AuthorisationStep[],
  regime: Regime,
): Condition[] {
  const needed = Math.max(regime.approvals.needed, approvals.length > 0 ? 1 : 0);
  if (needed === 0) return [];
  const { rule } = regime.approvals;
  const people = new Set<string>();
  const given = inOrder<Approval>([...approvals, ...steps.filter(({ kind: of }) => of === 'approve')]);
  const last = given.find(({ by }) => people.add(samePersonKey(by)).size >= needed);
  const approved = last ? because('approvedBy', { by: last.by }) : because('unapproved');
  const from = { atMs: last?.atMs ?? Infinity, rule, because: approved };
  return [{ kind, rule, unmet: because('notYetApproved'), spans: fromOn(from) }];
}

function methodConditions(authorisation: AuthorisationRecord, regime: Regime): Condition[] {
  if (regime.methods.length === 0) return [];
  const method = byId(regime.methods, authorisation.method ?? '');
  if (!method) return [{ kind, rule: 'I1', unmet: because('methodUnknown'), spans: [] }];
  const conditions: Condition[] = [];
  if (!method.givesTrafficData) {
    const unmet = because('methodGivesNone', { method: method.name, source: method.source });
    conditions.push({ kind, rule: 'I1', unmet, spans: [] });
  }
  if (method.notified) {
    const atMs = authorisation.notifiedMs ?? Infinity;
    const { to, source } = method.notified;
    const spans = fromOn({ atMs, rule: 'I1', because: because('notified', { to, source }) });
    conditions.push({ kind, rule: 'I1', unmet: because('notNotified', { to, source }), spans });
  }
  return conditions;
}

/** I3: unconfirmed at the deadline, it is in force no more, for good. */
function urgencyConditions(
  { urgent }: AuthorisationRecord,
  steps: readonly AuthorisationStep[],
  regime: Regime,
): Condition[] {
  const rule = regime.urgency?.rule;
  if (!urgent || !rule) return [];
  const confirmations = [urgent.confirmation, ...steps.filter(({ kind: of }) => of === 'confirm')];
  const inTime = confirmations.some((given) => given !== null && given.atMs < urgent.deadlineMs);
  const { deadlineMs } = urgent;
  const toBeConfirmed = because('toBeConfirmed', { deadlineMs });
  const spans = inTime ? ALWAYS : upTo({ atMs: deadlineMs, rule, because: toBeConfirmed });
  return [{ kind, rule, unmet: because('notConfirmed', { deadlineMs }), spans }];
}

/** Ended before its time, from when that is recorded. */
function endConditions(steps: readonly AuthorisationStep[]): Condition[] {
  return steps
    .filter(({ kind: of }) => of === 'end')
    .map(({ by, reason, recordedAtMs }): Condition => {
      const unmet = because('endedBy', { by, said: reason });
      return { kind, rule: 'L1', unmet, spans: upTo({ atMs: recordedAtMs, rule: 'L1', because: unmet }) };
    });
}

/** L20: while a basis that the indicators rest on is suspended, none of them is in force. */
export function basisConditions(
  { retention, access, task }: IndicatorScope,
  basisSteps: ReadonlyMap<string, readonly BasisStep[]>,
): Condition[] {
  return [...new Set([retention, access, task])].flatMap((basis): Condition[] => {
    const steps = basisSteps.get(basis);
    if (!steps) return [];
    const turns = steps.map((step) => {
      const isShut = step.kind === 'suspend';
      const facts = { basis, by: step.by, said: step.reason };
      const turned = because(isShut ? 'basisSuspendedBy' : 'basisReinstatedBy', facts);
      return { isShut, bound: { atMs: step.recordedAtMs, rule: 'L20', because: turned } as const };
    });
    const unmet = because('basisSuspended', { basis });
    return [{ kind: 'suspension', rule: 'L20', unmet, spans: exceptBetween(turns) }];
  });
}
