// MISP's warning lists: addresses that many people use, so that a listing of them is most probably wrong. Read strictly and
// within bounds (github.com/MISP/misp-warninglists, schema.json); what is not about addresses is told apart.
import { type Prefix, parsePrefix } from '../core/prefix.ts';
import { AddressRanges } from './address-ranges.ts';
import { type Fault, fault } from './refusal.ts';

export const LIST_LIMITS = {
  /** Octets of one file. */
  bytes: 64 * 1024 * 1024,
  /** Entries of one list. */
  entries: 2_000_000,
  /** Characters of its name, of its description, and of an entry. */
  name: 200,
  description: 4_000,
  entry: 50,
  /** Faults that are told of one file; the rest is counted. */
  faults: 20,
} as const;

/**
 * `hard`: nobody's C2 server alone lies there (sinkholes, bogons, resolvers, CDN): two people must override with a reason.
 * `soft`: it may, and others do too (clouds, VPN, shared hosting): a warning.
 */
export type Severity = 'hard' | 'soft';

/** A list met by an address, as it stood when that was looked up. */
export interface ListHit {
  readonly list: string;
  /** The list's own. */
  readonly version: number;
  readonly severity: Severity;
}

const TYPES = ['cidr', 'hostname', 'regex', 'string', 'substring'] as const;

export interface WarningList {
  readonly name: string;
  readonly description: string;
  readonly version: number;
  readonly entries: number;
  readonly ipv4: AddressRanges;
  readonly ipv6: AddressRanges;
}

/** `faults` without a list: the file is refused; beside one: these entries are left out. `faultCount` counts them all. */
export type ReadWarningList =
  | { readonly list: WarningList; readonly faults: readonly Fault[]; readonly faultCount: number }
  | { readonly faults: readonly Fault[]; readonly faultCount: number }
  /** It lists no addresses. */
  | { readonly name: string; readonly type: string };

export function readWarningList(text: string): ReadWarningList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused([fault('(file)', text, 'format', `not JSON: ${(error as Error).message.slice(0, 200)}`)]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused([
      fault('(file)', value, 'format', 'must be a mapping with name, description, version, type, list'),
    ]);
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const faults = FIELDS.flatMap(([field, problemOf]) => {
    const problem = problemOf(fields[field]);
    return problem === null ? [] : [fault(field, fields[field], 'format', problem)];
  });
  const unknown = Object.keys(fields).filter((key) => !KNOWN.has(key));
  faults.push(...unknown.map((key) => fault(key, fields[key], 'format', 'there is no such field')));
  if (faults.length > 0) return refused(faults);
  const { name, description, version, type, list } = fields as unknown as Fields;
  if (type !== 'cidr') return { name, type };
  const entries = readEntries(list);
  if (entries.prefixes.length === 0) {
    return entries.faultCount > 0 ? entries : refused([fault('list', list, 'format', 'is empty')]);
  }
  const { prefixes, ...left } = entries;
  const ipv4 = AddressRanges.of(4, prefixes);
  const ipv6 = AddressRanges.of(6, prefixes);
  return { list: { name, description, version, entries: prefixes.length, ipv4, ipv6 }, ...left };
}

interface Fields {
  readonly name: string;
  readonly description: string;
  readonly version: number;
  readonly type: (typeof TYPES)[number];
  readonly list: readonly unknown[];
}

type ProblemOf = (value: unknown) => string | null;

const FIELDS: readonly (readonly [field: string, problemOf: ProblemOf])[] = [
  ['name', lineOf(LIST_LIMITS.name)],
  ['description', textOf(LIST_LIMITS.description)],
  ['version', (value) => (isVersion(value) ? null : 'must be a whole number, 0 or more')],
  ['type', (value) => (TYPES.some((type) => type === value) ? null : `must be one of ${TYPES.join(', ')}`)],
  ['list', (value) => (Array.isArray(value) ? listProblem(value) : 'must be a list')],
  [
    'matching_attributes',
    (value) => (value === undefined || isTexts(value) ? null : 'must be a list of texts'),
  ],
  ['category', (value) => (value === undefined || typeof value === 'string' ? null : 'must be text')],
];
const KNOWN = new Set(FIELDS.map(([field]) => field));

function lineOf(longest: number): ProblemOf {
  const textProblem = textOf(longest);
  return (value) =>
    textProblem(value) ?? (/^\s|\s$|\p{Cc}/u.test(value as string) ? 'must be one line' : null);
}

function textOf(longest: number): ProblemOf {
  return (value) => {
    if (typeof value !== 'string' || value === '') return 'must be text';
    return value.length > longest ? `is too long: ${longest} characters at most` : null;
  };
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function listProblem(list: readonly unknown[]): string | null {
  return list.length > LIST_LIMITS.entries ? `has more than ${LIST_LIMITS.entries} entries` : null;
}

function refused(faults: readonly Fault[]): { faults: readonly Fault[]; faultCount: number } {
  return { faults: faults.slice(0, LIST_LIMITS.faults), faultCount: faults.length };
}

function readEntries(list: readonly unknown[]): {
  readonly prefixes: readonly Prefix[];
  readonly faults: readonly Fault[];
  readonly faultCount: number;
} {
  const prefixes: Prefix[] = [];
  const faults: Fault[] = [];
  let faultCount = 0;
  list.forEach((entry, at) => {
    const read = readEntry(entry);
    if (typeof read !== 'string') {
      prefixes.push(read);
      return;
    }
    faultCount += 1;
    if (faults.length < LIST_LIMITS.faults) faults.push(fault(`list[${at}]`, entry, 'format', read));
  });
  return { prefixes, faults, faultCount };
}

/** @returns the prefix, or what is wrong */
function readEntry(entry: unknown): Prefix | string {
  if (typeof entry !== 'string') return 'must be text';
  if (entry.length > LIST_LIMITS.entry) return `is too long: ${LIST_LIMITS.entry} characters at most`;
  const parsed = parsePrefix(entry);
  if ('problem' in parsed) return parsed.problem;
  // ::ffff:0:0/96 is that too: IPv4-mapped addresses are IPv4 here.
  return parsed.value.length === 0 ? 'is every address there is: it would tell nothing apart' : parsed.value;
}
