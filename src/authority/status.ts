// Where an indicator stands at an instant, in a line: since when and until when it is in force, when it must be verified
// again, and what is in the way. explain.ts has it in full.
import type { Explanation, IndicatorState } from './explain.ts';
import { because, reasonText } from './reasons.ts';
import { type Bound, holds } from './spans.ts';
import type { IndicatorStep } from './steps.ts';

export interface IndicatorStatus extends Pick<Explanation, 'state' | 'inForce' | 'verificationDueMs'> {
  /** The span of the collection clock in which it is in force; `null` = it is not, or no end is known. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Each once, whatever operators it concerns. */
  readonly obstacles: readonly Bound[];
}

/** @param atMs as `explain` was asked for */
export function statusOf(explanation: Explanation, atMs: number): IndicatorStatus {
  const { state, inForce, windows, verificationDueMs } = explanation;
  const spans = windows.flatMap(({ collection }) => collection).filter((span) => holds([span], atMs));
  const obstacles = new Map(
    windows.flatMap((window) =>
      window.obstacles.map((bound) => [`${bound.rule} ${reasonText(bound.because)}`, bound]),
    ),
  );
  return {
    state,
    inForce,
    sinceMs: finite(Math.min(...spans.map(({ from }) => from.atMs))),
    untilMs: finite(Math.max(...spans.map(({ until }) => until.atMs))),
    verificationDueMs,
    obstacles: [...obstacles.values()],
  };
}

/** L9: verified active before, and due again by then; what is over for other reasons is not. */
export function isVerificationDue(
  { state, verificationDueMs }: Pick<IndicatorStatus, 'state' | 'verificationDueMs'>,
  byMs: number,
): boolean {
  return verificationDueMs !== null && verificationDueMs <= byMs && !OVER.includes(state);
}

const OVER: readonly IndicatorState[] = ['revoked', 'ended', 'withdrawn'];

/** Where a proposal stands that is not complete yet. */
export function statusOfDraft(
  revoked: Pick<IndicatorStep, 'by' | 'recordedAtMs'> | null | undefined,
): IndicatorStatus {
  const obstacle: Bound = revoked
    ? { atMs: revoked.recordedAtMs, rule: 'L10', because: because('revoked', { by: revoked.by }) }
    : { atMs: Infinity, rule: 'L8', because: because('draft') };
  const state = revoked ? 'revoked' : 'proposed';
  const never = { inForce: false, sinceMs: null, untilMs: null, verificationDueMs: null };
  return { state, ...never, obstacles: [obstacle] };
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}
