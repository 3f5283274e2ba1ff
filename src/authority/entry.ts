// One entry of an authorisation file against the regime: its address, what must be said of it, and whether its legal bases
// may go together (L2-L9).
import { type Prefix, parsePrefix } from '../core/prefix.ts';
import { formatInstant, parseDuration } from '../core/time.ts';
import { COUNTRIES } from './countries.ts';
import { faultsOf } from './faults.ts';
import { type Basis, deriveIndicatorId, type Finding, type Indicator, type Threat } from './indicator.ts';
import { OVERRIDES_NEEDED } from './lifecycle.ts';
import { samePersonKey } from './people.ts';
import { hasPorts, PROTOCOL_NAMES, protocolNumber } from './protocols.ts';
import { type Fault, fault, nearest } from './refusal.ts';
import { type AccessBasis, byId, type Entry, type Regime, type RetentionBasis } from './regime.ts';
import { missingFields } from './required.ts';
import { ENTRY, type EntryInput } from './schema.ts';

export type CheckedEntry =
  | { readonly indicator: Indicator; readonly prefix: Prefix }
  | { readonly faults: Fault[] };

export interface EntryOptions {
  /** A prefix of any width: what is wider than the regime allows waits for its overrides (L21). */
  readonly anyWidth?: boolean;
}

export function checkEntry(
  value: unknown,
  regime: Regime,
  reference: string,
  options: EntryOptions = {},
): CheckedEntry {
  const parsed = ENTRY.safeParse(value);
  if (!parsed.success)
    return { faults: [...faultsOf(parsed.error, value, 'indicators'), ...otherFaults(value, regime)] };
  const entry = parsed.data;
  const faults = missingFields(entry, regime.requiredIndicator);
  const prefix = checkAddress(entry.address, faults);
  if (prefix && !options.anyWidth) checkWidth(prefix, entry.overrides ?? [], regime, faults);
  const protocol = checkProtocol(entry, faults);
  checkTimes(entry, faults);
  checkCountry(entry.country, faults);
  checkVerification(entry, regime, faults);
  checkBasis(entry, regime, faults);
  if (faults.length > 0 || prefix === null) return { faults };
  return { indicator: toIndicator(entry, prefix, protocol, regime, reference), prefix };
}

/** What else can be said of an entry whose form is at fault, so that it is mended in one go. */
function otherFaults(value: unknown, regime: Regime): Fault[] {
  if (typeof value !== 'object' || value === null) return [];
  const faults = missingFields(value, regime.requiredIndicator);
  const { address } = value as { address?: unknown };
  if (typeof address === 'string') checkAddress(address, faults);
  return faults;
}

function checkAddress(address: string | null | undefined, faults: Fault[]): Prefix | null {
  if (address === null || address === undefined) return null;
  const parsed = parsePrefix(address);
  if ('value' in parsed) return parsed.value;
  faults.push(fault('address', address, 'format', parsed.problem));
  return null;
}

/** L21: two people let in what is wider than the regime allows. */
function checkWidth(
  { family, length, text }: Prefix,
  overrides: readonly { readonly by: string }[],
  { widest }: Regime,
  faults: Fault[],
): void {
  const bits = family === 4 ? widest.ipv4 : widest.ipv6;
  if (length >= bits) return;
  const people = new Set(overrides.map(({ by }) => samePersonKey(by))).size;
  if (people >= OVERRIDES_NEEDED) return;
  const tooWide = `a prefix wider than /${bits} concerns too many others (${widest.source})`;
  const needed = `${OVERRIDES_NEEDED} different people may override it, with a reason`;
  faults.push(
    people === 0
      ? fault('address', text, widest.rule, `${tooWide}; ${needed}`)
      : fault('overrides', overrides, widest.rule, `${tooWide}; ${needed}: this is ${people}`),
  );
}

function checkProtocol(entry: EntryInput, faults: Fault[]): number | null {
  const given = entry.protocol;
  if (given === null || given === undefined) return null;
  const number = typeof given === 'number' ? given : protocolNumber(given);
  if (number === null) {
    const meant = nearest(String(given), PROTOCOL_NAMES);
    const hint =
      meant === null ? `known are ${PROTOCOL_NAMES.join(', ')}, or a number` : `did you mean ${meant}?`;
    faults.push(fault('protocol', given, 'format', `there is no such protocol: ${hint}`));
  } else if (entry.port !== null && entry.port !== undefined && !hasPorts(number)) {
    faults.push(fault('port', entry.port, 'format', `the protocol ${given} has no ports`));
  }
  return number;
}

function checkTimes(entry: EntryInput, faults: Fault[]): void {
  const { first_seen: first, traffic_until: until } = entry;
  if (typeof first === 'number' && typeof until === 'number' && until <= first) {
    faults.push(
      fault(
        'traffic_until',
        formatInstant(until),
        'L10',
        `must lie after first_seen, ${formatInstant(first)}`,
      ),
    );
  }
}

function checkCountry(country: string | null | undefined, faults: Fault[]): void {
  if (country === null || country === undefined || COUNTRIES.has(country)) return;
  faults.push(fault('country', country, 'L6', 'must be a country by its two capital letters (ISO 3166-1)'));
}

