// Runs `flowsieve investigation close`.
import { loadConfiguration } from '../config/configuration.ts';
import { formatInstant } from '../core/time.ts';
import { closing } from '../store/closings.ts';
import { openDatabase } from '../store/database.ts';
import { namedCriterion } from '../store/named-criterion.ts';
import { type GlobalOptions, print } from './command.ts';

import { currentUser } from './current-user.ts';
import type { CloseOptions } from './investigation.ts';

export async function closeInvestigation(commandLine: GlobalOptions, options: CloseOptions): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { mustExist: true });
  try {
    const criterion = namedCriterion(db, options);
    const { deleteBy: deleteByMs = Date.now(), by = currentUser(), reason } = options;
    const change = { by, role: 'analyst', at: Date.now() };
    let matches = 0;
    for (const changed of closing(db, { criterion, deleteByMs, reason }, change)) matches += changed;
    if (commandLine.json) print(JSON.stringify({ ...criterion, deleteByMs, matches }));
    else {
      const when = formatInstant(deleteByMs);
      print(`${criterion.kind} ${criterion.value}: ${matches} matches go earlier, by ${when}`);
    }
  } finally {
    db.close();
  }
}
