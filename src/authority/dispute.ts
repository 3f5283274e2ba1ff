// A dispute (L11, D10): an operator's objective grounds to doubt an indicator. Two people decide it, alike; neither of them
// opened it. Instants are epoch milliseconds.
import { formatInstant } from '../core/time.ts';
import type { Authorisation } from './authorisation.ts';
import { samePersonKey } from './people.ts';
import { lineProblem, proseProblem } from './plain-text.ts';
import { type Fault, fault } from './refusal.ts';
import type { Recorded } from './steps.ts';

export const DISPUTE_OUTCOMES = ['upheld', 'rejected'] as const;
export type DisputeOutcome = (typeof DISPUTE_OUTCOMES)[number];

export interface DisputeDecision extends Recorded {
  /** Counted from the opening, which is 1. */
  readonly step: number;
  readonly outcome: DisputeOutcome;
  /** Where upheld: from when on the address was wrong, on the traffic clock; `null` = from ever. */
  readonly wrongSinceMs: number | null;
  readonly reason: string;
  /** The second person's, who says the same; else it is a proposal. */
  readonly completes: boolean;
}

export interface Dispute extends Recorded {
  readonly id: number;
  readonly indicator: string;
  readonly authorisation: string;
  readonly operator: string;
  readonly ground: string;
  /** SHA-256, hexadecimal. */
  readonly evidence: string | null;
  /** As the operator says. */
  readonly wrongSinceMs: number | null;
  /** Whether the indicator was suspended when it was opened. */
  readonly suspends: boolean;
  readonly decisions: readonly DisputeDecision[];
}

/** The last step: how often it has changed. */
export function disputeStep({ decisions }: Pick<Dispute, 'decisions'>): number {
  return decisions.at(-1)?.step ?? 1;
}

export function disputeState({ decisions }: Pick<Dispute, 'decisions'>): 'open' | DisputeOutcome {
  const last = decisions.at(-1);
  return last?.completes ? last.outcome : 'open';
}

/** What one person says and a second has not yet; `null` = nothing, or it is decided. */
export function pendingProposal({ decisions }: Pick<Dispute, 'decisions'>): DisputeDecision | null {
  const last = decisions.at(-1);
  return last === undefined || last.completes ? null : last;
}

function refuse(field: string, value: unknown, message: string): Fault {
  return fault(field, value, 'L11', message);
}

/** @param others disputes of the same indicator. @returns why it cannot be opened; `null` = it can */
export function checkOpening(
  opening: Omit<Dispute, 'id' | 'decisions'>,
  authorisation: Pick<Authorisation, 'reference' | 'operators'>,
  others: readonly Dispute[],
): Fault | null {
  const { operator, ground, evidence, wrongSinceMs, recordedAtMs } = opening;
  const { reference, operators } = authorisation;
  if (!operators.includes(operator))
    return refuse('operator', operator, `is not named by ${reference}: it names ${operators.join(', ')}`);
  const same = others.find((other) => other.operator === operator && disputeState(other) === 'open');
  if (same) return refuse('operator', operator, `disputes it already: dispute ${same.id} is open`);
  const problem = proseProblem(ground);
  if (problem !== null) return refuse('ground', ground, problem);
  if (evidence !== null && !/^[0-9a-f]{64}$/.test(evidence))
    return refuse('evidence', evidence, 'must be a SHA-256 digest, 64 hexadecimal digits');
  return checkPerson(opening) ?? checkSince(wrongSinceMs, recordedAtMs);
}

function checkPerson({ by, atMs, recordedAtMs }: Omit<Recorded, 'role'>): Fault | null {
  const problem = lineProblem(by);
  if (problem !== null) return refuse('by', by, problem);
  return atMs > recordedAtMs ? refuse('at', formatInstant(atMs), 'lies in the future') : null;
}

function checkSince(wrongSinceMs: number | null, recordedAtMs: number): Fault | null {
  return wrongSinceMs !== null && wrongSinceMs > recordedAtMs
    ? refuse('wrong_since', formatInstant(wrongSinceMs), 'lies in the future')
    : null;
}

export interface DecisionRequest extends Omit<Recorded, 'role'> {
  readonly outcome: DisputeOutcome;
  readonly reason: string;
  /** Without it: what was proposed, else what the operator says. */
  readonly wrongSinceMs?: number | null | undefined;
}

type Judged = Pick<DisputeDecision, 'completes' | 'wrongSinceMs'> | { readonly refusal: Fault };

/** What a decision would be, or why it is refused. Who proposes again changes their own proposal. */
export function judgeDecision(dispute: Dispute, request: DecisionRequest): Judged {
  const refusal = checkDecision(dispute, request);
  if (refusal) return { refusal };
  const { outcome, wrongSinceMs } = request;
  const pending = pendingProposal(dispute);
  if (pending === null || isSamePerson(request, pending)) {
    const since = wrongSinceMs === undefined ? dispute.wrongSinceMs : wrongSinceMs;
    return { completes: false, wrongSinceMs: outcome === 'upheld' ? since : null };
  }
  if (outcome !== pending.outcome) {
    const theirs = `${pending.by} has proposed ${pending.outcome}: ${pending.reason}`;
    return { refusal: refuse('outcome', outcome, `${theirs} (two people decide alike)`) };
  }
  if (wrongSinceMs !== undefined && wrongSinceMs !== pending.wrongSinceMs) {
    const message = `${pending.by} has proposed ${sinceText(pending.wrongSinceMs)}`;
    return { refusal: refuse('wrong_since', sinceText(wrongSinceMs), message) };
  }
  return { completes: true, wrongSinceMs: pending.wrongSinceMs };
}

function checkDecision(dispute: Dispute, request: DecisionRequest): Fault | null {
  const { by, outcome, reason, wrongSinceMs } = request;
  const state = disputeState(dispute);
  if (state !== 'open') return refuse('state', state, 'it is decided');
  const problem = proseProblem(reason);
  if (problem !== null) return refuse('reason', reason, problem);
  const malformed = checkPerson(request) ?? checkSince(wrongSinceMs ?? null, request.recordedAtMs);
  if (malformed) return malformed;
  if (isSamePerson(request, dispute)) return refuse('by', by, 'has opened it: two others decide');
  if (outcome === 'rejected' && wrongSinceMs !== undefined)
    return refuse('wrong_since', sinceText(wrongSinceMs), 'goes with upheld');
  const pending = pendingProposal(dispute);
  const isRepeated =
    pending !== null &&
    isSamePerson(request, pending) &&
    outcome === pending.outcome &&
    (wrongSinceMs === undefined || wrongSinceMs === pending.wrongSinceMs);
  return isRepeated ? refuse('by', by, `has proposed ${outcome} already: it takes another person`) : null;
}

function isSamePerson(one: { readonly by: string }, other: { readonly by: string }): boolean {
  return samePersonKey(one.by) === samePersonKey(other.by);
}

function sinceText(ms: number | null): string {
  return ms === null ? 'ever' : formatInstant(ms);
}