function checkVerification(entry: EntryInput, regime: Regime, faults: Fault[]): void {
  const { longest, rule, source } = regime.verification;
  const every = entry.verify_every;
  if (every === null || every === undefined || every === longest) return;
  const given = parseDuration(every);
  const limit = parseDuration(longest);
  if ('problem' in given || 'problem' in limit) return;
  if (given.value.months > 0 || given.value.ms > limit.value.ms) {
    faults.push(
      fault('verify_every', every, rule, `each address is verified at least every ${longest} (${source})`),
    );
  } else if (given.value.ms < limit.value.ms && (entry.verify_reason ?? null) === null) {
    const message = `is required: why the period is shorter than ${longest} is kept (${source})`;
    faults.push(fault('verify_reason', entry.verify_reason, rule, message));
  }
}

function checkBasis(entry: EntryInput, regime: Regime, faults: Fault[]): void {
  const { basis, threat } = entry;
  const retention = pick('basis.retention', basis?.retention, regime.retention, faults);
  const access = pick('basis.access', basis?.access, regime.access, faults);
  const task = pick('basis.task', basis?.task, regime.tasks, faults);
  const kind = pick('threat.kind', threat?.kind, regime.threats, faults);
  pick('threat.relation', threat?.relation, regime.relations, faults);
  if (!retention) return;
  for (const missing of missingFields(entry, retention.requires)) faults.push(missing);
  checkTerm(basis?.retention_term, retention, faults);
  if (!access) return;
  if (!retention.serves.includes(access.id)) {
    const message = `data kept under ${retention.id} may not serve it, only ${retention.serves.join(', ')}`;
    faults.push(fault('basis.access', access.id, 'L4', `${message}: ${retention.servesSource}`));
  } else if (retention.bindsPurpose) {
    checkPurpose(access, task, kind, faults);
  }
}

/** D5 ties the kind of threat and the task to the purpose of access. */
function checkPurpose(access: AccessBasis, task: Entry | null, kind: Entry | null, faults: Fault[]): void {
  if (kind && !access.threats.includes(kind.id)) {
    const message = `access under ${access.id} is for ${access.threats.join(', ')} (${access.bindingSource})`;
    faults.push(fault('threat.kind', kind.id, 'L5', message));
  }
  if (task && !access.tasks.includes(task.id)) {
    const message = `access under ${access.id} is for the task ${access.tasks.join(', ')} (${access.bindingSource})`;
    faults.push(fault('basis.task', task.id, 'L4', message));
  }
}

function checkTerm(term: string | null | undefined, retention: RetentionBasis, faults: Fault[]): void {
  if (term === null || term === undefined) return;
  if (retention.term === 'operator') {
    const message = `the term of ${retention.id} is each operator's own: it declares it (operator add --retention)`;
    faults.push(fault('basis.retention_term', term, 'L3', message));
  } else if (!retention.terms.includes(term)) {
    const message = `must be one of ${retention.terms.join(', ')} (${retention.termSource})`;
    faults.push(fault('basis.retention_term', term, 'L3', message));
  }
}

/** The entry of a regime's table that is named; `null` where none is named, or a fault has been added. */
function pick<T extends Entry>(
  field: string,
  id: string | null | undefined,
  table: readonly T[],
  faults: Fault[],
): T | null {
  if (id === null || id === undefined) return null;
  const found = byId(table, id);
  if (found) return found;
  const known = table.map((entry) => entry.id);
  const meant = nearest(id, known);
  const hint = `must be one of ${known.join(', ')}${meant === null ? '' : `: did you mean ${meant}?`}`;
  faults.push(fault(field, id, field.startsWith('basis.') ? 'L4' : 'L5', hint));
  return null;
}

/** An entry in which nothing is missing. */
function toIndicator(
  entry: EntryInput,
  prefix: Prefix,
  protocol: number | null,
  regime: Regime,
  reference: string,
): Indicator {
  const port = entry.port ?? null;
  return {
    id: entry.id ?? deriveIndicatorId(reference, prefix.text, port, protocol),
    address: prefix.text,
    port,
    protocol,
    firstSeenMs: entry.first_seen!,
    firstSeenEvent: entry.first_seen_event!,
    trafficUntilMs: entry.traffic_until ?? null,
    country: entry.country!,
    threat: toThreat(entry.threat!),
    basis: toBasis(entry.basis!),
    sources: entry.sources!,
    analyses: (entry.analyses ?? []).map(toFinding),
    verifications: (entry.verifications ?? []).map(toFinding),
    verifyEvery: entry.verify_every ?? regime.verification.longest,
    verifyReason: entry.verify_reason ?? null,
    tlp: entry.tlp ?? 'AMBER+STRICT',
    block: entry.block ?? false,
    overrides: (entry.overrides ?? []).map(({ by, at, reason }) => ({ by, atMs: at, reason })),
  };
}

function toThreat(threat: NonNullable<EntryInput['threat']>): Threat {
  return {
    activity: threat.activity!,
    name: threat.name ?? null,
    kind: threat.kind ?? null,
    relation: threat.relation ?? null,
    actor: threat.actor ?? null,
    description: threat.description ?? null,
  };
}

function toBasis(basis: NonNullable<EntryInput['basis']>): Basis {
  return {
    retention: basis.retention!,
    retentionTerm: basis.retention_term ?? null,
    access: basis.access!,
    task: basis.task!,
  };
}

function toFinding<Outcome extends string>(found: {
  by: string;
  at: number;
  method: string;
  outcome: Outcome;
  evidence?: string | null | undefined;
}): Finding<Outcome> {
  const { by, at, method, outcome, evidence } = found;
  return evidence ? { by, atMs: at, method, outcome, evidence } : { by, atMs: at, method, outcome };
}
