// What suspends an indicator, is hit, or is overridden: a word, and for some a name behind a colon.
import type { Rule } from './regime.ts';

/** Somebody's own decision. */
export const PERSON = 'person';
/** A prefix that is wider than the regime allows (L21). */
export const WIDE_PREFIX = 'prefix';

export function disputeCause(dispute: number): string {
  return `dispute:${dispute}`;
}

export function warningListCause(list: string): string {
  return `warninglist:${list}`;
}

const FORM = /^(?:person|prefix|dispute:\d{1,15}|warninglist:[^\p{Cc}]{1,200})$/u;

export function isCause(text: string): boolean {
  return FORM.test(text);
}

/** The rule that a cause rests on. */
export function ruleOfCause(cause: string): Rule {
  if (cause.startsWith('dispute:')) return 'L11';
  return cause === PERSON ? 'L10' : 'L21';
}
