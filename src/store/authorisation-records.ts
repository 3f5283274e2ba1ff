// Reads authorisations: the newest version of each, as known at an instant.
import type { Authorisation } from '../authority/authorisation.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import type { Database } from './database.ts';

export function loadAuthorisations(
  db: Database,
  asKnownAtMs = Infinity,
  only: string | null = null,
): ReadonlyMap<string, AuthorisationRecord> {
  const authorisations = new Map<string, AuthorisationRecord>();
  const rows = db
    .prepare(
      `SELECT version, recordedAtMs, body FROM authorisationVersions
       WHERE reference = coalesce(?, reference) ORDER BY reference, version`,
    )
    .raw()
    .iterate(only) as IterableIterator<[number, number, string]>;
  for (const [version, recordedAtMs, body] of rows) {
    if (recordedAtMs > asKnownAtMs) continue;
    const authorisation = JSON.parse(body) as Authorisation;
    authorisations.set(authorisation.reference, { ...authorisation, version, recordedAtMs });
  }
  return authorisations;
}
