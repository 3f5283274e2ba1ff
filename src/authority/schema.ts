// The form of an authorisation file: which keys, of what type, within what bounds. What must be there, and which bases go
// together, is the regime's (checks.ts).
import { z } from 'zod';
import { parseDuration, parseInstant } from '../core/time.ts';
import { ANALYSIS_OUTCOMES, TLP, VERIFICATION_OUTCOMES } from './indicator.ts';
import { isOperatorId, OPERATOR_ID_FORM } from './operator.ts';
import { CONTROL, CONTROL_BUT_LINE_END, LONGEST_LINE, LONGEST_TEXT } from './plain-text.ts';

function text(longest: number, control: RegExp) {
  return z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((value) => !control.test(value), 'holds control characters');
}

function pattern(expression: RegExp, form: string) {
  return z.string().refine((value) => expression.test(value), form);
}

const line = text(LONGEST_LINE, CONTROL);
const prose = text(LONGEST_TEXT, CONTROL_BUT_LINE_END);

/** The instants of a list are few: those read last are kept. */
const instants = new Map<string, number>();
const MOST_INSTANTS = 1000;

/** Epoch milliseconds. */
const instant = z.string().transform((value, context) => {
  const known = instants.get(value);
  if (known !== undefined) return known;
  const parsed = parseInstant(value);
  if ('problem' in parsed) {
    context.addIssue({ code: 'custom', message: parsed.problem });
    return z.NEVER;
  }
  if (instants.size >= MOST_INSTANTS) instants.clear();
  instants.set(value, parsed.value);
  return parsed.value;
});

const duration = z
  .string()
  .refine((value) => 'value' in parseDuration(value), { error: 'not a duration such as P7D, PT12H or P6M' });

const sha256 = pattern(/^[0-9a-fA-F]{64}$/, 'a SHA-256 digest is 64 hexadecimal digits').transform((value) =>
  value.toLowerCase(),
);

const approval = z.strictObject({ by: line, at: instant });

export const HEADER = z.strictObject({
  reference: line,
  file: line.nullish(),
  regime: z.string(),
  decided: instant.nullish(),
  ends: instant.nullish(),
  purpose: prose.nullish(),
  operators: z.array(z.string().refine(isOperatorId, OPERATOR_ID_FORM)).max(1000).nullish(),
  document: z.strictObject({ name: line.nullish(), sha256: sha256.nullish() }).nullish(),
  approvals: z.array(approval).max(100).nullish(),
  renews: line.nullish(),
  method: z.string().nullish(),
  mentions: z.record(z.string().max(LONGEST_LINE), prose).nullish(),
  notified: instant.nullish(),
  urgent: z.boolean().nullish(),
  confirm_by: instant.nullish(),
  confirmed: approval.nullish(),
});
export type HeaderInput = z.output<typeof HEADER>;

function finding<const Outcomes extends readonly [string, ...string[]]>(outcomes: Outcomes) {
  return z.strictObject({
    by: line,
    at: instant,
    method: prose,
    outcome: z.enum(outcomes),
    evidence: sha256.nullish(),
  });
}

const THREAT = z.strictObject({
  name: line.nullish(),
  activity: line.nullish(),
  kind: z.string().nullish(),
  relation: z.string().nullish(),
  actor: prose.nullish(),
  description: prose.nullish(),
});

const BASIS = z.strictObject({
  retention: z.string().nullish(),
  retention_term: duration.nullish(),
  access: z.string().nullish(),
  task: z.string().nullish(),
});

const SOURCE = z.strictObject({
  name: line,
  reliability: z.enum(['A', 'B', 'C', 'D', 'E', 'F']),
  credibility: z.int().min(1).max(6),
});
const ANALYSIS = finding(ANALYSIS_OUTCOMES);
const VERIFICATION = finding(VERIFICATION_OUTCOMES);

const OVERRIDE = z.strictObject({ by: line, at: instant, reason: prose });

export const ENTRY = z.strictObject({
  id: pattern(
    /^indicator--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'an identifier is indicator-- and a UUID in small letters',
  ).nullish(),
  address: z.string().max(LONGEST_LINE).nullish(),
  port: z.int().min(1).max(65_535).nullish(),
  protocol: z.union([z.string().max(20), z.int().min(0).max(255)]).nullish(),
  first_seen: instant.nullish(),
  first_seen_event: prose.nullish(),
  traffic_until: instant.nullish(),
  country: z.string().max(LONGEST_LINE).nullish(),
  threat: THREAT.nullish(),
  basis: BASIS.nullish(),
  sources: z.array(SOURCE).max(100).nullish(),
  analyses: z.array(ANALYSIS).max(1000).nullish(),
  verifications: z.array(VERIFICATION).max(10_000).nullish(),
  verify_every: duration.nullish(),
  verify_reason: prose.nullish(),
  tlp: z.enum(TLP).nullish(),
  block: z.boolean().nullish(),
  overrides: z.array(OVERRIDE).max(10).nullish(),
});
export type EntryInput = z.output<typeof ENTRY>;

/** The keys that each mapping of the file may have, by its path without places in lists. */
export const KEYS: Readonly<Record<string, readonly string[]>> = {
  authorisation: Object.keys(HEADER.shape),
  'authorisation.document': ['name', 'sha256'],
  'authorisation.approvals': Object.keys(approval.shape),
  'authorisation.confirmed': Object.keys(approval.shape),
  indicators: Object.keys(ENTRY.shape),
  'indicators.threat': Object.keys(THREAT.shape),
  'indicators.basis': Object.keys(BASIS.shape),
  'indicators.sources': Object.keys(SOURCE.shape),
  'indicators.analyses': Object.keys(ANALYSIS.shape),
  'indicators.verifications': Object.keys(VERIFICATION.shape),
  'indicators.overrides': Object.keys(OVERRIDE.shape),
};
