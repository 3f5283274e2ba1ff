// What people set of a proposal, as `FIELD=VALUE` with the field's path as in an authorisation file. Address, port and
// protocol are what a proposal is of, and findings are steps: none of these can be set.
import { FlowSieveError } from '../core/errors.ts';
import type { Fields, Proposal, Rating } from './proposal.ts';
import { nearest } from './refusal.ts';
import { KEYS } from './schema.ts';

export interface Setting {
  /** `country`, `basis.retention`; of a source `sources.NAME.reliability`. */
  readonly field: string;
  /** `null` takes it away. */
  readonly value: string | null;
}

const NOT_SET = ['id', 'address', 'port', 'protocol', 'sources', 'analyses', 'verifications', 'overrides'];
const WITHIN = ['threat', 'basis'];

const SETTABLE: readonly string[] = [
  ...(KEYS.indicators ?? []).filter((key) => !NOT_SET.includes(key) && !WITHIN.includes(key)),
  ...WITHIN.flatMap((outer) => (KEYS[`indicators.${outer}`] ?? []).map((key) => `${outer}.${key}`)),
];
const OF_SOURCE = /^sources\.(.{1,200})\.(reliability|credibility)$/;

/** @throws FlowSieveError USAGE */
export function parseSetting(text: string): Setting {
  const at = text.indexOf('=');
  const field = text.slice(0, Math.max(0, at)).trim();
  const value = text.slice(at + 1).trim();
  if (at < 0) throw wrong(text, 'write FIELD=VALUE, such as country=NL');
  const rated = OF_SOURCE.exec(field);
  if (rated) {
    if (value !== '') checkRating(text, rated[2] as keyof Rating, value);
  } else if (!SETTABLE.includes(field)) {
    const meant = nearest(field, SETTABLE);
    const hint =
      meant === null
        ? `known are ${SETTABLE.join(', ')}, sources.NAME.reliability`
        : `did you mean ${meant}?`;
    throw wrong(text, `there is no such field to set: ${hint}`);
  } else if (field === 'block' && !['', 'true', 'false'].includes(value)) {
    throw wrong(text, 'must be true or false');
  }
  return { field, value: value === '' ? null : value };
}

function checkRating(text: string, key: keyof Rating, value: string): void {
  if (key === 'reliability' && !/^[A-F]$/.test(value)) throw wrong(text, 'reliability is A to F (L8)');
  if (key === 'credibility' && !/^[1-6]$/.test(value)) throw wrong(text, 'credibility is 1 to 6 (L8)');
}

function wrong(text: string, what: string): FlowSieveError {
  return new FlowSieveError('USAGE', `--set ${text.slice(0, 200)}: ${what}`);
}

/** @param only `missing`: what is set already stays */
export function withSettings(
  proposal: Proposal,
  settings: readonly Setting[],
  only: 'all' | 'missing' = 'all',
): Proposal {
  if (settings.length === 0) return proposal;
  const fields: Record<string, Fields[string]> = { ...proposal.fields };
  const ratings: Record<string, Rating> = { ...proposal.ratings };
  for (const { field, value } of settings) {
    const rated = OF_SOURCE.exec(field);
    if (rated) {
      const [, name = '', key = ''] = rated;
      const rating: Record<string, string | number> = { ...ratings[name] };
      put(rating, key, key === 'credibility' && value !== null ? Number(value) : value, only);
      ratings[name] = rating;
      continue;
    }
    const [outer = '', inner] = field.split('.');
    if (inner === undefined) put(fields, outer, field === 'block' && value ? value === 'true' : value, only);
    else {
      const mapping = { ...(fields[outer] as Record<string, string> | undefined) };
      put(mapping, inner, value, only);
      put(fields, outer, Object.keys(mapping).length === 0 ? null : mapping, 'all');
    }
  }
  return { ...proposal, fields: inOrder(fields), ratings: inOrder(ratings) };
}

function put<V>(mapping: Record<string, V>, key: string, value: V | null, only: 'all' | 'missing'): void {
  if (only === 'missing' && key in mapping) return;
  if (value === null) delete mapping[key];
  else mapping[key] = value;
}

/** So that the same settings in another order are the same proposal. */
function inOrder<V>(mapping: Record<string, V>): Record<string, V> {
  const sorted = Object.entries(mapping).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([key, value]) => [key, isMapping(value) ? (inOrder(value) as V) : value]),
  );
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
