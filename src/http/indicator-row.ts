// A row of the list of indicators: what is shown, and what it is sorted and searched by.
import type { InForceOptions } from '../authority/conditions.ts';
import { INDICATOR_STATES } from '../authority/explain.ts';
import type { Indicator, TLP } from '../authority/indicator.ts';
import { isOverridden, standingOf } from '../authority/lifecycle.ts';
import { strictestMarking, suggestedThreats } from '../authority/proposal.ts';
import type { AuthorityRecords, Origin } from '../authority/records.ts';
import type { Bound } from '../authority/spans.ts';
import { isVerificationDue } from '../authority/status.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { parsePrefix } from '../core/prefix.ts';
import type { Database } from '../store/database.ts';
import { addressKey, type IndicatorLine, lineOf, lineOfDraft } from '../store/indicator-lines.ts';
import { indicatorReader } from '../store/indicator-records.ts';
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

export interface IndicatorRow {
  readonly item: IndicatorItem;
  readonly keys: Readonly<Record<IndicatorSort, SortKey>>;
  /** Decides between equal keys: no two rows have the same. */
  readonly tie: string;
  /** What is searched, in small letters. */
  readonly text: string;
  /** Inclusive bounds, as in `Prefix`. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Legal bases on which it rests; none for a draft. */
  readonly bases: readonly string[];
  /** Epoch ms: when it may be another without anything being recorded. */
  readonly nextChangeMs: number;
  /** A newer row has taken its place. */
  isReplaced: boolean;
}

/** Reads rows one after another with statements prepared once. */
export function rowReader(db: Database) {
  const readIndicator = indicatorReader(db);
  const readProposal = proposalReader(db);
  const readSteps = stepsReader(db);
  return (
    id: string,
    records: AuthorityRecords,
    atMs: number,
    inForce: InForceOptions,
  ): IndicatorRow | null => {
    const found = readIndicator(id);
    if (found) {
      const { record, indicator, steps } = found;
      const { line, nextChangeMs } = lineOf(record, steps, records, atMs, inForce);
      const { origin, retention, access, task } = record.scope;
      const about = { origin, threatName: indicator.threat.name, tlp: indicator.tlp };
      return rowOf(line, about, steps, record, { bases: [retention, access, task], nextChangeMs });
    }
    const proposal = readProposal(id);
    const prefix = proposal && parsePrefix(proposal.address);
    if (!proposal || !prefix || 'problem' in prefix) return null;
    const steps = readSteps(id);
    const line = lineOfDraft(proposal, standingOf(steps).revoked);
    const [threatName = null] = suggestedThreats(proposal);
    const about = { origin: 'draft', threatName, tlp: strictestMarking(proposal) ?? null } as const;
    return rowOf(line, about, steps, prefix.value, { bases: [], nextChangeMs: Infinity });
  };
}

function rowOf(
  line: IndicatorLine,
  about: Pick<IndicatorItem, 'origin' | 'threatName'> & { readonly tlp: Indicator['tlp'] | null },
  steps: readonly IndicatorStep[],
  { first, last }: Pick<IndicatorRow, 'first' | 'last'>,
  rest: Pick<IndicatorRow, 'bases' | 'nextChangeMs'>,
): IndicatorRow {
  const { id, address, port, state, verificationDueMs, sinceMs } = line;
  const place = addressKey({ first }, port);
  const standing = standingOf(steps);
  const hits = [...standing.hits].map(([cause, { outcome }]) => ({
    cause,
    severity: outcome ?? 'hard',
    isOverridden: isOverridden(standing, cause),
  }));
  return {
    item: {
      ...line,
      obstacles: line.obstacles.map(boundItem),
      ...about,
      step: steps.at(-1)?.step ?? 0,
      hits,
    },
    keys: {
      address: place,
      state: INDICATOR_STATES.indexOf(state),
      dueMs: verificationDueMs,
      sinceMs,
    },
    tie: `${place} ${id}`,
    text: `${address} ${id} ${about.threatName ?? ''}`.toLowerCase(),
    first,
    last,
    ...rest,
    isReplaced: false,
  };
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
    (state === undefined || row.item.state === state) &&
    (authorisation === undefined || row.item.authorisation === authorisation) &&
    (operator === undefined ||
      (authorisations.get(row.item.authorisation)?.operators.includes(operator) ?? false)) &&
    (dueByMs === undefined || isVerificationDue(row.item, dueByMs)) &&
    (hit === undefined || row.item.hits.length > 0) &&
    (isMeant === null || isMeant(row));
}

function searchOf(q: string): (row: IndicatorRow) => boolean {
  const text = q.trim().toLowerCase();
  const parsed = parsePrefix(text);
  if ('problem' in parsed) return (row) => row.text.includes(text);
  const { first, last } = parsed.value;
  return (row) =>
    (row.first.length === first.length && compare(row.first, last) <= 0 && compare(first, row.last) <= 0) ||
    row.text.startsWith(text);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let word = 0; word < one.length; word++) {
    const difference = (one[word] as number) - (other[word] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
