// Runs `flowsieve warninglist update`: takes newer lists in, then checks every indicator and proposal against all again.
import type { Severity } from '../authority/warninglist.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { openDatabase } from '../store/database.ts';
import { recheckWarningLists } from '../store/warninglist-hits.ts';
import { type ListChange, takeFolder } from '../store/warninglist-update.ts';
import { EXIT, type GlobalOptions } from './command.ts';
import { currentUser } from './current-user.ts';
import type { UpdateCommandOptions } from './warninglist.ts';
import { printUpdate } from './warninglist-update-output.ts';

/** @returns the exit status */
export async function updateWarningLists(
  commandLine: GlobalOptions,
  options: UpdateCommandOptions,
): Promise<number> {
  const severities = severitiesOf(options);
  const configuration = await loadConfiguration(commandLine);
  const db = openDatabase(configuration.database);
  try {
    const { by = currentUser(), reason = null, from = null } = options;
    const change: ListChange = { by, role: 'engineer', at: Date.now(), reason };
    const outcomes = takeFolder(db, from, severities, change);
    const recheck = recheckWarningLists(db, { by, role: change.role });
    const { onAuthorised } = configuration.warningLists;
    printUpdate({ outcomes, ...recheck }, onAuthorised, commandLine.json ?? false);
    await deliverAfterChange(configuration, db);
    return outcomes.some(({ faults }) => faults.length > 0) ? EXIT.damaged : EXIT.done;
  } finally {
    db.close();
  }
}

/** What the command line says of lists by their names. */
function severitiesOf({ hard = [], soft = [], reason }: UpdateCommandOptions): ReadonlyMap<string, Severity> {
  const both = hard.find((name) => soft.includes(name));
  if (both !== undefined) throw new FlowSieveError('USAGE', `${both}: is named by --hard and by --soft`);
  if (soft.length > 0 && reason === undefined) {
    throw new FlowSieveError('USAGE', '--soft needs --reason: what was blocked is blocked no more');
  }
  return new Map<string, Severity>([
    ...hard.map((name): [string, Severity] => [name, 'hard']),
    ...soft.map((name): [string, Severity] => [name, 'soft']),
  ]);
}
