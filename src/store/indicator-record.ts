// One indicator's newest version in full, without reading any other.
import type { Indicator } from '../authority/indicator.ts';
import type { IndicatorScope } from '../authority/records.ts';
import type { DocumentedIndicator } from './authority-records.ts';
import type { Database } from './database.ts';
import { wordsOf } from './stored-words.ts';

interface Row extends IndicatorScope {
  readonly id: string;
  readonly version: number;
  readonly recordedAtMs: number;
  readonly listed: 0 | 1;
  readonly family: 4 | 6;
  readonly first: number | Uint8Array;
  readonly last: number | Uint8Array;
  readonly port: number | null;
  readonly protocol: number | null;
  readonly firstSeenMs: number;
  readonly trafficUntilMs: number | null;
  readonly life: string;
  readonly document: string;
}

/** Reads one after another with one prepared statement. */
export function indicatorReader(db: Database): (id: string) => DocumentedIndicator | undefined {
  const select = db.prepare<[string], Row>(
    `SELECT newest.*, authorisation, origin, retention, retentionTerm, access, task, lives.body AS life,
       indicatorDocuments.body AS document
     FROM indicatorVersions AS newest
     JOIN indicatorScopes ON indicatorScopes.id = newest.scope
     JOIN indicatorLives AS lives ON lives.id = newest.life
     JOIN indicatorDocuments ON indicatorDocuments.id = newest.document
     WHERE newest.id = ? ORDER BY newest.version DESC LIMIT 1`,
  );
  return (id) => {
    const row = select.get(id);
    return row && toDocumented(row);
  };
}

function toDocumented(row: Row): DocumentedIndicator {
  const { id, version, family, port, protocol, firstSeenMs, trafficUntilMs, life } = row;
  const { authorisation, origin, retention, retentionTerm, access, task } = row;
  return {
    record: {
      ...{ id, version, family, port, protocol, firstSeenMs, trafficUntilMs, life },
      scope: { authorisation, origin, retention, retentionTerm, access, task },
      first: wordsOf(row.first),
      last: wordsOf(row.last),
      withdrawnMs: row.listed === 1 ? null : row.recordedAtMs,
    },
    indicator: JSON.parse(row.document) as Indicator,
  };
}
