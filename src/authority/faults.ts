// zod's findings as faults that name field, value and rule.
import type { z } from 'zod';
import { type Fault, fault, nearest } from './refusal.ts';
import type { Rule } from './regime.ts';
import { KEYS } from './schema.ts';

/** The rule that a field answers, by the longest path that it begins with; `format` for the others. */
const RULES: Readonly<Record<string, Rule>> = {
  authorisation: 'L1',
  'authorisation.method': 'I1',
  'authorisation.mentions': 'I1',
  'authorisation.notified': 'I1',
  'authorisation.urgent': 'I3',
  'authorisation.confirm_by': 'I3',
  'authorisation.confirmed': 'I3',
  'indicators.first_seen': 'L2',
  'indicators.first_seen_event': 'L2',
  'indicators.traffic_until': 'L10',
  'indicators.basis': 'L4',
  'indicators.basis.retention_term': 'L3',
  'indicators.threat': 'L5',
  'indicators.threat.name': 'L6',
  'indicators.threat.activity': 'L6',
  'indicators.country': 'L6',
  'indicators.sources': 'L8',
  'indicators.analyses': 'L8',
  'indicators.verifications': 'L9',
  'indicators.verify_every': 'L9',
  'indicators.verify_reason': 'L9',
  'indicators.tlp': 'L16',
  'indicators.block': 'L17',
  'indicators.overrides': 'L21',
};

/** The keys that a mapping may have, by its path without places in lists. */
type KeysOf = (path: string) => readonly string[];

/** `within`: where in the file the value stood that the schema was given. */
export function faultsOf(
  error: z.ZodError,
  value: unknown,
  within: 'authorisation' | 'indicators' | 'file',
  keysOf: KeysOf = (path) => KEYS[path] ?? [],
): Fault[] {
  return error.issues.flatMap((issue) => {
    const field = pathText(issue.path);
    const mapping = [within, ...issue.path.filter((step) => typeof step === 'string')].join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) =>
        unknownKey(join(field, key), key, valueAt(value, [...issue.path, key]), keysOf(mapping)),
      );
    }
    const found = valueAt(value, issue.path);
    return [fault(field, found, ruleOf(mapping), describe(issue, found))];
  });
}

function unknownKey(field: string, key: string, value: unknown, known: readonly string[]): Fault {
  const meant = nearest(key, known);
  const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return fault(field, value, 'format', `there is no such field: ${hint}`);
}

function ruleOf(path: string): Rule {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const rule = RULES[at];
    if (rule) return rule;
  }
  return 'format';
}

function describe(issue: z.core.$ZodIssue, found: unknown): string {
  if (found === undefined || found === null) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}${quoteHint(issue.expected, found)}`;
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const meant = typeof found === 'string' ? nearest(found, allowed) : null;
      return `must be one of ${allowed.join(', ')}${meant === null ? '' : `: did you mean ${meant}?`}`;
    }
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `is too long: ${issue.maximum} at most`
        : `must be ${issue.maximum} or less`;
    case 'invalid_union':
      return 'must be a protocol by its name or number';
    default:
      return issue.message;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function quoteHint(expected: string, found: unknown): string {
  return expected === 'string' && typeof found !== 'object' ? `: put it in quotes` : '';
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : join(text, String(step))),
    '',
  );
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (found, step) =>
      typeof found === 'object' && found !== null ? (found as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
