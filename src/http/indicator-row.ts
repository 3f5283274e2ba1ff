// A row of the list of indicators: in memory what it is sorted and searched by; what is shown is read when it is.
import type { explainer, IndicatorState } from '../authority/explain.ts';
import type { TLP } from '../authority/indicator.ts';
import { isOverridden, type Standing, standingOf } from '../authority/lifecycle.ts';
import { strictestMarking, suggestedThreats } from '../authority/proposal.ts';
import type { IndicatorScope, Origin } from '../authority/records.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { type ToldBound, withObstacles } from '../authority/told.ts';
import { parsePrefix } from '../core/prefix.ts';
import type { Database } from '../store/database.ts';
import { type IndicatorLine, lineOf, lineOfDraft } from '../store/indicator-lines.ts';
import { briefReader, indicatorReader } from '../store/indicator-records.ts';
import { stepsReader } from '../store/indicator-steps.ts';
import { proposalReader } from '../store/proposals.ts';

export interface IndicatorItem extends Omit<IndicatorLine, 'obstacles'> {
  readonly obstacles: readonly ToldBound[];
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

/** What it is sorted and searched by. */
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
  readonly port: number | null;
  /** Inclusive bounds, as in `Prefix`. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Legal bases on which it rests; `null` for a draft. */
  readonly scope: Pick<IndicatorScope, 'retention' | 'access' | 'task'> | null;
  /** Epoch ms: when it may be another without anything being recorded. */
  readonly nextChangeMs: number;
}

type Explain = ReturnType<typeof explainer>;

/** Reads the rows of some, by their ids, with statements prepared once. What is no indicator or draft is left out. */
export function rowReader(
  db: Database,
): (ids: readonly string[], explain: Explain, atMs: number) => IndicatorRow[] {
  const readBriefs = briefReader(db);
  const readProposal = proposalReader(db);
  const readSteps = stepsReader(db);
  const rowOfDraft = (id: string): IndicatorRow | null => {
    const proposal = readProposal(id);
    const prefix = proposal && parsePrefix(proposal.address);
    if (!proposal || !prefix || 'problem' in prefix) return null;
    const standing = standingOf(readSteps(id));
    const line = lineOfDraft(proposal, standing.revoked);
    const [threatName = null] = suggestedThreats(proposal);
    return rowOf(line, threatName, standing, prefix.value, null, Infinity);
  };
  return (ids, explain, atMs) => {
    const briefs = readBriefs(ids);
    return ids.flatMap((id) => {
      const found = briefs.get(id);
      if (!found) return rowOfDraft(id) ?? [];
      const { record, threatName, steps } = found;
      const explanation = explain(record, steps);
      const line = lineOf(record, explanation, atMs);
      return rowOf(line, threatName, standingOf(steps), record, record.scope, explanation.nextChangeMs);
    });
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
  return {
    id,
    address,
    port,
    authorisation,
    state,
    threatName,
    dueMs: verificationDueMs,
    sinceMs,
    hasHits: hits.size > 0,
    first,
    last,
    scope,
    nextChangeMs,
  };
}

/** What is shown of a row, as it stands at an instant. */
export function itemReader(
  db: Database,
): (id: string, explain: Explain, atMs: number) => IndicatorItem | null {
  const readIndicator = indicatorReader(db);
  const readProposal = proposalReader(db);
  const readSteps = stepsReader(db);
  return (id, explain, atMs) => {
    const found = readIndicator(id);
    if (found) {
      const { record, indicator, steps } = found;
      const line = lineOf(record, explain(record, steps), atMs);
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
  return { ...withObstacles(line), ...about, step: steps.at(-1)?.step ?? 0, hits };
}
