// The matches of many stale days of contact: contact by contact, each in the order of its start. One statement goes along the
// index that both are ordered by, so that nothing is sought for each, nothing else is read, and one contact at a time is whole.
import { type ContactFlow, FLOW_COLUMNS, type FlowRow, FlowRows, IS_WITHHELD } from './contact-flow.ts';
import { ContactFlows } from './contact-flows.ts';
import type { StaleContact } from './contacts.ts';
import type { Database } from './database.ts';
import { DAY_OF } from './schema-victims.ts';

/** @param indicator its number in `matchedIndicators` */
export type TakeFlow = (victim: string, indicator: number, flow: ContactFlow) => void;

type Row = readonly [...FlowRow, isWithheld: 0 | 1, victim: string, indicator: number];

/** Matches that are read at once. */
const FLOWS_A_PAGE = 1_024;
const [WITHHELD, VICTIM, INDICATOR] = [13, 14, 15] as const;

/** Without those that only an auditor may read (I7). */
export class StaleFlows {
  private readonly rows: FlowRows;
  private readonly ofOne: ContactFlows;
  private readonly read;

  constructor(db: Database) {
    this.rows = new FlowRows(db);
    this.ofOne = new ContactFlows(db);
    // Where nothing is sequestered, no row is asked whether it is.
    const isWithheld =
      db.prepare('SELECT 1 FROM sequesteredMatches LIMIT 1').get() === undefined ? 0 : IS_WITHHELD;
    // One text for the page: its values, handed over one by one, would cost as much as all that SQLite does.
    this.read = db
      .prepare<unknown[], string>(
        `SELECT json_group_array(json_array(${FLOW_COLUMNS}, isWithheld, victim, indicator)) FROM (
           SELECT ${FLOW_COLUMNS}, ${isWithheld} AS isWithheld, stale.victim, stale.indicator
           FROM staleContacts AS stale CROSS JOIN matches INDEXED BY matchesByContact
             ON ${DAY_OF('matches')} = stale.day AND matches.victim = stale.victim AND matches.indicator = stale.indicator
           WHERE stale.day = ? AND (stale.victim, stale.indicator) > (?, ?) AND (stale.victim, stale.indicator) <= (?, ?)
           ORDER BY stale.victim, stale.indicator, matches.id LIMIT ${FLOWS_A_PAGE})`,
      )
      .pluck();
  }

  /** Of contacts of one day from the one to the other, both included. In steps of some milliseconds. */
  *pass(first: StaleContact, last: StaleContact, take: TakeFlow): Generator<void, void> {
    const { day } = first;
    for (let [victim, indicator] = [first.victim, first.indicator - 1]; ; ) {
      const rows = this.page(day, victim, indicator, last);
      const isLast = rows.length < FLOWS_A_PAGE;
      const whole = isLast ? rows.length : startOfLastContact(rows);
      for (const row of rows.slice(0, whole)) {
        if (row[WITHHELD] === 0) take(row[VICTIM], row[INDICATOR], this.rows.flow(row));
      }
      if (isLast) return;
      yield;
      const end = rows[Math.max(0, whole - 1)] as Row;
      [victim, indicator] = [end[VICTIM], end[INDICATOR]];
      if (whole === 0) yield* this.passOne({ day, victim, indicator }, take);
    }
  }

  private page(day: number, victim: string, indicator: number, last: StaleContact): readonly Row[] {
    return JSON.parse(this.read.get(day, victim, indicator, last.victim, last.indicator) as string);
  }

  /** Of a contact that has more than a page. */
  private *passOne(contact: StaleContact, take: TakeFlow): Generator<void, void> {
    for (let next: Buffer | null = null; ; ) {
      const page = this.ofOne.page(contact, next);
      for (const flow of page.flows) take(contact.victim, contact.indicator, flow);
      yield;
      next = page.next;
      if (!next) return;
    }
  }
}

/** Index of its first row; 0 where there is but one contact. */
function startOfLastContact(rows: readonly Row[]): number {
  const last = rows.at(-1) as Row;
  return rows.findLastIndex((row) => row[VICTIM] !== last[VICTIM] || row[INDICATOR] !== last[INDICATOR]) + 1;
}
