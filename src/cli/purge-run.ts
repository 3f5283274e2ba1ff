// Runs `flowsieve purge`, and what other commands erase.
import { loadConfiguration } from '../config/configuration.ts';
import { destroyDecided, type Erasing, emptyLog, overwriteCopies, purge } from '../engine/erasing.ts';
import { openDatabase } from '../store/database.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { Interruption } from './interruption.ts';
import type { PurgeOptions } from './purge.ts';

/** @returns the exit status */
export async function runPurge(commandLine: GlobalOptions, options: PurgeOptions): Promise<number> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { mustExist: true });
  const interruption = new Interruption();
  try {
    const change = { by: options.by ?? currentUser(), role: 'engineer' };
    const erasing = { db, change, signal: interruption.signal };
    const destroyed = await destroyDecided(erasing);
    const purged = await purge(erasing, Date.now());
    const erased = await eraseTraces(erasing, options.wait);
    if (commandLine.json) print(JSON.stringify({ purged, destroyed, erased }));
    else print(`${purged} matches erased${destroyed > 0 ? `, and ${destroyed} destroyed` : ''}`);
    return erased ? EXIT.done : EXIT.failed;
  } finally {
    interruption.end();
    db.close();
  }
}

/** From the database's files; says where it could not be finished. @returns whether it was */
export async function eraseTraces(erasing: Erasing, waitSeconds: number): Promise<boolean> {
  const waitMs = waitSeconds * 1000;
  const isErased = (await emptyLog(erasing, waitMs)) && (await overwriteCopies(erasing, waitMs));
  if (!isErased) {
    log(
      `deleted, but not yet from every file of ${erasing.db.name}: another process reads or writes; \`purge\` again, or leave it to the daemon`,
    );
  }
  return isErased;
}
