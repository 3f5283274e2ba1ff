// I5 (Art. 13/6 § 4, 16/2 § 4): the registers that a regime has kept, of all time or of one month, with the columns that its law
// asks for.
import { formatInstant } from '../../core/time.ts';
import type { Approval } from '../authorisation.ts';
import type { AuthorisationRecord } from '../records.ts';
import type { Regime, Register } from '../regime.ts';
import type { AuthorisationStep } from '../steps.ts';
import { monthSpan } from '../working-days.ts';
import {
  column,
  type Document,
  fact,
  instantColumn,
  type Row,
  type Section,
  sourceOf,
  UNMARKED,
  type Value,
} from './document.ts';
import { DOCUMENT_RULES } from './kinds.ts';
import type { KnownState } from './known-state.ts';

export interface RegisterRequest {
  readonly regime: Regime;
  readonly registers: readonly Register[];
  /** `2026-06`, by the regime's calendar; without it, of all time. */
  readonly month?: string | undefined;
}

export function registerDocument(state: KnownState, { regime, registers, month }: RegisterRequest): Document {
  const { asKnownAtMs, records } = state;
  const span = month === undefined ? null : monthSpan(month, regime.calendar);
  const entered = [...records.authorisations.values()]
    .filter((authorisation) => authorisation.regime === regime.id)
    .filter(({ decidedMs }) => span === null || (decidedMs >= span.fromMs && decidedMs < span.untilMs))
    .sort((a, b) => a.decidedMs - b.decidedMs);
  return {
    head: {
      kind: 'register',
      title: `Registers of the regime ${regime.id}`,
      rule: DOCUMENT_RULES.register,
      source: sourceOf('register', regime.id),
      regime: regime.id,
      authorisation: null,
      asKnownAtMs,
      generation: records.generation,
      tlp: UNMARKED,
    },
    facts: [
      fact('month', 'Decided in', month ?? 'any month'),
      fact('timeZone', 'Time zone', regime.calendar.timeZone),
    ],
    sections: registers.map((register) => registerSection(state, register, entered)),
  };
}

function registerSection(
  { records }: KnownState,
  { id, name, source, methods, columns, reported, note }: Register,
  entered: readonly AuthorisationRecord[],
): Section {
  const rows = entered
    .filter(({ method }) => methods.length === 0 || methods.includes(method ?? ''))
    .map((authorisation): Row => {
      const steps = records.authorisationSteps.get(authorisation.reference) ?? [];
      return Object.fromEntries(columns.map(({ key }) => [keyOf(key), cell(key, authorisation, steps)]));
    });
  const every = reported?.every === 'month' ? 'a list each month' : 'each decision';
  return {
    id,
    title: `${name} (${source})`,
    ...(note === null ? {} : { text: note }),
    facts: [
      fact('entries', 'Entries', rows.length),
      ...(reported === null
        ? []
        : [fact('reported', 'Goes to', `${reported.to}: ${every} (${reported.source})`)]),
    ],
    table: {
      columns: columns.map((one) =>
        INSTANTS.has(one.key) ? instantColumn(keyOf(one.key), one.name) : column(keyOf(one.key), one.name),
      ),
      rows,
    },
  };
}

const INSTANTS: ReadonlySet<string> = new Set(['decided', 'ends', 'notified']);

/** In JSON, instants say their unit. */
function keyOf(key: string): string {
  return INSTANTS.has(key) ? `${key}Ms` : key;
}

function cell(key: string, authorisation: AuthorisationRecord, steps: readonly AuthorisationStep[]): Value {
  switch (key) {
    case 'reference':
    case 'file':
    case 'method':
    case 'purpose':
    case 'renews':
    case 'operators':
      return authorisation[key];
    case 'decided':
      return authorisation.decidedMs;
    case 'ends':
      return authorisation.endsMs;
    case 'notified':
      return authorisation.notifiedMs;
    case 'document':
      return authorisation.document.sha256;
    case 'approvals':
      return [...authorisation.approvals, ...steps.filter(({ kind }) => kind === 'approve')].map(signature);
    case 'urgent':
      return urgency(authorisation, steps);
    case 'ended':
      return steps
        .filter(({ kind }) => kind === 'end')
        .map((step) => `${signature(step)}: ${step.reason ?? '–'}`);
    default:
      return authorisation.mentions[key.slice('mentions.'.length)] ?? null;
  }
}

function signature({ by, atMs }: Approval): string {
  return `${by}, ${formatInstant(atMs)}`;
}

/** I3: whether it was verbal, and whether it was confirmed in time. */
function urgency({ urgent }: AuthorisationRecord, steps: readonly AuthorisationStep[]): string | null {
  if (urgent === null) return null;
  const confirmation = urgent.confirmation ?? steps.find(({ kind }) => kind === 'confirm') ?? null;
  const due = `to be confirmed before ${formatInstant(urgent.deadlineMs)}`;
  if (confirmation === null) return `${due}; not confirmed`;
  const late = confirmation.atMs < urgent.deadlineMs ? '' : ', too late';
  return `${due}; confirmed by ${signature(confirmation)}${late}`;
}
