// What operators are told of an indicator: from what they were last told and what is so now. Pure.
import type { ToldState } from '../store/notice-progress.ts';
import type { Touch } from './happenings.ts';
import type { NoticeKind } from './notice.ts';
import { isInForce, type Standing } from './standing.ts';

export interface Judged {
  readonly kind: NoticeKind;
  readonly told: ToldState;
}

export interface Asked {
  readonly told: ToldState | null;
  readonly standing: Standing;
  /** What ended it for good, if anything did. */
  readonly over: 'revocation' | 'withdrawal' | null;
  /** `null` = nothing happened to it; its authorisation has come into force. */
  readonly touch: Touch | null;
}

/** @returns null where there is nothing to tell */
export function judge({ told, standing, over, touch }: Asked): Judged | null {
  const { state, sinceMs } = standing;
  if (isInForce(standing)) return judgeInForce(told, touch);
  if (told === 'over' || state === 'never' || (told === null && touch === null)) return null;
  if (over !== null) return { kind: over, told: 'over' };
  if (told === 'suspended') return null;
  // What was out of force before it was taken in is no news.
  const isNews = told === 'active' || (touch !== null && sinceMs >= touch.sinceMs);
  return isNews ? { kind: 'suspension', told: 'suspended' } : null;
}

function judgeInForce(told: ToldState | null, touch: Touch | null): Judged | null {
  if (told === null || told === 'over') return { kind: 'new', told: 'active' };
  if (told === 'suspended') return { kind: 'reinstatement', told: 'active' };
  if (touch?.isOverdue) return { kind: 'overdue', told };
  return touch?.isVisible ? { kind: 'changed', told } : null;
}
