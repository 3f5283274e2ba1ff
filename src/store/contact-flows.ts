// The matches of one day of one victim under one indicator, in the order of their start: what evidence is made from, and
// handed out.
import { DAY_MS } from '../core/time.ts';
import {
  type ContactFlow,
  FLOW_COLUMNS,
  type FlowRow,
  FlowRows,
  IS_WITHHELD,
  idBound,
} from './contact-flow.ts';
import type { Database } from './database.ts';
import { DAY_OF } from './schema-victims.ts';

export interface ContactSpan {
  readonly victim: string;
  /** Number of the indicator in `matchedIndicators`. */
  readonly indicator: number;
  /** On which the flows start, UTC, since the epoch. */
  readonly day: number;
  /** Of the flows' start, epoch ms, half open; the whole day where left out. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export interface FlowPage {
  readonly flows: readonly ContactFlow[];
  /** What to ask the next page with; null = this was the last. */
  readonly next: Buffer | null;
}

type Row = readonly [...FlowRow, isWithheld: 0 | 1];

/** Matches that are read at once. */
const FLOWS_A_PAGE = 2_048;

/** Without those that only an auditor may read (I7): the rest is sequestered by indicator and basis, whole. */
export class ContactFlows {
  private readonly rows: FlowRows;
  private readonly read;
  private readonly readNewest;
  private readonly idAt;

  constructor(db: Database) {
    this.rows = new FlowRows(db);
    const select = `SELECT ${FLOW_COLUMNS}, ${IS_WITHHELD} ${IN_SPAN}`;
    // A limit that is bound is compiled anew for each value, that is, each time: it costs more than the reading.
    this.read = db.prepare<unknown[], Row>(`${select} ORDER BY id LIMIT ${FLOWS_A_PAGE}`).raw();
    this.readNewest = db.prepare<unknown[], Row>(`${select} ORDER BY id DESC LIMIT ?`).raw();
    this.idAt = db
      .prepare<unknown[], Buffer>(`SELECT id ${IN_SPAN} ORDER BY id LIMIT 1 OFFSET ${FLOWS_A_PAGE - 1}`)
      .pluck();
  }

  /** In the order of their start. @param after the page before; null = the first page */
  page(span: ContactSpan, after: Buffer | null): FlowPage {
    const range = rangeOf(span, after);
    const rows = this.read.all(range);
    return {
      flows: this.readable(rows),
      // Asked for by itself: a blob in every row costs as much as the rest of it.
      next: rows.length < FLOWS_A_PAGE ? null : (this.idAt.get(range) ?? null),
    };
  }

  /** The last ones, latest first. */
  newest(span: ContactSpan, most: number): readonly ContactFlow[] {
    return this.readable(this.readNewest.all([...rangeOf(span, null), most]));
  }

  private readable(rows: readonly Row[]): ContactFlow[] {
    return rows.filter((row) => row[13] === 0).map((row) => this.rows.flow(row));
  }
}

const IN_SPAN = `FROM matches INDEXED BY matchesByContact
  WHERE ${DAY_OF('matches')} = ? AND victim = ? AND indicator = ? AND id > ? AND id < ?`;

function rangeOf(
  { victim, indicator, day, fromMs = 0, untilMs = Infinity }: ContactSpan,
  after: Buffer | null,
) {
  const from = after ?? idBound(Math.max(fromMs, day * DAY_MS));
  return [day, victim, indicator, from, idBound(Math.min(untilMs, (day + 1) * DAY_MS))];
}
