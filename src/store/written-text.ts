// What people write goes into the audit log, which outlives matches and is handed out: an address in it may be a victim's.
// One that no list names becomes a pseudonym there; the step itself keeps the words as they were.
import type { Prefix } from '../core/prefix.ts';
import type { Database } from './database.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { storedWords } from './stored-words.ts';

/** The fields of events that people write freely. */
const WRITTEN = ['reason', 'ground', 'method'] as const;
/** Most texts hold nothing that could be an address. */
const COULD_BE = /\d\.\d|\d\[\.\]\d|\d\(\.\)\d|:.*:/;

const LISTED = 'SELECT 1 FROM indicatorVersions WHERE family = ? AND first <= ? AND last >= ? LIMIT 1';
const PROPOSED = 'SELECT 1 FROM proposalVersions WHERE address = ? LIMIT 1';

export function withoutVictims(
  db: Database,
  detail: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  let guarded = detail;
  for (const field of WRITTEN) {
    const text = detail[field];
    if (typeof text !== 'string' || !COULD_BE.test(text)) continue;
    const safe = Pseudonyms.of(db).inText(text, (prefix) => isListed(db, prefix));
    guarded = { ...guarded, [field]: safe };
  }
  return guarded;
}

function isListed(db: Database, { family, first, last, text }: Prefix): boolean {
  const within = db.prepare<unknown[]>(LISTED).get(family, storedWords(first), storedWords(last));
  return within !== undefined || db.prepare<unknown[]>(PROPOSED).get(text) !== undefined;
}
