// Which steps an indicator's life allows: proposed → active → suspended ⇄ active → revoked, and never back from there.
// Pure: the steps so far and the next one in, a refusal or nothing out.
import { formatInstant } from '../core/time.ts';
import { isCause, PERSON, ruleOfCause } from './causes.ts';
import { ANALYSIS_OUTCOMES, VERIFICATION_OUTCOMES } from './indicator.ts';
import { samePersonKey } from './people.ts';
import { lineProblem, proseProblem } from './plain-text.ts';
import { type Fault, fault } from './refusal.ts';
import type { Rule } from './regime.ts';
import type { NewStep, Recorded, StepKind, UnnumberedStep } from './steps.ts';

/** L21: how many different people it takes. */
export const OVERRIDES_NEEDED = 2;

/** What stands after some steps. */
export interface Standing<Step extends UnnumberedStep> {
  readonly revoked: Step | null;
  /** Those that nobody has lifted, by cause. */
  readonly suspensions: ReadonlyMap<string, Step>;
  /** Those that were not cleared, by cause: the latest of each. */
  readonly hits: ReadonlyMap<string, Step>;
  /** By cause: the first of each person. */
  readonly overrides: ReadonlyMap<string, readonly Step[]>;
}

export function standingOf<Step extends UnnumberedStep>(steps: readonly Step[]): Standing<Step> {
  const suspensions = new Map<string, Step>();
  const hits = new Map<string, Step>();
  const overrides = new Map<string, Step[]>();
  let revoked: Step | null = null;
  for (const step of steps) {
    const cause = step.cause ?? PERSON;
    if (step.kind === 'revoke') revoked ??= step;
    else if (step.kind === 'suspend') suspensions.set(cause, step);
    else if (step.kind === 'reinstate') suspensions.delete(cause);
    else if (step.kind === 'hit') hits.set(cause, step);
    else if (step.kind === 'clear') hits.delete(cause);
    else if (step.kind === 'override') overrides.set(cause, withAnother(overrides.get(cause) ?? [], step));
  }
  return { revoked, suspensions, hits, overrides };
}

function withAnother<Step extends UnnumberedStep>(steps: readonly Step[], step: Step): Step[] {
  return steps.some(({ by }) => samePersonKey(by) === samePersonKey(step.by)) ? [...steps] : [...steps, step];
}

export function isOverridden({ overrides }: Standing<UnnumberedStep>, cause: string): boolean {
  return (overrides.get(cause)?.length ?? 0) >= OVERRIDES_NEEDED;
}

/** The step that is asked for, with what goes without saying. */
export function completeStep(
  indicator: string,
  step: NewStep,
  before: readonly UnnumberedStep[],
  { by, role, recordedAtMs }: Omit<Recorded, 'atMs'>,
): UnnumberedStep {
  return {
    indicator,
    kind: step.kind,
    by,
    role,
    atMs: step.atMs ?? recordedAtMs,
    recordedAtMs,
    outcome: step.outcome ?? null,
    method: step.method ?? null,
    evidence: step.evidence?.toLowerCase() ?? null,
    reason: step.reason ?? null,
    cause: step.cause ?? usualCause(step.kind, before),
    trafficUntilMs: step.trafficUntilMs ?? null,
    detail: step.detail ?? null,
  };
}

function usualCause(kind: StepKind, before: readonly UnnumberedStep[]): string | null {
  if (kind === 'suspend' || kind === 'reinstate') return PERSON;
  if (kind !== 'override') return null;
  const [only, ...others] = openHits(before);
  return only !== undefined && others.length === 0 ? only : null;
}

/** The causes of hard hits that stand and that are not overridden. */
function openHits(steps: readonly UnnumberedStep[]): string[] {
  const standing = standingOf(steps);
  return [...standing.hits.entries()]
    .filter(([cause, { outcome }]) => outcome === 'hard' && !isOverridden(standing, cause))
    .map(([cause]) => cause);
}

/** What must be said of each kind, and the rule that asks for it. */
const ASKED: Readonly<
  Record<StepKind, { readonly rule: Rule; readonly fields: readonly ('method' | 'outcome' | 'reason')[] }>
> = {
  analyse: { rule: 'L8', fields: ['outcome', 'method'] },
  verify: { rule: 'L9', fields: ['outcome', 'method'] },
  suspend: { rule: 'L10', fields: ['reason'] },
  reinstate: { rule: 'L10', fields: ['reason'] },
  revoke: { rule: 'L10', fields: ['reason'] },
  override: { rule: 'L21', fields: ['reason'] },
  hit: { rule: 'L21', fields: ['outcome'] },
  clear: { rule: 'L21', fields: [] },
};

const OUTCOMES: Readonly<Partial<Record<StepKind, readonly string[]>>> = {
  analyse: ANALYSIS_OUTCOMES,
  verify: VERIFICATION_OUTCOMES,
  hit: ['hard', 'soft'],
};

