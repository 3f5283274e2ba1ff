// What was explained, as it is put out: every reason in words beside its code, and `null` where JSON has no infinity.
import type { ExplainedWindow } from './explain.ts';
import { type Reason, reasonText } from './reasons.ts';
import type { Rule } from './regime.ts';
import type { Bound, Span } from './spans.ts';

export interface Told {
  /** In English. */
  readonly why: string;
  /** The same as a code with facts, for other languages. */
  readonly because: Reason;
}

export interface ToldBound extends Told {
  /** Epoch ms; `null` = never, or from ever. */
  readonly atMs: number | null;
  readonly rule: Rule;
}

export function withChecks<
  C extends { readonly because: Reason },
  T extends { readonly checks: readonly C[] },
>(of: T): Omit<T, 'checks'> & { readonly checks: readonly (T['checks'][number] & Told)[] } {
  return { ...of, checks: of.checks.map((check) => ({ ...check, why: reasonText(check.because) })) };
}

export function toldBound({ atMs, rule, because }: Bound): ToldBound {
  return { atMs: Number.isFinite(atMs) ? atMs : null, rule, why: reasonText(because), because };
}

export function toldSpan({ from, until }: Span): Readonly<Record<keyof Span, ToldBound>> {
  return { from: toldBound(from), until: toldBound(until) };
}

export function toldWindow(window: ExplainedWindow) {
  const { traffic, collection } = window;
  return withObstacles({ ...window, traffic: toldSpan(traffic), collection: collection.map(toldSpan) });
}

export function withObstacles<T extends { readonly obstacles: readonly Bound[] }>(of: T) {
  return { ...of, obstacles: of.obstacles.map(toldBound) };
}
