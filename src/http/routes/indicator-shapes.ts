// The shapes of an indicator in answers.
import { z } from 'zod';
import { DISPUTE_OUTCOMES } from '../../authority/dispute.ts';
import { INDICATOR_STATES } from '../../authority/explain.ts';
import { ANALYSIS_OUTCOMES, TLP, VERIFICATION_OUTCOMES } from '../../authority/indicator.ts';
import { type Fact, REASON_TEXTS, type ReasonCode } from '../../authority/reasons.ts';
import { STEP_KINDS } from '../../authority/steps.ts';

const TEXT = z.string().nullable();
/** Epoch ms; `null` = never, from ever, or not known. */
const INSTANT = z.number().nullable();

/** Why, in English, and as a code with its facts for other languages: src/authority/reasons.ts. */
export const TOLD = {
  why: z.string(),
  because: z.object({
    code: z.enum(Object.keys(REASON_TEXTS) as ReasonCode[]),
    facts: z.record(z.string(), z.unknown() as z.ZodType<Fact>).optional(),
  }),
};

/** One end of a window, and the rule that set it. */
export const BOUND = z.object({ atMs: INSTANT, rule: z.string(), ...TOLD });
const SPAN = z.object({ from: BOUND, until: BOUND });

export const STATUS = z.object({
  state: z.enum(INDICATOR_STATES),
  inForce: z.boolean(),
  sinceMs: INSTANT,
  untilMs: INSTANT,
  verificationDueMs: INSTANT,
  /** Why it is not in force. */
  obstacles: z.array(BOUND).readonly(),
});

const SERVER = z.object({
  id: z.string(),
  address: z.string(),
  port: z.number().nullable(),
  /** IANA number. */
  protocol: z.number().nullable(),
  authorisation: z.string(),
});

export const ITEM = SERVER.extend({
  ...STATUS.shape,
  origin: z.enum(['file', 'proposal', 'draft']),
  step: z.number(),
  threatName: TEXT,
  tlp: z.enum(TLP).nullable(),
  hits: z.array(z.object({ cause: z.string(), severity: z.string(), isOverridden: z.boolean() })).readonly(),
});

export const STEP = z.object({
  step: z.number(),
  kind: z.enum(STEP_KINDS),
  by: z.string(),
  role: z.string(),
  /** When it took place, and when it was recorded. */
  atMs: z.number(),
  recordedAtMs: z.number(),
  outcome: TEXT,
  method: TEXT,
  evidence: TEXT,
  reason: TEXT,
  cause: TEXT,
  trafficUntilMs: INSTANT,
});

const FINDING = z.object({
  by: z.string(),
  atMs: z.number(),
  method: z.string(),
  evidence: z.string().optional(),
});

/** What the authority's file, or the completed proposal, says of it. */
const DOCUMENT = z.object({
  firstSeenMs: z.number(),
  firstSeenEvent: z.string(),
  trafficUntilMs: INSTANT,
  country: z.string(),
  threat: z.object({
    activity: z.string(),
    name: TEXT,
    kind: TEXT,
    relation: TEXT,
    actor: TEXT,
    description: TEXT,
  }),
  basis: z.object({ retention: z.string(), retentionTerm: TEXT, access: z.string(), task: z.string() }),
  sources: z
    .array(z.object({ name: z.string(), reliability: z.string(), credibility: z.number() }))
    .readonly(),
  analyses: z.array(FINDING.extend({ outcome: z.enum(ANALYSIS_OUTCOMES) })).readonly(),
  verifications: z.array(FINDING.extend({ outcome: z.enum(VERIFICATION_OUTCOMES) })).readonly(),
  /** ISO 8601 duration. */
  verifyEvery: z.string(),
  verifyReason: TEXT,
  tlp: z.enum(TLP),
  block: z.boolean(),
  overrides: z.array(z.object({ by: z.string(), atMs: z.number(), reason: z.string() })).readonly(),
  version: z.number(),
  withdrawnMs: INSTANT,
});

const WINDOW = z.object({
  operators: z.array(z.string()).readonly(),
  retentionTerm: TEXT,
  traffic: SPAN,
  collection: z.array(SPAN).readonly(),
  inForce: z.boolean(),
  obstacles: z.array(BOUND).readonly(),
});

const FAULT = z.object({ field: z.string(), rule: z.string(), message: z.string() });

const OBSERVATION = z.object({
  source: z.string(),
  item: z.string().optional(),
  retracted: z.string().optional(),
  firstSeenMs: z.number().optional(),
  lastSeenMs: z.number().optional(),
  threats: z.array(z.string()).readonly().optional(),
  status: z.string().optional(),
  confidence: z.number().optional(),
  tlp: z.string().optional(),
});

/** What feeds say and people have set. */
const PROPOSAL = z.object({
  version: z.number(),
  recordedAtMs: z.number(),
  recordedBy: z.string(),
  /** By their names: `country`, `threat.activity`. */
  fields: z.record(z.string(), z.string()),
  sources: z
    .array(
      z.object({ name: z.string(), reliability: z.string().nullable(), credibility: z.number().nullable() }),
    )
    .readonly(),
  observations: z.array(OBSERVATION).readonly(),
});

const DISPUTE = z.object({
  id: z.number(),
  operator: z.string(),
  by: z.string(),
  ground: z.string(),
  suspends: z.boolean(),
  atMs: z.number(),
  recordedAtMs: z.number(),
  state: z.enum(['open', ...DISPUTE_OUTCOMES]),
});

export const DETAIL = SERVER.extend({
  origin: z.enum(['file', 'proposal', 'draft']),
  step: z.number(),
  status: STATUS,
  analysesNeeded: z.number(),
  confirmedBy: z.array(z.string()).readonly(),
  /** `null` for a draft. */
  document: DOCUMENT.nullable(),
  windows: z.array(WINDOW).readonly(),
  steps: z.array(STEP).readonly(),
  /** Standing, with who has overridden each: it takes two. */
  hits: z
    .array(
      z.object({
        cause: z.string(),
        severity: z.string(),
        sinceMs: z.number(),
        overriddenBy: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  overridesNeeded: z.number(),
  disputes: z.array(DISPUTE).readonly(),
  proposal: PROPOSAL.nullable(),
  /** What a draft lacks, and what of it cannot be. */
  missing: z.array(FAULT).readonly(),
  wrong: z.array(FAULT).readonly(),
});
export type DetailAnswer = z.infer<typeof DETAIL>;

export const EVENT = z.object({
  sequence: z.number(),
  recordedAtMs: z.number(),
  atMs: z.number(),
  by: z.string(),
  role: z.string(),
  action: z.string(),
  /** It, a dispute of it, its authorisation or a basis of it. */
  object: z.string(),
  version: z.number(),
  digest: TEXT,
  detail: z.record(z.string(), z.unknown()),
});
