// Runs `flowsieve indicator show`: everything that is known of one, and where it stands.
import { toldWindow, withObstacles } from '../authority/told.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import { openDatabase } from '../store/database.ts';
import { readDetail } from '../store/indicator-detail.ts';
import { windowLines } from './authorisation-output.ts';
import { type GlobalOptions, print } from './command.ts';
import { showDraft } from './draft-show.ts';
import type { ShowOptions } from './indicator.ts';
import { findTarget } from './indicator-target.ts';
import { disputeLine, documentLines, hitLines, stepLine } from './indicator-wording.ts';
import { observationLines } from './proposal-wording.ts';
import { labelled, serverText } from './wording.ts';

export async function showIndicator(
  named: string,
  commandLine: GlobalOptions,
  options: ShowOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const { asKnownAt } = options;
  const db = openDatabase(configuration.database, { readonly: true });
  try {
    const target = findTarget(db, named, options);
    const found = readDetail(db, target.id, inForceOptions(configuration), asKnownAt);
    if (!found) {
      const { address, authorisation } = target;
      throw new FlowSieveError('NOT_FOUND', `${address} (${authorisation}) was not known then`);
    }
    if (found.kind === 'draft') return showDraft(found, commandLine);
    const { record, indicator, status, windows, steps, disputes, proposal } = found;
    if (commandLine.json) {
      const { version, withdrawnMs, scope } = record;
      const { authorisation, origin } = scope;
      const listed = { ...indicator, authorisation, origin, version, withdrawnMs };
      print(
        JSON.stringify({
          ...listed,
          ...withObstacles(status),
          windows: windows.map(toldWindow),
          steps,
          disputes,
        }),
      );
      return;
    }
    const { state, inForce, verificationDueMs } = status;
    print(`${serverText(indicator)}   ${inForce ? 'IN FORCE' : `NOT IN FORCE (${state})`}   ${indicator.id}`);
    const lines = [
      ...documentLines(indicator, record),
      ...(verificationDueMs === null ? [] : [labelled('', `due ${formatInstant(verificationDueMs)}`)]),
      ...windows.flatMap((window) => windowLines(window, windows.length > 1)),
      ...(proposal ? observationLines(proposal).map((line) => labelled('observed', line)) : []),
      ...hitLines(steps),
      ...disputes.map(disputeLine),
      ...steps.map(stepLine),
    ];
    for (const line of lines) print(line);
  } finally {
    db.close();
  }
}
