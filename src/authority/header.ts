// The head of an authorisation file against its regime: complete, dated, signed, no longer than it may be (L1, I1-I3).
import { addDuration, type Duration, formatInstant, parseDuration } from '../core/time.ts';
import type { Approval, Authorisation, Urgency } from './authorisation.ts';
import { faultsOf } from './faults.ts';
import { samePersonKey } from './people.ts';
import { type Fault, fault, nearest } from './refusal.ts';
import { byId, type LoadedRegime, loadRegime, type Method, type Regime, regimeIds } from './regime.ts';
import { missingFields } from './required.ts';
import { HEADER, type HeaderInput } from './schema.ts';
import { confirmationDeadline } from './working-days.ts';

export type CheckedHeader =
  | { readonly authorisation: Authorisation; readonly regime: Regime }
  | { readonly faults: Fault[] };

export function checkHeader(value: unknown): CheckedHeader {
  const parsed = HEADER.safeParse(value);
  if (!parsed.success) return { faults: faultsOf(parsed.error, value, 'authorisation') };
  const header = parsed.data;
  const loaded = loadRegime(header.regime);
  if (!loaded) {
    const known = regimeIds();
    const meant = nearest(header.regime, known);
    const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
    return { faults: [fault('regime', header.regime, 'L1', `there is no such regime: ${hint}`)] };
  }
  const { regime } = loaded;
  const missing = missingFields(header, regime.requiredHeader);
  const faults =
    missing.length > 0 ? missing : [...durationFaults(header, regime), ...formalFaults(header, regime)];
  return faults.length > 0 ? { faults } : { authorisation: toAuthorisation(header, loaded), regime };
}

function durationFaults(header: HeaderInput, regime: Regime): Fault[] {
  const { decided, ends } = header;
  if (ends === null || ends === undefined || decided === null || decided === undefined) return [];
  const shown = formatInstant(ends);
  if (ends <= decided) return [fault('ends', shown, 'L1', 'must lie after the decision')];
  if (!regime.longest) return [];
  const latest = addDuration(decided, durationOf(regime.longest.duration));
  if (ends <= latest) return [];
  const { duration, rule, source } = regime.longest;
  const limit = `lasts ${duration} at most from the decision, to ${formatInstant(latest)}; a longer one is renewed`;
  return [fault('ends', shown, rule, `${limit} (${source})`)];
}

function formalFaults(header: HeaderInput, regime: Regime): Fault[] {
  const { approvals } = regime;
  const signed = new Set((header.approvals ?? []).map((approval) => samePersonKey(approval.by))).size;
  const unsigned =
    signed < approvals.needed
      ? [
          fault(
            'approvals',
            header.approvals,
            approvals.rule,
            `needs the signature of ${approvals.needed} (${approvals.source})`,
          ),
        ]
      : [];
  return [
    ...unsigned,
    ...(regime.methods.length > 0 ? methodFaults(header, regime) : strayMethodFaults(header, regime)),
  ];
}

/** What only a regime with methods knows. */
function strayMethodFaults(header: HeaderInput, regime: Regime): Fault[] {
  const stray = (['method', 'mentions', 'notified'] as const)
    .filter((key) => header[key] !== null && header[key] !== undefined)
    .map((key) => fault(key, header[key], 'I1', `the regime ${regime.id} knows no such field`));
  const urgent = (['urgent', 'confirm_by', 'confirmed'] as const)
    .filter((key) => header[key] !== null && header[key] !== undefined && header[key] !== false)
    .map((key) =>
      fault(
        key,
        header[key],
        'I3',
        `the regime ${regime.id} knows no urgency: each access is authorised beforehand (L1)`,
      ),
    );
  return [...stray, ...urgent];
}

function methodFaults(header: HeaderInput, regime: Regime): Fault[] {
  const method = byId(regime.methods, header.method ?? '');
  if (!method) {
    const known = regime.methods.map(({ id }) => id);
    return [fault('method', header.method, 'I1', `must be one of ${known.join(', ')}`)];
  }
  return [...mentionFaults(header, method), ...urgencyFaults(header, regime, method)];
}

function mentionFaults(header: HeaderInput, method: Method): Fault[] {
  const given = header.mentions ?? {};
  const missing = method.mentions
    .filter(({ when }) => when === 'always' || (when === 'urgent' && header.urgent === true))
    .filter(({ key }) => !Object.hasOwn(given, key))
    .map(({ key, name, source, onPainOfIllegality }) =>
      fault(
        `mentions.${key}`,
        undefined,
        'I1',
        `is required${onPainOfIllegality ? ' on pain of illegality' : ''}: ${name} (${source})`,
      ),
    );
  const known = method.mentions.map(({ key }) => key);
  const unknown = Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = nearest(key, known);
      const hint = meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
      return fault(`mentions.${key}`, given[key], 'format', `there is no such mention: ${hint}`);
    });
  return [...missing, ...unknown];
}

function urgencyFaults(header: HeaderInput, regime: Regime, method: Method): Fault[] {
  const rule = regime.urgency?.rule ?? 'I3';
  if (header.urgent !== true) {
    return (['confirm_by', 'confirmed'] as const)
      .filter((key) => header[key] !== null && header[key] !== undefined)
      .map((key) =>
        fault(key, header[key], rule, 'only an urgent decision is confirmed: urgent must be true'),
      );
  }
  const latest = confirmationDeadline(method, header.decided!, regime.calendar);
  const given = header.confirm_by;
  if (given === null || given === undefined || (given > header.decided! && given <= latest)) return [];
  const message = `must lie after the decision and not after ${formatInstant(latest)} (${method.confirmation.source})`;
  return [fault('confirm_by', formatInstant(given), rule, message)];
}

/** The header of a file in which nothing is missing. */
function toAuthorisation(header: HeaderInput, { regime, digest }: LoadedRegime): Authorisation {
  return {
    reference: header.reference,
    file: header.file!,
    regime: regime.id,
    regimeDigest: digest,
    decidedMs: header.decided!,
    endsMs: header.ends ?? null,
    purpose: header.purpose!,
    operators: [...new Set(header.operators!)].sort(),
    document: { name: header.document!.name ?? null, sha256: header.document!.sha256! },
    approvals: (header.approvals ?? []).map(toApproval),
    renews: header.renews ?? null,
    method: header.method ?? null,
    mentions: header.mentions ?? {},
    notifiedMs: header.notified ?? null,
    urgent: header.urgent === true ? urgencyOf(header, regime) : null,
  };
}

function urgencyOf(header: HeaderInput, regime: Regime): Urgency {
  const method = byId(regime.methods, header.method!)!;
  return {
    deadlineMs: header.confirm_by ?? confirmationDeadline(method, header.decided!, regime.calendar),
    confirmation: header.confirmed ? toApproval(header.confirmed) : null,
  };
}

function toApproval(approval: { by: string; at: number }): Approval {
  return { by: approval.by, atMs: approval.at };
}

function durationOf(text: string): Duration {
  const parsed = parseDuration(text);
  if ('problem' in parsed) throw new Error(`a regime holds the duration ${text}: ${parsed.problem}`);
  return parsed.value;
}
