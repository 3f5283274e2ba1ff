// What every command that reads victims does first: brings evidence up to date, and records who reads what for (L18).
import { loadConfiguration } from '../config/configuration.ts';
import { beginReading, type OpenReading, type ReadingKind } from '../store/consultations.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { Attributor } from '../victims/attribution.ts';
import { refreshEvidence } from '../victims/refresh.ts';
import { type GlobalOptions, log } from './command.ts';
import { currentUser } from './current-user.ts';
import type { ReadingOptions } from './victims-options.ts';

export interface VictimsReading {
  readonly kind: ReadingKind;
  /** Plain data: what is asked for. */
  readonly filter: object;
}

/**
 * Opens the database, records the reading, and closes both when `read` is done.
 * @param read gives how many were shown
 */
export async function readVictims(
  commandLine: GlobalOptions,
  options: ReadingOptions,
  reading: VictimsReading,
  read: (db: Database, attributor: Attributor) => number,
): Promise<number> {
  const { database, geo, natPrefixes } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { mustExist: true });
  if (options.purpose === undefined) log('without --purpose the reading is recorded as having none (L18)');
  try {
    const attributor = await Attributor.open(db, { geo, natPrefixes });
    refreshEvidence(db);
    const { by = currentUser(), role, purpose = null } = options;
    const open: OpenReading = beginReading(db, { ...reading, by, role, purpose });
    const shown = read(db, attributor);
    open.end(shown);
    return shown;
  } finally {
    db.close();
  }
}
