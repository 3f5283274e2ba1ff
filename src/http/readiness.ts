// Whether the daemon does its work, by what it last said.
import type { LiveFigures } from '../engine/live-figures.ts';

/** Figures that are older say that the daemon hangs. */
const STALE_AFTER_MS = 5_000;

export type Readiness =
  | { readonly ready: true; readonly figures: LiveFigures }
  | { readonly ready: false; readonly problem: string | null; readonly figures: LiveFigures | null };

/** The problem is `null` where the daemon itself names it. */
export function readinessOf(figures: LiveFigures | null, nowMs: number): Readiness {
  if (!figures) return { ready: false, problem: 'not started', figures };
  if (nowMs - figures.atMs > STALE_AFTER_MS)
    return { ready: false, problem: 'the daemon does not answer', figures };
  return figures.health.ready ? { ready: true, figures } : { ready: false, problem: null, figures };
}
