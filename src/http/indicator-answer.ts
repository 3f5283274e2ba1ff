// An indicator in full, as it is answered: bounds without infinities, settings and ratings by their names.
import { disputeState } from '../authority/dispute.ts';
import type { ExplainedWindow } from '../authority/explain.ts';
import { OVERRIDES_NEEDED, standingOf } from '../authority/lifecycle.ts';
import { ratedSources, settingsOf } from '../authority/proposal.ts';
import type { Span } from '../authority/spans.ts';
import type { IndicatorStatus } from '../authority/status.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import type { DraftDetail, IndicatorDetail } from '../store/indicator-detail.ts';
import type { KnownProposal } from '../store/proposals.ts';
import { boundItem } from './indicator-row.ts';
import type { DetailAnswer } from './routes/indicator-shapes.ts';

export function detailAnswer(found: IndicatorDetail | DraftDetail): DetailAnswer {
  const { status, steps, proposal } = found;
  const rest = {
    step: steps.at(-1)?.step ?? 0,
    status: statusAnswer(status),
    steps: steps.map(stepAnswer),
    hits: hitsOf(steps),
    overridesNeeded: OVERRIDES_NEEDED,
    proposal: proposal ? proposalAnswer(proposal) : null,
  };
  if (found.kind === 'draft') {
    const { id, address, port, protocol, authorisation } = found.proposal;
    const { missing, wrong } = found;
    const empty = { analysesNeeded: 0, confirmedBy: [], document: null, windows: [], disputes: [] };
    const server = { id, address, port, protocol, authorisation, origin: 'draft' as const };
    return { ...server, ...rest, ...empty, missing, wrong };
  }
  const { record, indicator, windows, disputes, analysesNeeded, confirmedBy } = found;
  const { id, address, port, protocol, ...said } = indicator;
  const { version, withdrawnMs, scope } = record;
  return {
    ...{ id, address, port, protocol, authorisation: scope.authorisation, origin: scope.origin },
    ...rest,
    analysesNeeded,
    confirmedBy,
    document: { ...said, version, withdrawnMs },
    windows: windows.map(windowAnswer),
    disputes: disputes.map((dispute) => ({ ...dispute, state: disputeState(dispute) })),
    missing: [],
    wrong: [],
  };
}

export function statusAnswer(status: IndicatorStatus): DetailAnswer['status'] {
  return { ...status, obstacles: status.obstacles.map(boundItem) };
}

export function stepAnswer({
  detail: _,
  indicator: __,
  ...step
}: IndicatorStep): DetailAnswer['steps'][number] {
  return step;
}

function hitsOf(steps: readonly IndicatorStep[]): DetailAnswer['hits'] {
  const { hits, overrides } = standingOf(steps);
  return [...hits].map(([cause, { outcome, recordedAtMs }]) => ({
    cause,
    severity: outcome ?? 'hard',
    sinceMs: recordedAtMs,
    overriddenBy: (overrides.get(cause) ?? []).map(({ by }) => by),
  }));
}

function windowAnswer(window: ExplainedWindow): DetailAnswer['windows'][number] {
  const { traffic, collection, obstacles } = window;
  return {
    ...window,
    traffic: spanAnswer(traffic),
    collection: collection.map(spanAnswer),
    obstacles: obstacles.map(boundItem),
  };
}

function spanAnswer({ from, until }: Span): DetailAnswer['windows'][number]['traffic'] {
  return { from: boundItem(from), until: boundItem(until) };
}

function proposalAnswer(proposal: KnownProposal): DetailAnswer['proposal'] {
  const { version, recordedAtMs, recordedBy, observations } = proposal;
  const sources = ratedSources(proposal).map(({ name, reliability = null, credibility = null }) => ({
    name,
    reliability,
    credibility,
  }));
  return { version, recordedAtMs, recordedBy, fields: settingsOf(proposal), sources, observations };
}
