// Brings evidence up to date with the matches: computes the days that are stale, a little at a time.
import { randomInt } from 'node:crypto';
import { DAY_MS } from '../core/time.ts';
import { type ContactFlow, ContactFlows, type FlowPage } from '../store/contact-flows.ts';
import { type ContactDelivery, ContactTable, type StaleContact } from '../store/contacts.ts';
import { refreshCoverage } from '../store/coverage.ts';
import type { Database } from '../store/database.ts';
import { MatchMarks } from '../store/match-marks.ts';
import { ContactDay } from './contact-day.ts';
import { summaryOf } from './evidence.ts';

/** Days taken on at once: stored in one transaction. */
const DAYS_A_CLAIM = 128;
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
  const contacts = new ContactTable(db);
  const matches = new ContactFlows(db);
  const indicators = indicatorNames(db);
  const claim = randomInt(1, MAX_CLAIM);
  let after: StaleContact | null = null;
  while (refreshCoverage(db, LEDGER_DAYS_AT_ONCE)) yield;
  for (;;) {
    const stale = contacts.claim(claim, DAYS_A_CLAIM, after);
    if (stale.length === 0) return;
    const marks = MatchMarks.load(db);
    const computed: { contact: StaleContact; deliveries: ContactDelivery[] }[] = [];
    for (const contact of stale) {
      const indicator = indicators(contact.indicator);
      const fromMs = contact.day * DAY_MS;
      const span = { ...contact, fromMs, untilMs: fromMs + DAY_MS };
      const deliveries = new Map<string, Delivery>();
      let delivery: Delivery | null = null;
      let next: Buffer | null = null;
      do {
        const page: FlowPage = matches.page(span, next);
        for (const flow of page.flows) {
          // L11: what a dispute has shown to be wrong is no evidence.
          if (!marks.isEmpty && marks.of({ indicator, endMs: flow.endMs }) === 'upheld') continue;
          if (!delivery || !isOf(delivery, flow)) delivery = deliveryOf(deliveries, flow, contact.day);
          delivery.contactDay.add(flow);
        }
        next = page.next;
        yield;
      } while (next);
      computed.push({ contact, deliveries: [...deliveries.values()].map(toRow) });
    }
    contacts.store(claim, computed, summaryOf, Date.now());
    after = stale.at(-1) as StaleContact;
    yield;
  }
}

interface Delivery {
  readonly operator: string;
  readonly retentionBasis: string;
  readonly contactDay: ContactDay;
}

function isOf(delivery: Delivery, { operator, retentionBasis }: ContactFlow): boolean {
  return delivery.operator === operator && delivery.retentionBasis === retentionBasis;
}

function deliveryOf(
  deliveries: Map<string, Delivery>,
  { operator, retentionBasis }: ContactFlow,
  day: number,
): Delivery {
  const key = `${operator} ${retentionBasis}`;
  let delivery = deliveries.get(key);
  if (!delivery) {
    delivery = { operator, retentionBasis, contactDay: new ContactDay(day) };
    deliveries.set(key, delivery);
  }
  return delivery;
}

function toRow({ operator, retentionBasis, contactDay }: Delivery): ContactDelivery {
  return { operator, retentionBasis, day: contactDay.toRow() };
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
