// What steps of authorisations, bases and disputes are asked and answered alike.
import { z } from 'zod';

export const REASON = z.string().min(1).max(4_000);
/** SHA-256 of a document that is kept elsewhere. */
export const EVIDENCE = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'must be a SHA-256 digest, 64 hexadecimal digits');

/** A step as it was recorded. */
export const STEP = z.object({
  step: z.number(),
  kind: z.string(),
  by: z.string(),
  role: z.string(),
  atMs: z.number(),
  recordedAtMs: z.number(),
  reason: z.string().nullable(),
  evidence: z.string().nullable(),
});
