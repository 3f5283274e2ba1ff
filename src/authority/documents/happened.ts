// What happened since an instant, as sections: to indicators, by itself, by disputes, to authorisations and legal bases.
import { disputeState } from '../dispute.ts';
import { explain } from '../explain.ts';
import type { Indicator } from '../indicator.ts';
import { reasonText } from '../reasons.ts';
import type { IndicatorStep, StepKind } from '../steps.ts';
import { column, instantColumn, type Row, type Section } from './document.ts';
import { ADDRESS_COLUMNS, addressCells, ID_COLUMN } from './indicator-cells.ts';
import type { KnownState, ListedIndicator } from './known-state.ts';
import { PERSON_COLUMNS, personCells } from './person-cells.ts';

/** What the sections tell, and the indicators that they name. */
export interface Happenings {
  readonly sections: readonly Section[];
  readonly indicators: readonly Indicator[];
}

/** @param references authorisations, the last being the one that is reported on */
export function happenings(state: KnownState, references: readonly string[], sinceMs: number): Happenings {
  const steps: Happened[] = [];
  const lapses: Lapse[] = [];
  for (const reference of references) {
    for (const listed of state.indicatorsOf(reference)) {
      steps.push(...stepsSince(listed, sinceMs));
      if (reference === references.at(-1)) lapses.push(...lapsesSince(state, listed, sinceMs));
    }
  }
  steps.sort((a, b) => a.step.recordedAtMs - b.step.recordedAtMs);
  const disputes = disputeRows(state, references, sinceMs);
  return {
    sections: [
      ...STEP_SECTIONS.map(([kind, title]) => stepSection(kind, title, steps)),
      lapseSection(lapses),
      disputeSection(disputes),
      authorisationSection(state, references, sinceMs),
      basisSection(state, sinceMs),
    ],
    indicators: [...steps, ...lapses, ...disputes].map(({ indicator }) => indicator),
  };
}

const STEP_SECTIONS: readonly (readonly [StepKind, string])[] = [
  ['suspend', 'Suspended'],
  ['reinstate', 'Reinstated'],
  ['revoke', 'Revoked'],
  ['override', 'Overrides of warning lists and of the widest prefix'],
];

interface Happened {
  readonly indicator: Indicator;
  readonly step: IndicatorStep;
}

const TOLD: readonly StepKind[] = STEP_SECTIONS.map(([kind]) => kind);

function stepsSince({ indicator, steps }: ListedIndicator, sinceMs: number): readonly Happened[] {
  return steps
    .filter(({ kind, recordedAtMs }) => recordedAtMs > sinceMs && TOLD.includes(kind))
    .map((step) => ({ indicator, step }));
}

function stepSection(kind: StepKind, title: string, happened: readonly Happened[]): Section {
  const rows = happened
    .filter(({ step }) => step.kind === kind)
    .map(
      ({ indicator, step }): Row => ({
        ...addressCells(indicator),
        cause: step.cause,
        trafficUntilMs: step.trafficUntilMs,
        evidence: step.evidence,
        ...personCells(step),
      }),
    );
  const columns = [
    ...ADDRESS_COLUMNS,
    column('cause', 'Cause'),
    ...(kind === 'revoke' ? [instantColumn('trafficUntilMs', 'No C2 server from')] : []),
    ...PERSON_COLUMNS,
    column('evidence', 'Evidence (SHA-256)'),
    ID_COLUMN,
  ];
  return { id: kind, title, table: { columns, rows } };
}

interface Lapse {
  readonly indicator: Indicator;
  readonly fromMs: number;
  readonly why: string;
  readonly untilMs: number | null;
}

