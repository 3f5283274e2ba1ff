// A proposal that is no indicator yet, as `flowsieve indicator show` has it: with what is missing.
import { standingOf } from '../authority/lifecycle.ts';
import { checkProposal } from '../authority/proposal.ts';
import { describeFault } from '../authority/refusal.ts';
import { findRegime } from '../authority/regime.ts';
import { statusOfDraft } from '../authority/status.ts';
import { FlowSieveError } from '../core/errors.ts';
import { findAuthorisation } from '../store/authorisations.ts';
import type { Database } from '../store/database.ts';
import type { NamedIndicator } from '../store/indicator-names.ts';
import { stepsOf } from '../store/indicator-steps.ts';
import { findProposal } from '../store/proposals.ts';
import { type GlobalOptions, print } from './command.ts';
import { hitLines, stepLine } from './indicator-wording.ts';
import { observationLines, settingLines } from './proposal-wording.ts';
import { labelled, serverText } from './wording.ts';

export function showDraft(
  db: Database,
  { id, authorisation, address }: NamedIndicator,
  { json }: GlobalOptions,
  asKnownAtMs: number | undefined,
): void {
  const proposal = findProposal(db, id, asKnownAtMs);
  if (!proposal) throw new FlowSieveError('NOT_FOUND', `${address} (${authorisation}) was not known then`);
  const regime = findRegime(findAuthorisation(db, authorisation, asKnownAtMs)?.regime ?? '');
  const checked = regime && checkProposal(proposal, id, regime, authorisation);
  const { missing, wrong } = checked && 'missing' in checked ? checked : { missing: [], wrong: [] };
  const steps = stepsOf(db, id, asKnownAtMs);
  const { state, inForce } = statusOfDraft(standingOf(steps).revoked);
  if (json) {
    print(JSON.stringify({ ...proposal, state, inForce, missing, wrong, steps }));
    return;
  }
  print(`${serverText(proposal)}   NOT IN FORCE (${state}, a draft)   ${id}`);
  print(labelled('proposed', `for ${authorisation}, version ${proposal.version}`));
  for (const line of observationLines(proposal)) print(labelled('source', line));
  for (const line of settingLines(proposal)) print(labelled('set', line));
  for (const line of [...hitLines(steps), ...steps.map(stepLine)]) print(line);
  for (const fault of wrong) print(labelled('wrong', describeFault(fault)));
  for (const fault of missing) print(labelled('missing', describeFault(fault)));
}
