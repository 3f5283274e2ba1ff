// Bounds of windows in answers: JSON has no infinity.
import { z } from 'zod';
import type { Bound } from '../authority/spans.ts';

/** `atMs` is `null` where a side is open, or where nobody knows when. */
export const BOUND = z.object({ atMs: z.number().nullable(), rule: z.string(), why: z.string() });

export function boundOf({ atMs, rule, why }: Bound): z.infer<typeof BOUND> {
  return { atMs: Number.isFinite(atMs) ? atMs : null, rule, why };
}
