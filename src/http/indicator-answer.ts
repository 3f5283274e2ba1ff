// An indicator in full, as it is answered: bounds without infinities, settings and ratings by their names.
import { disputeState } from '../authority/dispute.ts';
import { OVERRIDES_NEEDED, standingOf } from '../authority/lifecycle.ts';
import { ratedSources, settingsOf } from '../authority/proposal.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { toldWindow, withObstacles } from '../authority/told.ts';
import type { DraftDetail, IndicatorDetail } from '../store/indicator-detail.ts';
import type { KnownProposal } from '../store/proposals.ts';
import type { DetailAnswer } from './routes/indicator-shapes.ts';

export function detailAnswer(found: IndicatorDetail | DraftDetail): DetailAnswer {
  const { status, steps, proposal } = found;
  const rest = {
    step: steps.at(-1)?.step ?? 0,
    status: withObstacles(status),
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
    windows: windows.map(toldWindow),
    disputes: disputes.map((dispute) => ({ ...dispute, state: disputeState(dispute) })),
    missing: [],
    wrong: [],
  };
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

function proposalAnswer(proposal: KnownProposal): DetailAnswer['proposal'] {
  const { version, recordedAtMs, recordedBy, observations } = proposal;
  const sources = ratedSources(proposal).map(({ name, reliability = null, credibility = null }) => ({
    name,
    reliability,
    credibility,
  }));
  return { version, recordedAtMs, recordedBy, fields: settingsOf(proposal), sources, observations };
}
