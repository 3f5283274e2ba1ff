// Checks what was given against the tables, and says of everything wrong where it stands, what it is and what it must be.
import { resolve } from 'node:path';
import type { z } from 'zod';
import { nearest, showValue } from '../authority/refusal.ts';
import { FlowSieveError } from '../core/errors.ts';
import { channelsUnclear, mailUnclear } from './channels.ts';
import { type Given, type GivenValues, OPTION_BY_KEY, type Path } from './given.ts';
import { httpUnclear } from './http.ts';
import { camelCase, describeKind, isOption, type Kind, type Option, type Table } from './option.ts';
import { organisationUnclear } from './organisation.ts';
import { basisIds, valueSchema } from './schema.ts';

const MAX_PROBLEMS = 20;

/** The values by dotted key, as the program uses them. @throws FlowSieveError CONFIGURATION */
export function checkValues(given: GivenValues): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const problems: string[] = [];
  for (const [key, one] of given) {
    const option = OPTION_BY_KEY.get(key);
    if (!option) continue;
    const parsed = valueSchema(option).safeParse(one.value);
    if (parsed.success) values.set(key, settled(option.type, parsed.data, one.folder));
    else problems.push(...parsed.error.issues.flatMap((issue) => describeIssue(key, option, one, issue)));
  }
  problems.push(
    ...portsTwice(values, given),
    ...clientsUnclear(values, given),
    ...channelsUnclear(values, given),
    ...mailUnclear(values, given),
    ...httpUnclear(values, given),
    ...organisationUnclear(values, given),
  );
  if (problems.length > 0) {
    throw new FlowSieveError('CONFIGURATION', problems.slice(0, MAX_PROBLEMS).join('\n'));
  }
  return values;
}

/** Keys in camel case, paths from where the program runs. */
function settled(kind: Kind, value: unknown, folder: string): unknown {
  if (value === null) return null;
  if (kind.kind === 'path') return folder === '.' ? value : resolve(folder, value as string);
  if (kind.kind === 'list') return (value as unknown[]).map((entry) => settled(kind.of, entry, folder));
  if (kind.kind !== 'record' && kind.kind !== 'variants') return value;
  return Object.fromEntries(
    Object.entries(value as object).map(([name, part]) => {
      const field = fieldsOf(kind, value)[name];
      return [camelCase(name), field && isOption(field) ? settled(field.type, part, folder) : part];
    }),
  );
}

function fieldsOf(kind: Kind, value: unknown): Table {
  if (kind.kind === 'record') return kind.fields;
  if (kind.kind !== 'variants' || typeof value !== 'object' || value === null) return {};
  const name = (value as Record<string, unknown>)[kind.by];
  const fields = typeof name === 'string' && Object.hasOwn(kind.variants, name) ? kind.variants[name] : {};
  return { [kind.by]: { type: { kind: 'choice', values: Object.keys(kind.variants) }, help: '' }, ...fields };
}

function describeIssue(key: string, option: Option, given: Given, issue: z.core.$ZodIssue): string[] {
  const path = issue.path as Path;
  const { kind, value, rule } = partOf(option, given.value, path);
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(fieldsOf(kind, value));
    return issue.keys.map((unknown) => {
      const meant = nearest(unknown, known);
      const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
      return `${given.place([...path, unknown])}: ${keyText(key, [...path, unknown])}: unknown key; ${hint}`;
    });
  }
  const allowed = kind.kind === 'basis' ? basisIds().join(' or ') : describeKind(kind);
  const found = value === undefined ? 'is missing: it' : `${showValue(value)}:`;
  const why = rule === undefined ? '' : ` (${rule})`;
  return [`${given.place(path)}: ${keyText(key, path)}: ${found} must be ${allowed}${why}`];
}

/** What stands at a path within an option's value, and what should. */
function partOf(
  option: Option,
  whole: unknown,
  path: Path,
): { kind: Kind; value: unknown; rule: string | undefined } {
  let { type: kind, rule } = option;
  let value = whole;
  for (const step of path) {
    const field = kind.kind === 'list' ? { type: kind.of, rule } : fieldsOf(kind, value)[step];
    if (!field || !('type' in field)) break;
    ({ type: kind, rule } = field as Option);
    value =
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[step]
        : undefined;
  }
  return { kind, value, rule };
}

function keyText(key: string, path: Path): string {
  return key + path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}

/** Two listeners cannot share an address and port. */
function portsTwice(values: ReadonlyMap<string, unknown>, given: GivenValues): string[] {
  const listeners = (values.get('listeners') ?? []) as { protocol: string; host: string; port: number }[];
  const seen = new Map<string, number>();
  return listeners.flatMap(({ protocol, host, port }, at) => {
    const key = `${protocol === 'udp' ? 'udp' : 'tcp'} ${host} ${port}`;
    const before = seen.get(key);
    seen.set(key, at);
    if (before === undefined) return [];
    const place = given.get('listeners')?.place([at]);
    return [
      `${place}: listeners[${at}]: ${host} port ${port} is listened on by listeners[${before}] already`,
    ];
  });
}

interface GivenClient {
  readonly fingerprint: string | null;
  readonly san: string | null;
}

/** A TLS client is named in one way, and no two by the same name: a certificate must say whose flows these are. */
function clientsUnclear(values: ReadonlyMap<string, unknown>, given: GivenValues): string[] {
  const listeners = (values.get('listeners') ?? []) as { clients?: readonly GivenClient[] }[];
  return listeners.flatMap(({ clients = [] }, listener) => {
    const seen = new Map<string, number>();
    return clients.flatMap(({ fingerprint, san }, at) => {
      const place = `${given.get('listeners')?.place([listener, 'clients', at])}: listeners[${listener}].clients[${at}]`;
      if ((fingerprint === null) === (san === null))
        return [`${place}: is named by fingerprint or by san: one of the two must be given`];
      const name = fingerprint?.replaceAll(':', '').toUpperCase() ?? String(san).toLowerCase();
      const before = seen.get(name);
      seen.set(name, at);
      return before === undefined ? [] : [`${place}: the same certificate as clients[${before}]`];
    });
  });
}
