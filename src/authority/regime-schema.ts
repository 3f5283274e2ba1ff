// The form of a regime's file: which keys, of what type, within what bounds. Whether what it says fits together is
// regime-checks.ts's.
import { z } from 'zod';
import { parseDuration } from '../core/time.ts';
import { DOCUMENT_KINDS } from './documents/kinds.ts';
import { REGISTER_KEYS, WEEKDAYS } from './regime.ts';

const MOST_ENTRIES = 1000;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

function pattern(expression: RegExp, form: string) {
  return z
    .string()
    .max(200)
    .refine((value) => expression.test(value), form);
}

const text = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  .refine((value) => !CONTROL.test(value), 'holds control characters');
const id = pattern(
  /^[a-z0-9][a-z0-9.-]{0,63}$/,
  'an id is small letters, digits, dots and dashes, 64 at most',
);
const key = pattern(/^[a-z][a-z0-9_]{0,63}$/, 'a key is small letters, digits and underscores, 64 at most');
const field = pattern(/^[a-z0-9_]+(?:\.[a-z0-9_]+)?$/, 'a field is written as in an authorisation file');
const duration = z
  .string()
  .refine((value) => 'value' in parseDuration(value), 'not a duration such as P7D, PT12H or P6M');
/** Which of the engine's rules an entry keeps; the law's own number is its source. */
const rule = pattern(
  /^[LI][1-9]\d?$/,
  'a rule is L or I and its number, such as L5: the article is the source',
);

function list<T extends z.ZodType>(of: T) {
  return z.array(of).max(MOST_ENTRIES);
}

const entry = { id, source: text, name: text };
const ENTRY = z.strictObject(entry);
const REQUIRED = z.strictObject({ field, rule, source: text, because: text });

const RETENTION = z.strictObject({
  ...entry,
  term: z.enum(['statutory', 'operator']),
  terms: list(duration),
  term_source: text,
  serves: list(id),
  serves_source: text,
  requires: list(REQUIRED),
  binds_purpose: z.boolean(),
});

const ACCESS = z.strictObject({ ...entry, threats: list(id), tasks: list(id), binding_source: text });

const MENTION = z.strictObject({
  key,
  source: text,
  name: text,
  when: z.enum(['always', 'urgent', 'applicable']),
  on_pain_of_illegality: z.boolean(),
});

const METHOD = z.strictObject({
  ...entry,
  mentions: list(MENTION),
  gives_traffic_data: z.boolean(),
  notified: z.strictObject({ to: text, source: text }).nullable(),
  confirmation: z.strictObject({
    by: z.enum(['next-working-day', 'duration']),
    term: duration.optional(),
    source: text,
  }),
});

const COLUMN = z.strictObject({
  key: pattern(
    new RegExp(`^(?:${REGISTER_KEYS.join('|')}|mentions\\.[a-z][a-z0-9_]*)$`),
    `a column is one of ${REGISTER_KEYS.join(', ')}, or mentions. and a mention's key`,
  ),
  name: text,
  source: text,
});

const REGISTER = z.strictObject({
  ...entry,
  methods: list(id),
  columns: list(COLUMN).min(1),
  reported: z.strictObject({ to: text, every: z.enum(['month', 'decision']), source: text }).nullable(),
  note: text.nullable(),
});

const CALENDAR = z.strictObject({
  time_zone: z.string().refine(isTimeZone, 'is no time zone such as Europe/Brussels'),
  weekend: z.array(z.enum(WEEKDAYS)).max(6),
  holidays: list(
    pattern(/^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'a holiday is month and day, such as 05-01'),
  ),
  after_easter: list(z.int().min(-100).max(250)),
  source: text,
});

function needed<Rule extends string>(rules: readonly [Rule, ...Rule[]], least: number) {
  return z.strictObject({ needed: z.int().min(least).max(100), rule: z.enum(rules), source: text });
}

const REGIME = z.strictObject({
  id,
  name: text,
  source: text,
  abbreviations: list(z.strictObject({ short: text, meaning: text })),
  retention: list(RETENTION).min(1),
  access: list(ACCESS).min(1),
  tasks: list(ENTRY).min(1),
  threats: list(ENTRY),
  relations: list(ENTRY),
  required_header: list(REQUIRED),
  required_indicator: list(REQUIRED),
  longest: z.strictObject({ duration, rule: z.enum(['L1', 'I2']), source: text }).nullable(),
  approvals: needed(['L1', 'I1'], 0),
  analyses: needed(['L8'], 1),
  verification: z.strictObject({ longest: duration, rule: z.literal('L9'), source: text }),
  widest: z.strictObject({
    ipv4: z.int().min(1).max(32),
    ipv6: z.int().min(1).max(128),
    rule: z.literal('L21'),
    source: text,
  }),
  urgency: z.strictObject({ rule: z.literal('I3'), source: text }).nullable(),
  methods: list(METHOD),
  registers: list(REGISTER),
  documents: list(z.strictObject({ kind: z.enum(DOCUMENT_KINDS), source: text })),
  calendar: CALENDAR,
});

/** A whole file. */
export const REGIME_FILE = z.strictObject({ flowsieve: z.literal(1), regime: REGIME });
export type RegimeInput = z.output<typeof REGIME>;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The keys that a mapping of the file may have, by its path without places in lists: `file.regime.retention`. */
export function regimeKeys(path: string): readonly string[] {
  let at: unknown = REGIME_FILE;
  for (const step of path.split('.').slice(1)) at = shapeOf(at)[step];
  return Object.keys(shapeOf(at));
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodArray) return shapeOf(schema.element);
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) return shapeOf(schema.unwrap());
  return {};
}
