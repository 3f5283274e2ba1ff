// Brings evidence up to date with the matches: computes the days that are stale, a little at a time, then puts together
// anew what rests on them.
import { randomInt } from 'node:crypto';
import type { ContactFlow } from '../store/contact-flow.ts';
import { type ComputedContact, ContactTable, type StaleContact } from '../store/contacts.ts';
import { refreshCoverage } from '../store/coverage.ts';
import type { Database } from '../store/database.ts';
import { MatchMarks } from '../store/match-marks.ts';
import { StaleFlows } from '../store/stale-flows.ts';
import { ContactDeliveries } from './contact-deliveries.ts';
import { summaryOf } from './evidence.ts';

/** Days stored in one transaction: some milliseconds. */
const DAYS_A_TRANSACTION = 256;
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
    yield* computing(db, contacts, claim, last);
  }
  while (contacts.summarise(summaryOf, Date.now())) yield;
}

/** What the matches of a claim's contacts say, one contact after another. */
function* computing(
  db: Database,
  contacts: ContactTable,
  claim: number,
  last: StaleContact,
): Generator<void, void> {
  const claimed = contacts.claimed(claim, last);
  const [first] = claimed;
  if (!first) return;
  const gathering = new Gathering(db, claimed);
  const flows = new StaleFlows(db);
  for (const _ of flows.pass(first, last, (victim, indicator, flow) =>
    gathering.add(victim, indicator, flow),
  )) {
    if (gathering.whole.length >= DAYS_A_TRANSACTION) contacts.store(claim, gathering.take(), Date.now());
    yield;
  }
  gathering.end();
  contacts.store(claim, gathering.take(), Date.now());
  yield;
}

/** Contacts in order, of which one at a time is gathered. */
class Gathering {
  /** In order, none left out. */
  whole: ComputedContact[] = [];
  private readonly contacts: readonly StaleContact[];
  private readonly begin: (contact: StaleContact) => ContactDeliveries;
  private at = 0;
  private deliveries: ContactDeliveries;

  /** @param contacts at least one, in order */
  constructor(db: Database, contacts: readonly StaleContact[]) {
    const marks = MatchMarks.load(db);
    const names = indicatorNames(db);
    this.contacts = contacts;
    this.begin = ({ day, indicator }) => new ContactDeliveries(day, marks.wrong(names(indicator)));
    this.deliveries = this.begin(contacts[0] as StaleContact);
  }

  /** In the order of the contacts; what is of none of them is passed. */
  add(victim: string, indicator: number, flow: ContactFlow): void {
    let contact = this.contacts[this.at];
    while (contact && isBefore(contact, victim, indicator)) contact = this.next();
    if (contact?.victim === victim && contact.indicator === indicator) this.deliveries.add(flow);
  }

  /** There are no more flows. */
  end(): void {
    while (this.at < this.contacts.length) this.next();
  }

  take(): readonly ComputedContact[] {
    const taken = this.whole;
    this.whole = [];
    return taken;
  }

  private next(): StaleContact | undefined {
    const contact = this.contacts[this.at] as StaleContact;
    this.whole.push({ contact, deliveries: this.deliveries.toRows() });
    const next = this.contacts[++this.at];
    if (next) this.deliveries = this.begin(next);
    return next;
  }
}

/** In SQLite's order: addresses are ASCII. */
function isBefore(contact: StaleContact, victim: string, indicator: number): boolean {
  return contact.victim === victim ? contact.indicator < indicator : contact.victim < victim;
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
