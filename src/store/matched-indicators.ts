// Indicators that have matched, by what people know of them.
import type { Database } from './database.ts';

/** Numbers in `matchedIndicators` of those whose id, address or threat holds the text. @param text in lower case */
export function matchedIndicatorsSaying(db: Database, text: string): ReadonlySet<number> {
  const found = db
    .prepare<[string], number>(
      `SELECT matchedIndicators.id FROM matchedIndicators
       LEFT JOIN indicatorVersions AS newest ON newest.id = indicator
         AND version = (SELECT max(version) FROM indicatorVersions WHERE id = newest.id)
       LEFT JOIN indicatorDocuments ON indicatorDocuments.id = newest.document
       WHERE instr(lower(concat_ws(' ', indicator, body ->> '$.address', body ->> '$.threat.name',
         body ->> '$.threat.activity')), ?) > 0`,
    )
    .pluck();
  return new Set(found.all(text));
}
