// Victims as the API shows them: the shape of `victims --json`, with a name that is no address.
import { z } from 'zod';
import { COVERAGE_COUNTS } from '../store/coverage-columns.ts';
import { ENTITY_KINDS, PROFESSIONS } from '../store/entities.ts';
import { TIME_SOURCES } from '../store/matches.ts';
import { EVIDENCE_CLASSES } from '../victims/evidence-class.ts';

const COUNT = z.number();
const SHARE = z.number();

const ONE_WAY = z.object({
  flows: COUNT,
  bytes: COUNT.nullable(),
  packets: COUNT.nullable(),
  tcpFlags: z.number().nullable(),
});

function different<Value extends z.ZodType>(value: Value) {
  return z.object({ listed: z.array(value).readonly(), count: COUNT, isAtLeast: z.boolean() });
}

const BEACON = z.union([
  z.object({
    dayMs: z.number(),
    contacts: COUNT,
    band: z.string(),
    isBeaconing: z.boolean(),
    intervals: SHARE,
    sizes: SHARE,
    duration: SHARE,
    histogram: SHARE,
    score: SHARE,
  }),
  z.object({ score: z.null(), insufficient: z.string(), reason: z.string() }),
]);

const COVERAGE = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  days: COUNT,
  daysNotInLedger: COUNT,
  sampling: z.number().nullable(),
  isComplete: z.boolean(),
  ...(Object.fromEntries(COVERAGE_COUNTS.map((name) => [name, COUNT])) as Record<
    (typeof COVERAGE_COUNTS)[number],
    typeof COUNT
  >),
});

export const VICTIM = z.object({
  /** Names the victim in paths. */
  id: z.string(),
  victim: z.string(),
  indicator: z.string(),
  /** What the indicator's document calls it. */
  threat: z.string().nullable(),
  authorisation: z.string(),
  operator: z.string(),
  retentionBasis: z.string(),
  class: z.enum(EVIDENCE_CLASSES),
  meaning: z.string(),
  flows: COUNT,
  toC2: ONE_WAY,
  fromC2: ONE_WAY,
  firstMs: z.number(),
  lastMs: z.number(),
  hours: COUNT,
  days: COUNT,
  provenHours: COUNT,
  protocols: z.array(z.number()).readonly(),
  c2s: different(z.string()),
  victimPorts: different(z.number()),
  c2Ports: different(z.number()),
  exporters: different(z.string()),
  sampling: z.object({ min: z.number(), max: z.number() }).nullable(),
  timeSources: z.array(z.enum(TIME_SOURCES)).readonly(),
  beacon: BEACON,
  attribution: z.object({
    entity: z.object({ id: z.string(), name: z.string(), sector: z.string().nullable() }).nullable(),
    kind: z.enum(ENTITY_KINDS),
    protected: z.enum(PROFESSIONS).nullable(),
    asn: z.number().nullable(),
    country: z.string().nullable(),
    attribution: z.enum(['entity', 'operator', 'not attributable']),
    because: z.string(),
  }),
  coverage: COVERAGE,
  disputed: z.enum(['open', 'upheld']).optional(),
  computedAtMs: z.number(),
});

export const TIMELINE_DAY = z.object({
  dayMs: z.number(),
  flowsTo: COUNT,
  flowsFrom: COUNT,
  bytesTo: COUNT.nullable(),
  bytesFrom: COUNT.nullable(),
  hours: z.array(z.number()).readonly(),
  provenHours: z.array(z.number()).readonly(),
  beacon: SHARE.nullable(),
});

/** By what victims can be asked for. */
export const VICTIM_FILTERS = {
  operator: z.string().max(64).optional(),
  /** An indicator's id, or the address of a C2 server. */
  indicator: z.string().max(200).optional(),
  authorisation: z.string().max(200).optional(),
  entity: z.string().max(64).optional(),
  /** E2, or E2,E3. */
  class: z
    .string()
    .max(100)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(EVIDENCE_CLASSES)))
    .optional(),
  sinceMs: z.coerce.number().int().optional(),
  untilMs: z.coerce.number().int().optional(),
} as const;
