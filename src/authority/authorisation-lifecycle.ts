// Which steps the life of an authorisation, and of a legal basis, allows. Pure.
import { formatInstant } from '../core/time.ts';
import { samePersonKey } from './people.ts';
import { lineProblem, proseProblem } from './plain-text.ts';
import type { AuthorisationRecord } from './records.ts';
import { type Fault, fault } from './refusal.ts';
import type { Rule } from './regime.ts';
import type { AuthorisationStep, BasisStep } from './steps.ts';

/** @returns why it is refused; `null` = it is not */
export function checkAuthorisationStep(
  authorisation: AuthorisationRecord,
  before: readonly AuthorisationStep[],
  step: AuthorisationStep,
): Fault | null {
  const rule = RULES[step.kind];
  return (
    checkForm(step, rule) ??
    checkEnded(authorisation, before, step, rule) ??
    CHECKS[step.kind](authorisation, before, step)
  );
}

const RULES = { end: 'L1', approve: 'I1', confirm: 'I3' } as const satisfies Record<
  AuthorisationStep['kind'],
  Rule
>;

type Check = (
  authorisation: AuthorisationRecord,
  before: readonly AuthorisationStep[],
  step: AuthorisationStep,
) => Fault | null;

function checkEnded(
  { endsMs }: AuthorisationRecord,
  before: readonly AuthorisationStep[],
  { kind, recordedAtMs }: AuthorisationStep,
  rule: Rule,
): Fault | null {
  const end = before.find((step) => step.kind === 'end');
  const endedMs = end?.recordedAtMs ?? endsMs ?? Infinity;
  if (recordedAtMs < endedMs) return null;
  const how = end
    ? `was ended on ${formatInstant(endedMs)} by ${end.by}`
    : `ended on ${formatInstant(endedMs)}`;
  return fault('state', 'ended', rule, `${how}: to ${kind} it is refused; it can be renewed by another`);
}

const CHECKS: Readonly<Record<AuthorisationStep['kind'], Check>> = {
  end: (_, __, { reason }) =>
    reason === null ? fault('reason', null, 'L1', 'is required to end an authorisation') : null,
  approve({ approvals }, before, { by }) {
    const given = [...approvals, ...before.filter(({ kind }) => kind === 'approve')];
    const own = given.find((approval) => samePersonKey(approval.by) === samePersonKey(by));
    return own ? fault('by', by, 'I1', `has approved it already, on ${formatInstant(own.atMs)}`) : null;
  },
  confirm({ urgent }, before, { atMs }) {
    if (urgent === null) return fault('urgent', null, 'I3', 'only an urgent decision is confirmed');
    const confirmation = urgent.confirmation ?? before.find(({ kind }) => kind === 'confirm');
    if (confirmation) {
      const when = formatInstant(confirmation.atMs);
      return fault('state', 'confirmed', 'I3', `was confirmed on ${when} by ${confirmation.by}`);
    }
    if (atMs < urgent.deadlineMs) return null;
    const deadline = formatInstant(urgent.deadlineMs);
    return fault(
      'at',
      formatInstant(atMs),
      'I3',
      `was to be confirmed before ${deadline}: it is in force no more, for good`,
    );
  },
};

/** L20. @returns why it is refused; `null` = it is not */
export function checkBasisStep(before: readonly BasisStep[], step: BasisStep): Fault | null {
  const problem = checkForm(step, 'L20');
  if (problem) return problem;
  if (step.reason === null) return fault('reason', null, 'L20', `is required to ${step.kind} a basis`);
  const last = before.at(-1);
  if ((last?.kind === 'suspend') === (step.kind === 'reinstate')) return null;
  const since = last ? ` since ${formatInstant(last.recordedAtMs)} (${last.by})` : '';
  const state = step.kind === 'suspend' ? `is already suspended${since}` : 'is not suspended';
  return fault('basis', step.basis, 'L20', state);
}

function checkForm(
  { by, reason, evidence, atMs, recordedAtMs }: AuthorisationStep | BasisStep,
  rule: Rule,
): Fault | null {
  const name = lineProblem(by);
  if (name !== null) return fault('by', by, rule, name);
  const problem = reason === null ? null : proseProblem(reason);
  if (problem !== null) return fault('reason', reason, rule, problem);
  if (evidence !== null && !/^[0-9a-f]{64}$/.test(evidence)) {
    return fault('evidence', evidence, rule, 'must be a SHA-256 digest, 64 hexadecimal digits');
  }
  return atMs > recordedAtMs
    ? fault(
        'at',
        formatInstant(atMs),
        rule,
        `lies in the future: it is recorded at ${formatInstant(recordedAtMs)}`,
      )
    : null;
}
