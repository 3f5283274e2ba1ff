// What documents are made from, as the database holds it: one state, whatever other processes write meanwhile, as long as
// everything is read within one transaction.
import type { InForceOptions } from '../authority/conditions.ts';
import type { IndicatorHistory, IndicatorVersion, KnownState } from '../authority/documents/known-state.ts';
import { loadRecords } from './authority-records.ts';
import type { Database } from './database.ts';
import { listDisputes } from './disputes.ts';
import { indicatorReader, iterateIndicators } from './indicator-records.ts';

export function knownState(db: Database, asKnownAtMs: number, options: InForceOptions): KnownState {
  return {
    records: loadRecords(db, { asKnownAtMs, indicators: false }),
    asKnownAtMs,
    options,
    indicatorsOf: (reference) => iterateIndicators(db, reference, asKnownAtMs),
    indicator: indicatorReader(db, asKnownAtMs),
    historiesOf: (reference) => iterateHistories(db, reference, asKnownAtMs),
    disputesOf: (reference) =>
      listDisputes(db, { asKnownAtMs }).filter(({ authorisation }) => authorisation === reference),
  };
}

/** When an authorisation's first version was recorded; `undefined` = it is not known. */
export function firstRecordedMs(db: Database, reference: string): number | undefined {
  return db
    .prepare('SELECT recordedAtMs FROM authorisationVersions WHERE reference = ? ORDER BY version LIMIT 1')
    .pluck()
    .get(reference) as number | undefined;
}

type Row = Omit<IndicatorVersion, 'isListed'> & { readonly id: string; readonly listed: 0 | 1 };

/** Every indicator of an authorisation with its versions, by id. */
function* iterateHistories(
  db: Database,
  reference: string,
  asKnownAtMs: number,
): Generator<IndicatorHistory> {
  const rows = db
    .prepare<[string, number], Row>(
      `SELECT indicatorVersions.id, version, recordedAtMs, recordedBy, listed, body FROM indicatorVersions
       JOIN indicatorDocuments ON indicatorDocuments.id = document
       WHERE scope IN (SELECT id FROM indicatorScopes WHERE authorisation = ?) AND recordedAtMs <= ?
       ORDER BY indicatorVersions.id, version`,
    )
    .iterate(reference, asKnownAtMs);
  let current = null as { readonly id: string; readonly versions: IndicatorVersion[] } | null;
  for (const { id, listed, ...version } of rows) {
    if (current?.id !== id) {
      if (current) yield current;
      current = { id, versions: [] };
    }
    current.versions.push({ ...version, isListed: listed === 1 });
  }
  if (current) yield current;
}
