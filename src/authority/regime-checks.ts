// Whether what a regime's file says fits together: names that it uses are names that it has, terms can be reckoned with, and
// what the program cannot do without is required.
import { parseDuration } from '../core/time.ts';
import { type Fault, fault, nearest } from './refusal.ts';
import type { RegimeInput } from './regime-schema.ts';
import { KEYS } from './schema.ts';

/** What the program itself reads of every authorisation and indicator, whatever the regime. */
const NEEDED_HEADER = ['file', 'decided', 'purpose', 'operators', 'document.sha256'];
const NEEDED_INDICATOR = [
  'address',
  'first_seen',
  'first_seen_event',
  'country',
  'threat.activity',
  'basis.retention',
  'basis.access',
  'basis.task',
  'sources',
];

/** The faults, their fields as in the file, from `regime` on. */
export function regimeFaults(regime: RegimeInput): Fault[] {
  return [
    ...duplicates(regime),
    ...unknownNames(regime),
    ...termFaults(regime),
    ...methodFaults(regime),
    ...fieldFaults('required_header', regime.required_header, 'authorisation', NEEDED_HEADER),
    ...fieldFaults('required_indicator', regime.required_indicator, 'indicators', NEEDED_INDICATOR),
    ...regime.retention.flatMap(({ requires }, at) =>
      fieldFaults(`retention[${at}].requires`, requires, 'indicators', []),
    ),
  ];
}

function duplicates(regime: RegimeInput): Fault[] {
  const tables = ['retention', 'access', 'tasks', 'threats', 'relations', 'methods', 'registers'] as const;
  return tables.flatMap((table) => {
    const ids = regime[table].map(({ id }) => id);
    return ids.flatMap((id, at) => {
      const first = ids.indexOf(id);
      return first === at ? [] : [misfit(`${table}[${at}].id`, id, `the same id as ${table}[${first}]`)];
    });
  });
}

interface Named {
  readonly id: string;
}

function unknownNames(regime: RegimeInput): Fault[] {
  const { access, threats, tasks, methods } = regime;
  return [
    ...regime.retention.flatMap(({ serves }, at) =>
      notAmong(`retention[${at}].serves`, serves, access, 'access'),
    ),
    ...access.flatMap((purpose, at) => [
      ...notAmong(`access[${at}].threats`, purpose.threats, threats, 'threats'),
      ...notAmong(`access[${at}].tasks`, purpose.tasks, tasks, 'tasks'),
    ]),
    ...regime.registers.flatMap((register, at) => [
      ...notAmong(`registers[${at}].methods`, register.methods, methods, 'methods'),
      ...columnFaults(regime, at),
    ]),
  ];
}

function notAmong(field: string, names: readonly string[], table: readonly Named[], called: string): Fault[] {
  const known = table.map(({ id }) => id);
  return names.flatMap((name, at) => {
    if (known.includes(name)) return [];
    const meant = nearest(name, known);
    const hint = meant === null ? `there are ${known.join(', ') || 'none'}` : `did you mean ${meant}?`;
    return [misfit(`${field}[${at}]`, name, `is not among ${called}: ${hint}`)];
  });
}

function columnFaults(regime: RegimeInput, at: number): Fault[] {
  const mentions = new Set(regime.methods.flatMap((method) => method.mentions.map(({ key }) => key)));
  return (regime.registers[at]?.columns ?? []).flatMap(({ key }, column) => {
    if (!key.startsWith('mentions.') || mentions.has(key.slice('mentions.'.length))) return [];
    return [
      misfit(`registers[${at}].columns[${column}].key`, key, 'no method of this regime has that mention'),
    ];
  });
}

function termFaults(regime: RegimeInput): Fault[] {
  const { longest } = regime.verification;
  const parsed = parseDuration(longest);
  const inMonths = 'value' in parsed && parsed.value.months > 0;
  return [
    ...(inMonths
      ? [misfit('verification.longest', longest, 'is reckoned in days or hours: write P30D')]
      : []),
    ...regime.retention.flatMap(({ term, terms }, at) =>
      term === 'statutory' && terms.length === 0
        ? [misfit(`retention[${at}].terms`, terms, 'a statutory term is given: the usual one first')]
        : [],
    ),
  ];
}

function methodFaults(regime: RegimeInput): Fault[] {
  const { methods, urgency } = regime;
  const needsMethod = !regime.required_header.some(({ field }) => field === 'method');
  return [
    ...(urgency !== null && methods.length === 0
      ? [
          misfit(
            'urgency',
            urgency,
            'an urgent decision is confirmed as its method says: there are no methods',
          ),
        ]
      : []),
    ...(methods.length > 0 && needsMethod
      ? [misfit('required_header', regime.required_header, 'requires method, where there are methods')]
      : []),
    ...methods.flatMap(({ confirmation }, at) =>
      confirmation.by === 'duration' && confirmation.term === undefined
        ? [misfit(`methods[${at}].confirmation.term`, undefined, 'is required: how long after the decision')]
        : [],
    ),
  ];
}

function fieldFaults(
  table: string,
  required: readonly { readonly field: string }[],
  within: 'authorisation' | 'indicators',
  needed: readonly string[],
): Fault[] {
  const fields = required.map(({ field }) => field);
  const unknown = fields.flatMap((field, at) => {
    const dot = field.lastIndexOf('.');
    const mapping = dot < 0 ? within : `${within}.${field.slice(0, dot)}`;
    const keys = KEYS[mapping] ?? [];
    if (keys.includes(field.slice(dot + 1))) return [];
    return [misfit(`${table}[${at}].field`, field, `an authorisation file has no such field`)];
  });
  const missing = needed
    .filter((field) => !fields.includes(field))
    .map((field) => misfit(table, fields, `must hold ${field}: the program needs it under every regime`));
  return [...unknown, ...missing];
}

function misfit(field: string, value: unknown, message: string): Fault {
  return fault(`regime.${field}`, value, 'format', message);
}
