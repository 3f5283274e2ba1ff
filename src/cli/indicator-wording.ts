// An indicator in words: what its document says, what was hit, what was disputed, what was done.
import { type Dispute, disputeState, pendingProposal } from '../authority/dispute.ts';
import type { Finding, Indicator } from '../authority/indicator.ts';
import { standingOf } from '../authority/lifecycle.ts';
import type { IndicatorRecord } from '../authority/records.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { formatInstant } from '../core/time.ts';
import { labelled, oneLine } from './wording.ts';

const ORIGINS = { file: 'its file', proposal: 'a proposal that was completed' } as const;

export function documentLines(indicator: Indicator, { scope, version }: IndicatorRecord): string[] {
  const { threat, basis, verifyEvery, verifyReason } = indicator;
  const [what, whose] = [threat.name ?? threat.activity, threat.actor];
  const why = verifyReason === null ? '' : `: ${oneLine(verifyReason)}`;
  return [
    labelled('authorised', `by ${scope.authorisation}, version ${version}, from ${ORIGINS[scope.origin]}`),
    labelled(
      'threat',
      [what, threat.activity, ...(whose === null ? [] : [whose]), indicator.country].join(', '),
    ),
    ...(threat.description === null ? [] : [labelled('', oneLine(threat.description))]),
    labelled('first seen', `${formatInstant(indicator.firstSeenMs)}: ${oneLine(indicator.firstSeenEvent)}`),
    labelled('rests on', `${basis.retention}, for ${basis.access}, task ${basis.task}`),
    labelled('marked', `TLP:${indicator.tlp}${indicator.block ? ', to be blocked by operators' : ''}`),
    ...indicator.sources.map(({ name, reliability, credibility }) =>
      labelled('source', `${name}, rated ${reliability}${credibility}`),
    ),
    ...indicator.analyses.map((analysis) => findingLine('analysis', analysis)),
    ...indicator.verifications.map((verification) => findingLine('verified', verification)),
    labelled('verify', `every ${verifyEvery}${why}`),
  ];
}

function findingLine(label: string, { atMs, by, outcome, method, evidence }: Finding<string>): string {
  const digest = evidence === undefined ? '' : `, SHA-256 ${evidence}`;
  return labelled(label, `${formatInstant(atMs)} ${by}: ${outcome}, ${oneLine(method)}${digest}`);
}

export function hitLines(steps: readonly IndicatorStep[]): string[] {
  const { hits, overrides } = standingOf(steps);
  return [...hits].map(([cause, { outcome, recordedAtMs }]) => {
    const people = (overrides.get(cause) ?? []).map(({ by }) => by).join(', ');
    const overridden = people === '' ? '' : `; overridden by ${people}`;
    return labelled('hit', `${cause}: ${outcome}, since ${formatInstant(recordedAtMs)}${overridden}`);
  });
}

export function stepLine(step: IndicatorStep): string {
  const { kind, by, atMs, recordedAtMs, outcome, cause, method, reason } = step;
  const recorded = recordedAtMs === atMs ? '' : `, recorded ${formatInstant(recordedAtMs)}`;
  const said = [outcome, cause, method, reason].filter((part) => part !== null).map(oneLine);
  const why = said.length === 0 ? '' : `: ${said.join(', ')}`;
  return labelled(`step ${step.step}`, `${formatInstant(atMs)}${recorded} ${by}: ${kind}${why}`);
}

export function disputeLine(dispute: Dispute): string {
  const { id, operator, by, ground, atMs, decisions } = dispute;
  const opened = `${id}: ${disputeState(dispute)}, by ${operator} (${by}), ${formatInstant(atMs)}: ${oneLine(ground)}`;
  const last = decisions.at(-1);
  if (!last) return labelled('dispute', opened);
  const said = pendingProposal(dispute) ? `proposes ${last.outcome}` : 'decided';
  return labelled('dispute', `${opened}; ${last.by} ${said}: ${oneLine(last.reason)}`);
}
