// L12, D10: what changed in the list since a date or an earlier authorisation, and what happened to its indicators, with who,
// why, and both times: when it took place and when it was recorded.
import {
  column,
  type Document,
  eachTime,
  fact,
  headOf,
  instantColumn,
  instantFact,
  Markings,
  type Row,
  type Section,
} from './document.ts';
import { happenings } from './happened.ts';
import {
  ADDRESS_COLUMNS,
  addressCells,
  ID_COLUMN,
  THREAT_COLUMNS,
  threatCells,
  valueText,
} from './indicator-cells.ts';
import type { KnownState } from './known-state.ts';
import {
  type Base,
  type ChangeKind,
  changedFields,
  indicatorIn,
  type ListChange,
  listChanges,
} from './list-changes.ts';
import { PERSON_COLUMNS } from './person-cells.ts';

export interface ChangesRequest {
  readonly reference: string;
  /** After which changes are told. */
  readonly base: Base;
}

export function changesReport(state: KnownState, { reference, base }: ChangesRequest): Document {
  const authorisation = state.records.authorisations.get(reference)!;
  const references = chainOf(state, base.reference, reference);
  const list = listChanges(base, references, (of) => state.historiesOf(of));
  const happened = happenings(state, references, base.atMs);
  const markings = new Markings();
  for (const { tlp } of list.changes) markings.add(tlp);
  for (const { tlp } of happened.indicators) markings.add(tlp);
  const counted = (kind: ChangeKind): number => list.changes.filter((change) => change.kind === kind).length;
  return {
    head: headOf('changes', `Changes to the list of ${reference}`, authorisation, state, markings.highest),
    facts: [
      fact('since', 'Since the list of', base.reference),
      instantFact('sinceMs', 'Recorded after', base.atMs),
      instantFact('untilMs', 'Recorded up to', state.asKnownAtMs),
      fact('listedBefore', 'Listed then', list.listedBefore),
      fact('listedNow', 'Listed now', list.listedNow),
      ...(['added', 'adapted', 'withdrawn'] as const).map((kind) => fact(kind, TITLES[kind], counted(kind))),
    ],
    sections: [
      listSection('added', list.changes, reference),
      adaptedSection(list.changes),
      listSection('withdrawn', list.changes, reference),
      listSection('between', list.changes, reference),
      ...happened.sections,
    ],
  };
}

/** From the earlier authorisation to the later one that renews it, directly or through others. */
function chainOf({ records }: KnownState, from: string, to: string): readonly string[] {
  const chain = [to];
  for (let at: string | null | undefined = to; at !== from; ) {
    at = records.authorisations.get(at)?.renews;
    if (!at || chain.includes(at)) return from === to ? [to] : [from, to];
    chain.unshift(at);
  }
  return chain;
}

const TITLES: Readonly<Record<ChangeKind, string>> = {
  added: 'Added',
  adapted: 'Adapted',
  withdrawn: 'Withdrawn',
  between: 'Listed otherwise for a time, and as before again',
};

function listSection(kind: ChangeKind, changes: readonly ListChange[], reference: string): Section {
  const rows = eachTime(function* () {
    for (const change of changes) if (change.kind === kind) yield listCells(change, reference);
  });
  const columns = [
    ...ADDRESS_COLUMNS,
    ...THREAT_COLUMNS,
    instantColumn('firstSeenMs', 'First seen'),
    column('basis', 'Basis'),
    ...PERSON_COLUMNS,
    ID_COLUMN,
  ];
  return { id: kind, title: TITLES[kind], table: { columns, rows } };
}

function listCells({ shown, last }: ListChange, reference: string): Row {
  const indicator = indicatorIn(shown);
  return {
    ...addressCells(indicator),
    ...threatCells(indicator),
    firstSeenMs: indicator.firstSeenMs,
    basis: indicator.basis.retention,
    ...versionCells(last, reference),
  };
}

function versionCells(last: ListChange['last'], reference: string): Row {
  if (last === null)
    return { by: null, reason: `${reference} does not list it`, atMs: null, recordedAtMs: null };
  const { recordedBy: by, recordedAtMs } = last;
  return { by, reason: null, atMs: recordedAtMs, recordedAtMs };
}

/** A row for each field that says something else. */
function adaptedSection(changes: readonly ListChange[]): Section {
  const rows = eachTime(function* () {
    for (const { kind, shown, before, last } of changes) {
      if (kind !== 'adapted' || before === null) continue;
      const [was, is] = [indicatorIn(before), indicatorIn(shown)];
      for (const field of changedFields(was, is)) {
        yield {
          ...addressCells(is),
          field,
          before: valueText(field, was[field]),
          after: valueText(field, is[field]),
          by: last?.recordedBy ?? null,
          recordedAtMs: last?.recordedAtMs ?? null,
        };
      }
    }
  });
  const columns = [
    ...ADDRESS_COLUMNS,
    column('field', 'Field'),
    column('before', 'Before'),
    column('after', 'Now'),
    column('by', 'By'),
    instantColumn('recordedAtMs', 'Recorded'),
    ID_COLUMN,
  ];
  return { id: 'adapted', title: TITLES.adapted, table: { columns, rows } };
}
