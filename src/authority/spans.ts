// Half-open spans of the collection clock, each of whose bounds remembers the rule that set it. Instants are epoch
// milliseconds; `-Infinity` and `Infinity` where a side is open.
import type { Rule } from './regime.ts';

export interface Bound {
  readonly atMs: number;
  readonly rule: Rule;
  /** Why, in words. */
  readonly why: string;
}

/** `[from.atMs, until.atMs)`, never empty. */
export interface Span {
  readonly from: Bound;
  readonly until: Bound;
}

/** When one condition of being in force is met: disjoint spans in order of time. */
export interface Condition {
  readonly rule: Rule;
  /** Why it is not met outside its spans, where the nearest bound does not say it. */
  readonly unmet: string;
  readonly spans: readonly Span[];
}

const FROM_EVER: Bound = { atMs: -Infinity, rule: 'L1', why: 'from ever' };
const FOR_EVER: Bound = { atMs: Infinity, rule: 'L1', why: 'no end' };

export const ALWAYS: readonly Span[] = [{ from: FROM_EVER, until: FOR_EVER }];

export function fromOn(from: Bound): readonly Span[] {
  return from.atMs === Infinity ? [] : [{ from, until: FOR_EVER }];
}

export function upTo(until: Bound): readonly Span[] {
  return until.atMs === -Infinity ? [] : [{ from: FROM_EVER, until }];
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
