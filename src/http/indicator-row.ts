// A row of the list of indicators: in memory what it is sorted and searched by; what is shown is read when it is.
import type { InForceOptions } from '../authority/conditions.ts';
import { INDICATOR_STATES, type IndicatorState } from '../authority/explain.ts';
import type { TLP } from '../authority/indicator.ts';
import { isOverridden, type Standing, standingOf } from '../authority/lifecycle.ts';
import { strictestMarking, suggestedThreats } from '../authority/proposal.ts';
import type { AuthorityRecords, IndicatorScope, Origin } from '../authority/records.ts';
import type { Bound } from '../authority/spans.ts';
import { isVerificationDue } from '../authority/status.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { parsePrefix } from '../core/prefix.ts';
import type { Database } from '../store/database.ts';
import { addressKey, type IndicatorLine, lineOf, lineOfDraft } from '../store/indicator-lines.ts';
import { briefReader, indicatorReader } from '../store/indicator-records.ts';
import { stepsReader } from '../store/indicator-steps.ts';
import { proposalReader } from '../store/proposals.ts';

export interface IndicatorItem extends Omit<IndicatorLine, 'obstacles'> {
  readonly obstacles: readonly (Omit<Bound, 'atMs'> & { readonly atMs: number | null })[];
  readonly origin: Origin | 'draft';
  /** Number of its last step; 0 = none. */
  readonly step: number;
  readonly threatName: string | null;
  readonly tlp: (typeof TLP)[number] | null;
  /** Of warning lists and of its width, as they stand. */
  readonly hits: readonly {
    readonly cause: string;
    readonly severity: string;
    readonly isOverridden: boolean;
  }[];
}

export const INDICATOR_SORTS = ['address', 'state', 'dueMs', 'sinceMs'] as const;
export type IndicatorSort = (typeof INDICATOR_SORTS)[number];
/** `null` sorts last, whatever the order. */
export type SortKey = string | number | null;

/** Small: there are as many as indicators. */
export interface IndicatorRow {
  readonly id: string;
  readonly address: string;
  readonly authorisation: string;
  readonly state: IndicatorState;
  readonly threatName: string | null;
  /** Epoch ms. */
  readonly dueMs: number | null;
  readonly sinceMs: number | null;
  /** On a warning list, or too wide. */
  readonly hasHits: boolean;
  /** Where its address stands among all; decides between equal keys: no two rows have the same. */
  readonly place: string;
  /** Inclusive bounds, as in `Prefix`. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Legal bases on which it rests; `null` for a draft. */
  readonly scope: Pick<IndicatorScope, 'retention' | 'access' | 'task'> | null;
  /** Epoch ms: when it may be another without anything being recorded. */
  readonly nextChangeMs: number;
  /** A newer row has taken its place. */
  isReplaced: boolean;
}

export function keyOf(row: IndicatorRow, by: IndicatorSort): SortKey {
  if (by === 'address') return row.place;
  return by === 'state' ? INDICATOR_STATES.indexOf(row.state) : row[by];
}

type Read<T> = (id: string, records: AuthorityRecords, atMs: number, inForce: InForceOptions) => T | null;

/** Reads rows one after another with statements prepared once. */
export function rowReader(db: Database): Read<IndicatorRow> {
  const readBrief = briefReader(db);
  const readProposal = proposalReader(db);
  const readSteps = stepsReader(db);
  return (id, records, atMs, inForce) => {
    const found = readBrief(id);
    if (found) {
      const { record, threatName, steps } = found;
      const { line, nextChangeMs } = lineOf(record, steps, records, atMs, inForce);
      return rowOf(line, threatName, standingOf(steps), record, record.scope, nextChangeMs);
    }
    const proposal = readProposal(id);
    const prefix = proposal && parsePrefix(proposal.address);
    if (!proposal || !prefix || 'problem' in prefix) return null;
    const standing = standingOf(readSteps(id));
    const line = lineOfDraft(proposal, standing.revoked);
    const [threatName = null] = suggestedThreats(proposal);
    return rowOf(line, threatName, standing, prefix.value, null, Infinity);
  };
}

