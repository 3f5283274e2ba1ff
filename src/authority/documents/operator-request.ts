// L6, D13, D5: what is asked of each operator: per address the country, the concrete threat, the legal basis, and the traffic
// that this operator may still lawfully hold.
import { type ExplainedWindow, explain } from '../explain.ts';
import type { Indicator } from '../indicator.ts';
import type { AuthorisationRecord } from '../records.ts';
import { findRegime, type Regime } from '../regime.ts';
import {
  column,
  type Document,
  eachTime,
  type Fact,
  fact,
  headOf,
  instantColumn,
  instantFact,
  Markings,
  type Row,
  type Section,
  type Table,
} from './document.ts';
import {
  ADDRESS_COLUMNS,
  addressCells,
  bound,
  ID_COLUMN,
  THREAT_COLUMNS,
  threatCells,
} from './indicator-cells.ts';
import type { KnownState, ListedIndicator } from './known-state.ts';

export interface OperatorRequest {
  readonly reference: string;
  /** Only this one; one that the authorisation names. */
  readonly operator?: string | undefined;
}

export function operatorRequest(state: KnownState, { reference, operator }: OperatorRequest): Document {
  const authorisation = state.records.authorisations.get(reference)!;
  const operators = authorisation.operators.filter((id) => operator === undefined || id === operator);
  const markings = new Markings();
  const counts = new Map(operators.map((id) => [id, 0]));
  const named = new NamedEntries(findRegime(authorisation.regime));
  for (const { indicator, inForce } of asked(state, reference)) {
    const concerned = operators.filter((id) => inForce.some((window) => window.operators.includes(id)));
    if (concerned.length === 0) continue;
    markings.add(indicator.tlp);
    named.add(indicator);
    for (const id of concerned) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return {
    head: headOf(
      'operator-request',
      `Request to operators under ${reference}`,
      authorisation,
      state,
      markings.highest,
    ),
    facts: decisionFacts(authorisation),
    sections: [
      ...operators.map((id) => operatorSection(state, reference, id, counts.get(id) ?? 0)),
      { id: 'bases', title: 'Where in the law', table: named.table() },
    ],
  };
}

function decisionFacts(authorisation: AuthorisationRecord): Fact[] {
  const { decidedMs, endsMs, purpose, document, method } = authorisation;
  return [
    instantFact('decidedMs', 'Decided', decidedMs),
    instantFact('endsMs', 'Ends', endsMs),
    fact('purpose', 'Purpose', purpose),
    ...(method === null ? [] : [fact('method', 'Method', methodText(authorisation))]),
    fact('document', 'Decision', document.name),
    fact('documentDigest', 'SHA-256 of the decision', document.sha256),
  ];
}

/** Art. 18/8 § 1: the nature of the decision is communicated to the operator. */
function methodText({ regime, method }: AuthorisationRecord): string | null {
  const found = findRegime(regime)?.methods.find(({ id }) => id === method);
  return found ? `${found.id}: ${found.name} (${found.source})` : method;
}

interface Asked extends ListedIndicator {
  readonly inForce: readonly ExplainedWindow[];
}

/** What is in force at the instant, for whomever. */
function* asked(
  { records, asKnownAtMs, options, indicatorsOf }: KnownState,
  reference: string,
): Generator<Asked> {
  for (const listed of indicatorsOf(reference)) {
    const { windows } = explain(listed.record, records, asKnownAtMs, options, listed.steps);
    const inForce = windows.filter((window) => window.inForce);
    if (inForce.length > 0) yield { ...listed, inForce };
  }
}

function operatorSection(state: KnownState, reference: string, id: string, addresses: number): Section {
  const operator = state.records.operators.get(id);
  const columns = [
    ...ADDRESS_COLUMNS,
    ...THREAT_COLUMNS,
    column('threat', 'Threat'),
    column('relation', 'Relation of the address to it'),
    column('actor', 'Actor'),
    column('retention', 'Kept on the basis of'),
    column('access', 'Obtained for'),
    column('task', 'Task'),
    instantColumn('trafficFromMs', 'Traffic from'),
    instantColumn('trafficUntilMs', 'Traffic until'),
    column('term', 'As kept for'),
    instantColumn('firstSeenMs', 'First seen'),
    column('firstSeenEvent', 'Event that dates it'),
    ID_COLUMN,
  ];
  return {
    id: 'operator',
    title: id,
    facts: [
      fact('operator', 'Operator', id),
      fact('operatorName', 'Name', operator?.name ?? null),
      fact('contact', 'Contact', operator?.contact ?? null),
      fact('addresses', 'Addresses', addresses),
    ],
    table: {
      columns,
      rows: eachTime(function* () {
        for (const found of asked(state, reference)) {
          const window = found.inForce.find(({ operators }) => operators.includes(id));
          if (window) yield requestCells(found, window);
        }
      }),
    },
  };
}

function requestCells({ indicator }: Asked, { traffic, retentionTerm }: ExplainedWindow): Row {
  const { threat, basis } = indicator;
  return {
    ...addressCells(indicator),
    ...threatCells(indicator),
    threat: threat.kind,
    relation: threat.relation,
    actor: threat.actor,
    retention: basis.retention,
    access: basis.access,
    task: basis.task,
    trafficFromMs: bound(traffic.from.atMs),
    trafficUntilMs: bound(traffic.until.atMs),
    term: retentionTerm,
    firstSeenMs: indicator.firstSeenMs,
    firstSeenEvent: indicator.firstSeenEvent,
  };
}

/** D5: article, paragraph, number of everything that the rows name by its id, once. */
class NamedEntries {
  private readonly regime: Regime | undefined;
  private readonly ids = new Set<string>();

  constructor(regime: Regime | undefined) {
    this.regime = regime;
  }

  add({ threat, basis }: Indicator): void {
    for (const id of [basis.retention, basis.access, basis.task, threat.kind, threat.relation]) {
      if (id !== null) this.ids.add(id);
    }
  }

  table(): Table {
    const { regime } = this;
    const tables = regime
      ? [regime.retention, regime.access, regime.tasks, regime.threats, regime.relations]
      : [];
    const rows = tables
      .flat()
      .filter(({ id }) => this.ids.has(id))
      .map(({ id, source, name }): Row => ({ id, source, name }));
    const columns = [column('id', 'Named'), column('source', 'Source'), column('name', 'What it is')];
    return { columns, rows };
  }
}
