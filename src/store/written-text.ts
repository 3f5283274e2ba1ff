// What people write goes into the audit log, which outlives matches and is handed out: an address in it may be a victim's.
// One that no list names becomes a pseudonym there; the step itself keeps the words as they were.
import { lineProblem, proseProblem } from '../authority/plain-text.ts';
import { FlowSieveError } from '../core/errors.ts';
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

/**
 * The log tells who did what and why (L22): by a name, which holds no address, and in words where there is a reason.
 * @throws FlowSieveError REFUSED
 */
export function refuseUntold(db: Database, actor: string, reason: unknown): void {
  const name =
    lineProblem(actor) ?? (holdsAddress(db, actor) ? "holds an address, which may be a victim's" : null);
  const why = typeof reason === 'string' ? proseProblem(reason) : null;
  // What is wrong with a name is told without the name.
  if (name !== null) throw new FlowSieveError('REFUSED', `the name of who acts ${name} (rule L22)`);
  if (why !== null) throw new FlowSieveError('REFUSED', `the reason ${why} (rule L22)`);
}

function holdsAddress(db: Database, text: string): boolean {
  return COULD_BE.test(text) && Pseudonyms.of(db).inText(text) !== text;
}

function isListed(db: Database, { family, first, last, text }: Prefix): boolean {
  const within = db.prepare<unknown[]>(LISTED).get(family, storedWords(first), storedWords(last));
  return within !== undefined || db.prepare<unknown[]>(PROPOSED).get(text) !== undefined;
}