/** @param before every step so far; verifications may be left out. @returns why it is refused; `null` = it is not */
export function checkStep(before: readonly UnnumberedStep[], step: UnnumberedStep): Fault | null {
  const standing = standingOf(before);
  return (
    checkForm(step) ?? checkRevoked(standing, step) ?? CHECKS[step.kind]?.(standing, step, before) ?? null
  );
}

function checkForm(step: UnnumberedStep): Fault | null {
  const { rule, fields } = ASKED[step.kind];
  const name = lineProblem(step.by);
  if (name !== null) return fault('by', step.by, rule, name);
  for (const field of fields) {
    if (step[field] === null) return fault(field, null, rule, `is required to ${step.kind} an indicator`);
  }
  const allowed = OUTCOMES[step.kind];
  if (allowed && !allowed.includes(step.outcome ?? '')) {
    return fault('outcome', step.outcome, rule, `must be one of ${allowed.join(', ')}`);
  }
  for (const field of ['method', 'reason'] as const) {
    const problem = step[field] === null ? null : proseProblem(step[field]);
    if (problem !== null) return fault(field, step[field], rule, problem);
  }
  if (step.evidence !== null && !/^[0-9a-f]{64}$/.test(step.evidence)) {
    return fault('evidence', step.evidence, rule, 'must be a SHA-256 digest, 64 hexadecimal digits');
  }
  if (step.cause !== null && !isCause(step.cause)) {
    return fault('cause', step.cause, rule, 'must be person, prefix, dispute:N or warninglist:NAME');
  }
  return checkTimes(step, rule);
}

function checkTimes({ kind, atMs, recordedAtMs, trafficUntilMs }: UnnumberedStep, rule: Rule): Fault | null {
  if (atMs > recordedAtMs) {
    const message = `lies in the future: it is recorded at ${formatInstant(recordedAtMs)}`;
    return fault('at', formatInstant(atMs), rule, message);
  }
  if (trafficUntilMs === null) return null;
  if (kind !== 'revoke')
    return fault('trafficUntil', formatInstant(trafficUntilMs), rule, 'goes with revoke');
  return trafficUntilMs > recordedAtMs
    ? fault('trafficUntil', formatInstant(trafficUntilMs), rule, 'lies in the future')
    : null;
}

function checkRevoked({ revoked }: Standing<UnnumberedStep>, step: UnnumberedStep): Fault | null {
  return revoked === null ? null : fault('state', 'revoked', 'L10', refusedAfter(revoked, step.kind));
}

function refusedAfter(revoked: UnnumberedStep, kind: StepKind): string {
  const since = `revoked on ${formatInstant(revoked.recordedAtMs)} by ${revoked.by}`;
  return `was ${since}, for good: to ${kind} it is refused; coming back is a new indicator`;
}

type Check = (
  standing: Standing<UnnumberedStep>,
  step: UnnumberedStep,
  before: readonly UnnumberedStep[],
) => Fault | null;

const CHECKS: Readonly<Partial<Record<StepKind, Check>>> = {
  suspend({ suspensions }, { cause }) {
    const already = suspensions.get(cause!);
    if (!already) return null;
    const since = `suspended by ${cause} since ${formatInstant(already.recordedAtMs)} (${already.by})`;
    return fault('cause', cause, ruleOfCause(cause!), `it is already ${since}`);
  },
  reinstate({ suspensions }, { cause }) {
    if (suspensions.has(cause!)) return null;
    const others = [...suspensions.keys()].join(', ');
    const message =
      others === ''
        ? 'it is not suspended by a person or a dispute; what is overdue is verified, a basis is reinstated by itself'
        : `it is suspended by ${others}, and not by ${cause}`;
    return fault('cause', cause, ruleOfCause(cause!), message);
  },
  override({ overrides }, { cause, by }, before) {
    if (cause === null) return fault('cause', null, 'L21', whatToOverride(openHits(before)));
    const own = overrides.get(cause)?.find((step) => samePersonKey(step.by) === samePersonKey(by));
    if (!own) return null;
    const when = formatInstant(own.recordedAtMs);
    return fault('by', by, 'L21', `has overridden ${cause} already, on ${when}; it takes another person`);
  },
  hit: (_, { cause }) => (cause === null ? fault('cause', null, 'L21', 'is required') : null),
  clear({ hits }, { cause }) {
    if (cause === null) return fault('cause', null, 'L21', 'is required');
    return hits.has(cause) ? null : fault('cause', cause, 'L21', 'there is no such hit');
  },
};

function whatToOverride(hits: readonly string[]): string {
  return hits.length === 0
    ? 'no hard hit stands; to override the width of a prefix, name the cause prefix'
    : `several hits stand, name one: ${hits.join(', ')}`;
}
