// Half-open spans of the collection clock, each of whose bounds remembers the rule that set it. Instants are epoch
// milliseconds; `-Infinity` and `Infinity` where a side is open.
import { because, type Reason } from './reasons.ts';
import type { Rule } from './regime.ts';

export interface Bound {
  readonly atMs: number;
  readonly rule: Rule;
  readonly because: Reason;
}

/** `[from.atMs, until.atMs)`, never empty. */
export interface Span {
  readonly from: Bound;
  readonly until: Bound;
}

/** What it is that a condition asks of: decides the state of an indicator for which it is not met. */
export type ConditionKind =
  | 'authorisation'
  | 'declaration'
  | 'finding'
  | 'suspension'
  | 'revocation'
  | 'listing';

/** When one condition of being in force is met: disjoint spans in order of time. */
export interface Condition {
  readonly kind: ConditionKind;
  readonly rule: Rule;
  /** Why it is not met outside its spans, where the nearest bound does not say it. */
  readonly unmet: Reason;
  readonly spans: readonly Span[];
}

const FROM_EVER: Bound = { atMs: -Infinity, rule: 'L1', because: because('fromEver') };
const FOR_EVER: Bound = { atMs: Infinity, rule: 'L1', because: because('noEnd') };

export const ALWAYS: readonly Span[] = [{ from: FROM_EVER, until: FOR_EVER }];

export function fromOn(from: Bound): readonly Span[] {
  return from.atMs === Infinity ? [] : [{ from, until: FOR_EVER }];
}

export function upTo(until: Bound): readonly Span[] {
  return until.atMs === -Infinity ? [] : [{ from: FROM_EVER, until }];
}

/** Something that was recorded, and whether the condition is not met since. */
interface Turn {
  readonly isShut: boolean;
  readonly bound: Bound;
}

/** From ever, but from each turn that shuts on to the next that does not. */
export function exceptBetween(turns: readonly Turn[]): readonly Span[] {
  const spans: Span[] = [];
  let from: Bound | null = FROM_EVER;
  for (const { isShut, bound } of turns) {
    if (isShut && from !== null) {
      if (from.atMs < bound.atMs) spans.push({ from, until: bound });
      from = null;
    } else if (!isShut) from ??= bound;
  }
  return from === null ? spans : [...spans, { from, until: FOR_EVER }];
}

/** When both hold. Of two bounds at one instant, the first list's is kept. */
export function intersect(one: readonly Span[], other: readonly Span[]): readonly Span[] {
  if (one === ALWAYS) return other;
  const both: Span[] = [];
  let a = 0;
  let b = 0;
  while (a < one.length && b < other.length) {
    const left = one[a] as Span;
    const right = other[b] as Span;
    const from = right.from.atMs > left.from.atMs ? right.from : left.from;
    const until = right.until.atMs < left.until.atMs ? right.until : left.until;
    if (from.atMs < until.atMs) both.push({ from, until });
    if (left.until.atMs <= right.until.atMs) a += 1;
    else b += 1;
  }
  return both;
}

export function holds(spans: readonly Span[], atMs: number): boolean {
  return spans.some(({ from, until }) => from.atMs <= atMs && atMs < until.atMs);
}

/** The first bound after an instant; `Infinity` = there is none. */
export function boundAfter(spans: readonly Span[], atMs: number): number {
  let next = Infinity;
  for (const { from, until } of spans) {
    if (from.atMs > atMs && from.atMs < next) next = from.atMs;
    if (until.atMs > atMs && until.atMs < next) next = until.atMs;
  }
  return next;
}
