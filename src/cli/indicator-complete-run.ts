// Runs `flowsieve indicator complete`.
import { lineProblem, proseProblem } from '../authority/plain-text.ts';
import { parseSetting } from '../authority/proposal-settings.ts';
import { describeFault } from '../authority/refusal.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { openDatabase } from '../store/database.ts';
import { type Completion, completeProposal } from '../store/proposal-changes.ts';
import { type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import type { CompleteCommandOptions } from './indicator-complete.ts';
import { findTarget } from './indicator-target.ts';
import { observationLines } from './proposal-wording.ts';

export async function completeIndicator(
  named: string,
  commandLine: GlobalOptions,
  options: CompleteCommandOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const settings = (options.set ?? []).map(parseSetting);
  const { by = currentUser(), reason = null, authorisation } = options;
  const problem = lineProblem(by) ?? (reason === null ? null : proseProblem(reason));
  if (problem !== null) throw new FlowSieveError('USAGE', `--by, --reason: ${problem}`);
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const { id } = findTarget(db, named, authorisation === undefined ? {} : { authorisation });
    const completion = completeProposal(db, id, settings, { reason }, { by, role: 'analyst' });
    if (commandLine.json) print(JSON.stringify(completion));
    else printCompletion(completion);
    if (completion.indicator !== null) await deliverAfterChange(configuration, db);
  } finally {
    db.close();
  }
}

function printCompletion({
  id,
  authorisation,
  proposal,
  version,
  changed,
  indicator,
  missing,
}: Completion): void {
  const state = indicator === null ? 'draft' : `complete, version ${indicator} of the indicator`;
  const said = changed ? `version ${version}` : `version ${version}, nothing changed`;
  print(`${proposal.address} ${id} (${authorisation}): ${state}; proposal ${said}`);
  for (const line of observationLines(proposal)) print(`  ${line}`);
  if (indicator !== null)
    print('it matches nothing before two analyses and a verification (indicator analyse, verify)');
  else print('missing:');
  for (const found of missing) print(`  ${describeFault(found).replace(': (absent)', '')}`);
}
