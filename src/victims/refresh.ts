// Brings evidence up to date with the matches: computes the days that are stale, a little at a time, then puts together
// anew what rests on them.
import { randomInt } from 'node:crypto';
import { ContactFlows } from '../store/contact-flows.ts';
import { ContactTable, type StaleContact } from '../store/contacts.ts';
import { refreshCoverage } from '../store/coverage.ts';
import type { Database } from '../store/database.ts';
import { DayFlows } from '../store/day-flows.ts';
import { MatchMarks } from '../store/match-marks.ts';
import { ContactDeliveries } from './contact-deliveries.ts';
import { summaryOf } from './evidence.ts';

/** Matches that start on a day, for each of its stale contacts: with so few, the day is read through without counting. */
const FEW_A_CONTACT = 128;
/** Matches of the whole day that may be passed for each that is wanted: a search for each costs as much. */
const PASSED_A_MATCH = 8;
/** Matches of days that are gathered together where a contact has many: what is kept in memory grows with them. */
const MATCHES_A_SLICE = 131_072;
/** Contacts whose matches are counted in one step. */
const COUNTED_AT_ONCE = 512;
/** Days stored in one transaction: some milliseconds. */
const DAYS_A_TRANSACTION = 512;
/** Days of the ledger added up at once: some thousand rows each. */
const LEDGER_DAYS_AT_ONCE = 16;
const MAX_CLAIM = 2 ** 47;

/** Everything that is stale now. What becomes so meanwhile is for the next time. */
export function refreshEvidence(db: Database): void {
  for (const _ of refreshing(db)) {
    // to the end
  }
}

/** The same in steps of some milliseconds, between which the connection may serve others. */
export function* refreshing(db: Database): Generator<void, void> {
  while (refreshCoverage(db, LEDGER_DAYS_AT_ONCE)) yield;
  const contacts = new ContactTable(db);
  const claim = randomInt(1, MAX_CLAIM);
  for (let last = contacts.claim(claim, null); last; last = contacts.claim(claim, last)) {
    for (const slice of slices(db, contacts, contacts.claimed(claim, last))) {
      if (!slice) {
        yield;
        continue;
      }
      const gathered = yield* gathering(db, slice);
      for (let from = 0; from < gathered.length; from += DAYS_A_TRANSACTION) {
        const computed = slice.contacts.slice(from, from + DAYS_A_TRANSACTION).map((contact, at) => ({
          contact,
          deliveries: (gathered[from + at] as ContactDeliveries).toRows(),
        }));
        contacts.store(claim, computed, Date.now());
        yield;
      }
    }
  }
  while (contacts.summarise(summaryOf, Date.now())) yield;
}

/** Contacts of one day that are gathered together: by reading the day through, or by a search for each. */
interface Slice {
  readonly contacts: readonly StaleContact[];
  readonly isPassed: boolean;
}

/** @param claimed of one day. Gives `null` where only time has passed */
function* slices(
  db: Database,
  contacts: ContactTable,
  claimed: readonly StaleContact[],
): Generator<Slice | null, void> {
  const [first] = claimed;
  if (!first) return;
  const dayFlows = new DayFlows(db);
  if (dayFlows.areAtMost(claimed.length * FEW_A_CONTACT, first.day)) {
    yield { contacts: claimed, isPassed: true };
    return;
  }
  let slice: StaleContact[] = [];
  let matches = 0;
  const end = () => ({
    contacts: slice,
    isPassed: dayFlows.areAtMost(matches * PASSED_A_MATCH, first.day),
  });
  for (const [at, contact] of claimed.entries()) {
    if (at % COUNTED_AT_ONCE === 0) yield null;
    const more = contacts.countMatches(contact);
    if (slice.length > 0 && matches + more > MATCHES_A_SLICE) {
      yield end();
      slice = [];
      matches = 0;
    }
    slice.push(contact);
    matches += more;
  }
  yield end();
}

/** What the matches of each contact of a slice say, in its order. */
function* gathering(
  db: Database,
  { contacts, isPassed }: Slice,
): Generator<void, readonly ContactDeliveries[]> {
  const marks = MatchMarks.load(db);
  const indicators = indicatorNames(db);
  const gathered = contacts.map(
    ({ day, indicator }) => new ContactDeliveries(day, marks.wrong(indicators(indicator))),
  );
  yield* isPassed ? passing(db, contacts, gathered) : searching(db, contacts, gathered);
  return gathered;
}

function passing(
  db: Database,
  contacts: readonly StaleContact[],
  gathered: readonly ContactDeliveries[],
): Generator<void, void> {
  const [first, last] = [contacts[0] as StaleContact, contacts.at(-1) as StaleContact];
  const byVictim = new Map<string, Map<number, ContactDeliveries>>();
  for (const [at, { victim, indicator }] of contacts.entries()) {
    const ofVictim = byVictim.get(victim) ?? new Map<number, ContactDeliveries>();
    byVictim.set(victim, ofVictim.set(indicator, gathered[at] as ContactDeliveries));
  }
  return new DayFlows(db).pass(first.day, first.victim, last.victim, (victim, indicator, flow) =>
    byVictim.get(victim)?.get(indicator)?.add(flow),
  );
}

function* searching(
  db: Database,
  contacts: readonly StaleContact[],
  gathered: readonly ContactDeliveries[],
): Generator<void, void> {
  const flows = new ContactFlows(db);
  for (const [at, contact] of contacts.entries()) {
    for (let next: Buffer | null = null; ; ) {
      const page = flows.page(contact, next);
      for (const flow of page.flows) gathered[at]?.add(flow);
      yield;
      next = page.next;
      if (!next) break;
    }
  }
}

/** The id of an indicator by its number. */
function indicatorNames(db: Database): (number: number) => string {
  const names = new Map<number, string>();
  const find = db.prepare<[number], string>('SELECT indicator FROM matchedIndicators WHERE id = ?').pluck();
  return (number) => {
    const name = names.get(number) ?? (find.get(number) as string);
    names.set(number, name);
    return name;
  };
}
