// Runs `flowsieve indicator show`: everything that is known of one, and where it stands.
import { explain } from '../authority/explain.ts';
import type { Indicator } from '../authority/indicator.ts';
import { standingOf } from '../authority/lifecycle.ts';
import { checkProposal } from '../authority/proposal.ts';
import { protocolName } from '../authority/protocols.ts';
import { describeFault } from '../authority/refusal.ts';
import { findRegime } from '../authority/regime.ts';
import { statusOf } from '../authority/status.ts';
import type { IndicatorStep } from '../authority/steps.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import { loadRecords, readIndicator } from '../store/authority-records.ts';
import type { Database } from '../store/database.ts';
import { openDatabase } from '../store/database.ts';
import { listDisputes } from '../store/disputes.ts';
import type { NamedIndicator } from '../store/indicator-names.ts';
import { stepsOf } from '../store/indicator-steps.ts';
import { findProposal } from '../store/proposals.ts';
import { windowLines } from './authorisation-output.ts';
import { type GlobalOptions, print } from './command.ts';
import { disputeLine } from './dispute-wording.ts';
import { inForceOptions } from './in-force-options.ts';
import type { ShowOptions } from './indicator.ts';
import { findTarget } from './indicator-target.ts';
import { observationLines, settingLines } from './proposal-wording.ts';
import { oneLine, serverText } from './wording.ts';

export async function showIndicator(
  named: string,
  commandLine: GlobalOptions,
  { authorisation, asKnownAt }: ShowOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const db = openDatabase(configuration.database, { readonly: true });
  try {
    const target = findTarget(db, named, authorisation === undefined ? {} : { authorisation });
    const found = readIndicator(db, target.id, asKnownAt);
    if (!found) return showDraft(db, target, commandLine, asKnownAt);
    const atMs = asKnownAt ?? Date.now();
    const records = loadRecords(db, {
      authorisation: target.authorisation,
      indicator: target.id,
      ...(asKnownAt === undefined ? {} : { asKnownAtMs: asKnownAt }),
    });
    const { record, indicator } = found;
    const explanation = explain(record, records, atMs, inForceOptions(configuration));
    const status = statusOf(explanation, record, records, atMs);
    const steps = records.steps.get(target.id) ?? [];
    const disputes = listDisputes(db, { indicator: target.id }).filter(
      ({ recordedAtMs }) => recordedAtMs <= (asKnownAt ?? Infinity),
    );
    const { windows } = explanation;
    if (commandLine.json) {
      const { version, withdrawnMs, scope } = record;
      const whole = {
        ...indicator,
        authorisation: target.authorisation,
        origin: scope.origin,
        version,
        withdrawnMs,
      };
      print(JSON.stringify({ ...whole, ...status, windows, steps, disputes }));
      return;
    }
    const { state, inForce } = status;
    print(`${headline(indicator)}   ${inForce ? 'IN FORCE' : `NOT IN FORCE (${state})`}   ${indicator.id}`);
    print(
      `authorisation ${target.authorisation}, version ${record.version}, ${ORIGINS[record.scope.origin]}`,
    );
    for (const line of documentLines(indicator)) print(line);
    for (const window of windows) for (const line of windowLines(window, windows.length > 1)) print(line);
    if (status.verificationDueMs !== null)
      print(
        `verification due ${formatInstant(status.verificationDueMs)} (L9), every ${indicator.verifyEvery}`,
      );
    const proposal = findProposal(db, target.id, asKnownAt);
    if (proposal) section('observed', observationLines(proposal));
    section('hits of warning lists', hitLines(steps));
    section('disputes', disputes.map(disputeLine));
    section('steps', steps.map(stepLine));
  } finally {
    db.close();
  }
}

const ORIGINS = {
  file: "from its authorisation's file",
  proposal: 'from a proposal that was completed',
} as const;

function headline({ address, protocol, port }: Indicator): string {
  return serverText(address, protocol === null ? null : protocolName(protocol), port);
}

function* documentLines(indicator: Indicator): Generator<string> {
  const { threat, basis, firstSeenMs, firstSeenEvent, country, tlp, block, verifyReason } = indicator;
  yield `${[threat.name, threat.activity, threat.actor].filter((part) => part !== null).join(', ')}; ${country}; TLP:${tlp}${block ? '; to be blocked' : ''}`;
  if (threat.description !== null) yield oneLine(threat.description);
  yield `first seen ${formatInstant(firstSeenMs)}: ${oneLine(firstSeenEvent)}`;
  yield `rests on ${basis.retention}, for ${basis.access}, task ${basis.task}`;
  if (verifyReason !== null) yield `verified every ${indicator.verifyEvery}: ${oneLine(verifyReason)}`;
  for (const { name, reliability, credibility } of indicator.sources)
    yield `source ${name}, rated ${reliability}${credibility}`;
  for (const [what, findings] of [
    ['analysis', indicator.analyses],
    ['verification', indicator.verifications],
  ] as const) {
    for (const { atMs, by, outcome, method, evidence } of findings)
      yield `${what} ${formatInstant(atMs)} ${by}: ${outcome}, ${oneLine(method)}${evidence === undefined ? '' : `, SHA-256 ${evidence}`}`;
  }
}

function section(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  print(`${title}:`);
  for (const line of lines) print(`  ${line}`);
}

function hitLines(steps: readonly IndicatorStep[]): string[] {
  const { hits, overrides } = standingOf(steps);
  return [...hits.entries()].map(([cause, { outcome, recordedAtMs }]) => {
    const people = (overrides.get(cause) ?? []).map(({ by }) => by).join(', ');
    return `${cause}: ${outcome}, since ${formatInstant(recordedAtMs)}${people === '' ? '' : `; overridden by ${people}`}`;
  });
}

function stepLine({
  step,
  kind,
  by,
  atMs,
  recordedAtMs,
  outcome,
  cause,
  method,
  reason,
}: IndicatorStep): string {
  const recorded = recordedAtMs === atMs ? '' : `, recorded ${formatInstant(recordedAtMs)}`;
  const said = [outcome, cause, method, reason].filter((part) => part !== null).map(oneLine);
  return `${step}  ${formatInstant(atMs)}${recorded}  ${by}: ${kind}${said.length === 0 ? '' : `: ${said.join(', ')}`}`;
}

/** A proposal that is no indicator yet. */
function showDraft(
  db: Database,
  { id, authorisation, address }: NamedIndicator,
  { json }: GlobalOptions,
  asKnownAtMs: number | undefined,
): void {
  const proposal = findProposal(db, id, asKnownAtMs);
  if (!proposal) throw new FlowSieveError('NOT_FOUND', `${address} (${authorisation}) was not known then`);
  const reference = loadRecords(db, { authorisation, indicator: id }).authorisations.get(authorisation);
  const regime = reference && findRegime(reference.regime);
  const checked = regime && checkProposal(proposal, id, regime, authorisation);
  const [missing, wrong] = checked && 'missing' in checked ? [checked.missing, checked.wrong] : [[], []];
  if (json) {
    print(JSON.stringify({ ...proposal, state: 'proposed', inForce: false, missing, wrong }));
    return;
  }
  const { protocol, port } = proposal;
  print(`${serverText(address, protocol === null ? null : protocolName(protocol), port)}   DRAFT   ${id}`);
  print(`authorisation ${authorisation}, version ${proposal.version}`);
  section('set', settingLines(proposal));
  section('observed', observationLines(proposal));
  section('hits of warning lists', hitLines(stepsOf(db, id, asKnownAtMs)));
  section('wrong', wrong.map(describeFault));
  section('missing', missing.map(describeFault));
}
