// What a context note says of one indicator (§ 42): everything that it rests on, and every finding with its result.
import { explain } from '../explain.ts';
import type { Finding, Indicator } from '../indicator.ts';
import { protocolName } from '../protocols.ts';
import { reasonText } from '../reasons.ts';
import type { Regime } from '../regime.ts';
import type { IndicatorStep } from '../steps.ts';
import {
  column,
  type Fact,
  fact,
  instantColumn,
  instantFact,
  type Row,
  type Section,
  type Table,
} from './document.ts';
import { bound, titleOf, withSource } from './indicator-cells.ts';
import type { KnownState, ListedIndicator } from './known-state.ts';

export function indicatorNote(
  state: KnownState,
  listed: ListedIndicator,
  regime: Regime | undefined,
): Section {
  const { indicator, steps } = listed;
  return {
    id: 'indicator',
    title: titleOf(indicator),
    facts: [...identityFacts(indicator), ...stateFacts(state, listed), ...threatFacts(indicator, regime)],
    sections: [
      { id: 'sources', title: 'Sources', table: sourceTable(indicator) },
      { id: 'analyses', title: 'Analyses', table: findingTable(indicator.analyses, steps, 'analyse') },
      {
        id: 'verifications',
        title: 'Verifications',
        facts: [
          fact('verifyEvery', 'Verified every', indicator.verifyEvery),
          fact('verifyReason', 'Why that often', indicator.verifyReason),
        ],
        table: findingTable(indicator.verifications, steps, 'verify'),
      },
      { id: 'steps', title: 'Suspended, reinstated, revoked, hit, overridden', table: stepTable(steps) },
    ],
  };
}

function identityFacts(indicator: Indicator): Fact[] {
  return [
    fact('indicator', 'Indicator', indicator.id),
    fact('address', 'Address', indicator.address),
    fact('protocol', 'Protocol', indicator.protocol === null ? null : protocolName(indicator.protocol)),
    fact('port', 'Port', indicator.port),
    fact('country', 'Country of origin', indicator.country),
    fact('tlp', 'TLP', indicator.tlp),
    instantFact('firstSeenMs', 'First seen', indicator.firstSeenMs),
    fact('firstSeenEvent', 'Event that dates it', indicator.firstSeenEvent),
    instantFact('trafficUntilMs', 'No C2 server from', indicator.trafficUntilMs),
  ];
}

function stateFacts(
  { records, asKnownAtMs, options }: KnownState,
  { record, steps }: ListedIndicator,
): Fact[] {
  const { state, windows } = explain(record, records, asKnownAtMs, options, steps);
  const from = windows.length === 0 ? Infinity : Math.min(...windows.map(({ traffic }) => traffic.from.atMs));
  const obstacles = new Set(
    windows.flatMap((window) =>
      window.obstacles.map(({ rule, because }) => `${rule}: ${reasonText(because)}`),
    ),
  );
  return [
    instantFact('effectiveFromMs', 'Traffic from', bound(from)),
    fact('state', 'State', state),
    fact('obstacles', 'Not in force, since', [...obstacles]),
  ];
}

function threatFacts({ threat, basis }: Indicator, regime: Regime | undefined): Fact[] {
  return [
    fact('activity', 'Activity', threat.activity),
    fact('name', 'Malware or tool', threat.name),
    fact('threat', 'Threat', withSource(regime, 'threats', threat.kind)),
    fact('relation', 'Relation of the address to it', withSource(regime, 'relations', threat.relation)),
    fact('description', 'Description', threat.description),
    fact('retention', 'Kept on the basis of', withSource(regime, 'retention', basis.retention)),
    fact('access', 'Obtained for', withSource(regime, 'access', basis.access)),
    fact('task', 'Task', withSource(regime, 'tasks', basis.task)),
  ];
}

/** The Admiralty code in words. */
const RELIABILITY = {
  A: 'completely reliable',
  B: 'usually reliable',
  C: 'fairly reliable',
  D: 'not usually reliable',
  E: 'unreliable',
  F: 'cannot be judged',
} as const;
const CREDIBILITY = [
  'confirmed',
  'probably true',
  'possibly true',
  'doubtful',
  'improbable',
  'cannot be judged',
] as const;

function sourceTable({ sources }: Indicator): Table {
  const rows = sources.map(
    ({ name, reliability, credibility }): Row => ({
      source: name,
      rating: `${reliability}${credibility}`,
      words: `${RELIABILITY[reliability]}, ${CREDIBILITY[credibility - 1]}`,
    }),
  );
  return {
    columns: [column('source', 'Source'), column('rating', 'Rating'), column('words', 'In words')],
    rows,
  };
}

/** § 42: positive where the finding confirms, negative where it refutes. */
const RESULTS: Readonly<Record<string, string>> = {
  confirmed: 'positive',
  active: 'positive',
  refuted: 'negative',
  inactive: 'negative',
};

function findingTable(
  listed: readonly Finding<string>[],
  steps: readonly IndicatorStep[],
  kind: 'analyse' | 'verify',
): Table {
  const later = steps
    .filter((step) => step.kind === kind)
    .map(({ by, atMs, recordedAtMs, method, outcome, evidence }) => ({
      by,
      atMs,
      recordedAtMs,
      method,
      outcome,
      evidence,
    }));
  const all = [...listed.map((finding) => ({ evidence: null, ...finding, recordedAtMs: null })), ...later];
  const rows = all
    .sort((a, b) => a.atMs - b.atMs)
    .map(
      ({ by, atMs, recordedAtMs, method, outcome, evidence }): Row => ({
        result: RESULTS[outcome ?? ''] ?? 'neither',
        outcome,
        method,
        by,
        atMs,
        recordedAtMs,
        evidence,
      }),
    );
  const columns = [
    column('result', 'Result'),
    column('outcome', 'Outcome'),
    column('method', 'Method'),
    column('by', 'By'),
    instantColumn('atMs', 'Took place'),
    instantColumn('recordedAtMs', 'Recorded'),
    column('evidence', 'Evidence (SHA-256)'),
  ];
  return { columns, rows };
}

function stepTable(steps: readonly IndicatorStep[]): Table {
  const rows = steps
    .filter(({ kind }) => kind !== 'analyse' && kind !== 'verify')
    .map(
      ({ kind, outcome, cause, by, reason, atMs, recordedAtMs }): Row => ({
        what: outcome === null ? kind : `${kind} (${outcome})`,
        cause,
        by,
        reason,
        atMs,
        recordedAtMs,
      }),
    );
  const columns = [
    column('what', 'What'),
    column('cause', 'Cause'),
    column('by', 'By'),
    column('reason', 'Reason'),
    instantColumn('atMs', 'Took place'),
    instantColumn('recordedAtMs', 'Recorded'),
  ];
  return { columns, rows };
}
