// Of a regime, what a person must know to work with an authorisation under it.
import { z } from 'zod';
import type { AuthorisationRecord } from '../../authority/records.ts';
import { byId, type Regime } from '../../authority/regime.ts';

const RULE = z.object({ rule: z.string(), source: z.string() });
const ENTRY = z.object({ id: z.string(), name: z.string(), source: z.string() });

export const REGIME = z.object({
  id: z.string(),
  name: z.string(),
  source: z.string(),
  /** What the authorisation's method is; `null` = the regime knows none. */
  method: ENTRY.nullable(),
  /** How long an authorisation may last. */
  longest: RULE.extend({ duration: z.string() }).nullable(),
  approvals: RULE.extend({ needed: z.number() }),
  analyses: RULE.extend({ needed: z.number() }),
  verification: RULE.extend({ longest: z.string() }),
  urgency: RULE.nullable(),
  retention: z.array(ENTRY.extend({ term: z.enum(['statutory', 'operator']), terms: z.array(z.string()) })),
  access: z.array(ENTRY),
  tasks: z.array(ENTRY),
  registers: z.array(ENTRY),
});

export function regimeOf(regime: Regime, { method }: AuthorisationRecord): z.infer<typeof REGIME> {
  const { id, name, source, longest, approvals, analyses, verification, urgency } = regime;
  return {
    ...{ id, name, source, longest, approvals, analyses, verification, urgency },
    method: method === null ? null : (byId(regime.methods, method) ?? null),
    retention: regime.retention.map((basis) => ({ ...basis, terms: [...basis.terms] })),
    access: [...regime.access],
    tasks: [...regime.tasks],
    registers: [...regime.registers],
  };
}