function rowOf(
  { id, address, port, authorisation, state, verificationDueMs, sinceMs }: IndicatorLine,
  threatName: string | null,
  { hits }: Pick<Standing<IndicatorStep>, 'hits'>,
  { first, last }: Pick<IndicatorRow, 'first' | 'last'>,
  scope: IndicatorRow['scope'],
  nextChangeMs: number,
): IndicatorRow {
  const isSingle = first.every((word, at) => word === last[at]);
  return {
    ...{ id, address, authorisation, state, threatName, dueMs: verificationDueMs, sinceMs },
    hasHits: hits.size > 0,
    place: `${addressKey({ first }, port)} ${id}`,
    first,
    last: isSingle ? first : last,
    scope,
    nextChangeMs,
    isReplaced: false,
  };
}

/** What is shown of a row, as it stands at an instant. */
export function itemReader(db: Database): Read<IndicatorItem> {
  const readIndicator = indicatorReader(db);
  const readProposal = proposalReader(db);
  const readSteps = stepsReader(db);
  return (id, records, atMs, inForce) => {
    const found = readIndicator(id);
    if (found) {
      const { record, indicator, steps } = found;
      const { line } = lineOf(record, steps, records, atMs, inForce);
      const about = { threatName: indicator.threat.name, tlp: indicator.tlp };
      return itemOf(line, { origin: record.scope.origin, ...about }, steps);
    }
    const proposal = readProposal(id);
    if (!proposal) return null;
    const steps = readSteps(id);
    const [threatName = null] = suggestedThreats(proposal);
    const about = { origin: 'draft', threatName, tlp: strictestMarking(proposal) ?? null } as const;
    return itemOf(lineOfDraft(proposal, standingOf(steps).revoked), about, steps);
  };
}

function itemOf(
  line: IndicatorLine,
  about: Pick<IndicatorItem, 'origin' | 'threatName' | 'tlp'>,
  steps: readonly IndicatorStep[],
): IndicatorItem {
  const standing = standingOf(steps);
  const hits = [...standing.hits].map(([cause, { outcome }]) => ({
    cause,
    severity: outcome ?? 'hard',
    isOverridden: isOverridden(standing, cause),
  }));
  const obstacles = line.obstacles.map(boundItem);
  return { ...line, obstacles, ...about, step: steps.at(-1)?.step ?? 0, hits };
}

/** JSON has no infinity: `null` = never, or from ever. */
export function boundItem({ atMs, rule, why }: Bound): IndicatorItem['obstacles'][number] {
  return { atMs: Number.isFinite(atMs) ? atMs : null, rule, why };
}

export interface IndicatorFilter {
  readonly state?: string | undefined;
  readonly authorisation?: string | undefined;
  /** Whose authorisation names this operator. */
  readonly operator?: string | undefined;
  /** Part of an id, an address or a threat's name, or an address or prefix that meets it. */
  readonly q?: string | undefined;
  /** Whose verification is due by then. */
  readonly dueByMs?: number | undefined;
  /** On a warning list, or too wide. */
  readonly hit?: true | undefined;
}

export function filterOf(
  { state, authorisation, operator, q, dueByMs, hit }: IndicatorFilter,
  { authorisations }: Pick<AuthorityRecords, 'authorisations'>,
): (row: IndicatorRow) => boolean {
  const isMeant = q === undefined ? null : searchOf(q);
  return (row) =>
    (state === undefined || row.state === state) &&
    (authorisation === undefined || row.authorisation === authorisation) &&
    (operator === undefined ||
      (authorisations.get(row.authorisation)?.operators.includes(operator) ?? false)) &&
    (dueByMs === undefined ||
      isVerificationDue({ state: row.state, verificationDueMs: row.dueMs }, dueByMs)) &&
    (hit === undefined || row.hasHits) &&
    (isMeant === null || isMeant(row));
}

function searchOf(q: string): (row: IndicatorRow) => boolean {
  const text = q.trim().toLowerCase();
  const parsed = parsePrefix(text);
  if ('problem' in parsed) {
    return ({ address, id, threatName }) =>
      address.includes(text) || id.includes(text) || (threatName?.toLowerCase().includes(text) ?? false);
  }
  const { first, last } = parsed.value;
  return (row) =>
    (row.first.length === first.length && compare(row.first, last) <= 0 && compare(first, row.last) <= 0) ||
    row.address.startsWith(text);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let word = 0; word < one.length; word++) {
    const difference = (one[word] as number) - (other[word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