/** L9: suspended by itself, from when the verification was due until the next one, if there was one. */
function lapsesSince(
  { records, asKnownAtMs, options }: KnownState,
  { record, indicator, steps }: ListedIndicator,
  sinceMs: number,
): readonly Lapse[] {
  const { windows } = explain(record, records, asKnownAtMs, options, steps);
  // What is asked of the indicator itself is the same for all operators; a window that is never open says nothing.
  const spans = windows.find(({ collection }) => collection.length > 0)?.collection ?? [];
  return spans.flatMap(({ until }, at) => {
    if (until.rule !== 'L9' || until.atMs <= sinceMs || until.atMs > asKnownAtMs) return [];
    return [
      {
        indicator,
        fromMs: until.atMs,
        why: reasonText(until.because),
        untilMs: spans[at + 1]?.from.atMs ?? null,
      },
    ];
  });
}

function lapseSection(lapses: readonly Lapse[]): Section {
  const rows = lapses.map(
    ({ indicator, fromMs, why, untilMs }): Row => ({
      ...addressCells(indicator),
      fromMs,
      why,
      untilMs,
    }),
  );
  const columns = [
    ...ADDRESS_COLUMNS,
    instantColumn('fromMs', 'From'),
    column('why', 'Why'),
    instantColumn('untilMs', 'In force again from'),
    ID_COLUMN,
  ];
  return { id: 'overdue', title: 'Suspended by itself: verification overdue', table: { columns, rows } };
}

interface DisputeRow {
  readonly indicator: Indicator;
  readonly row: Row;
}

function disputeRows(
  state: KnownState,
  references: readonly string[],
  sinceMs: number,
): readonly DisputeRow[] {
  return references.flatMap((reference) =>
    state.disputesOf(reference).flatMap((dispute): DisputeRow[] => {
      const indicator = state.indicator(dispute.indicator)?.indicator;
      if (indicator === undefined) return [];
      const told = { dispute: dispute.id, operator: dispute.operator, state: disputeState(dispute) };
      const opening = { ...dispute, what: 'opened', reason: dispute.ground };
      const decisions = dispute.decisions.map((decision) => ({
        ...decision,
        what: `${decision.completes ? 'decided' : 'proposed'}: ${decision.outcome}`,
      }));
      return [opening, ...decisions]
        .filter(({ recordedAtMs }) => recordedAtMs > sinceMs)
        .map((step) => ({
          indicator,
          row: { ...addressCells(indicator), ...told, what: step.what, ...personCells(step) },
        }));
    }),
  );
}

function disputeSection(disputes: readonly DisputeRow[]): Section {
  const columns = [
    column('dispute', 'Dispute'),
    ...ADDRESS_COLUMNS,
    column('operator', 'Operator'),
    column('what', 'What'),
    ...PERSON_COLUMNS,
    column('state', 'Now'),
    ID_COLUMN,
  ];
  return { id: 'disputes', title: 'Disputes', table: { columns, rows: disputes.map(({ row }) => row) } };
}

function authorisationSection(
  { records }: KnownState,
  references: readonly string[],
  sinceMs: number,
): Section {
  const rows = references.flatMap((reference) =>
    (records.authorisationSteps.get(reference) ?? [])
      .filter(({ recordedAtMs }) => recordedAtMs > sinceMs)
      .map((step): Row => ({ reference, what: step.kind, ...personCells(step) })),
  );
  const columns = [column('reference', 'Authorisation'), column('what', 'What'), ...PERSON_COLUMNS];
  return { id: 'authorisation', title: 'Ended, approved or confirmed', table: { columns, rows } };
}

function basisSection({ records }: KnownState, sinceMs: number): Section {
  const rows = [...records.basisSteps].flatMap(([basis, steps]) =>
    steps
      .filter(({ recordedAtMs }) => recordedAtMs > sinceMs)
      .map((step): Row => ({ basis, what: step.kind, ...personCells(step) })),
  );
  const columns = [column('basis', 'Basis'), column('what', 'What'), ...PERSON_COLUMNS];
  return { id: 'bases', title: 'Legal bases suspended or reinstated', table: { columns, rows } };
}
