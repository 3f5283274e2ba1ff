// The list as the database holds it.
import { compileList } from '../authority/compile.ts';
import type { InForceOptions } from '../authority/conditions.ts';
import type { AuthorisedList } from '../match/list.ts';
import { loadRecords } from '../store/authority-records.ts';
import { type Database, openDatabase, SMALL_CACHE_KIB } from '../store/database.ts';
import { currentGeneration } from '../store/events.ts';
import type { ListSource } from './current-list.ts';

export function storedList(db: Database, options: InForceOptions): ListSource {
  return {
    generation: () => currentGeneration(db),
    load() {
      const sinceMs = Date.now();
      const records = loadRecords(db, { sinceMs });
      return compileList(records, records.generation, { ...options, sinceMs });
    },
  };
}

/** The list of a database that is opened for this alone. */
export function readStoredList(path: string, options: InForceOptions): AuthorisedList {
  const db = openDatabase(path, { readonly: true, cacheKiB: SMALL_CACHE_KIB });
  try {
    return storedList(db, options).load();
  } finally {
    db.close();
  }
}
