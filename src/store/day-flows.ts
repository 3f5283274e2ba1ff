// The matches of many victims on one day, in the order of their start: one reading through the table instead of a search for
// each of them.
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

/** @param indicator its number in `matchedIndicators` */
export type TakeFlow = (victim: string, indicator: number, flow: ContactFlow) => void;

type Row = readonly [...FlowRow, victim: string, indicator: number, isWithheld: 0 | 1];

/** Matches that are passed at once. */
const MATCHES_A_PAGE = 1_024;

/** Without those that only an auditor may read (I7). */
export class DayFlows {
  private readonly rows: FlowRows;
  private readonly read;
  private readonly idAt;
  private readonly count;

  constructor(db: Database) {
    this.rows = new FlowRows(db);
    // Where nothing is sequestered, no row is asked whether it is.
    const isWithheld =
      db.prepare('SELECT 1 FROM sequesteredMatches LIMIT 1').get() === undefined ? 0 : IS_WITHHELD;
    this.read = db
      .prepare<unknown[], Row>(
        `SELECT ${FLOW_COLUMNS}, victim, indicator, ${isWithheld} FROM matches
         WHERE id > ? AND id <= ? AND victim >= ? AND victim <= ? ORDER BY id`,
      )
      .raw();
    this.idAt = db
      .prepare<[Buffer, Buffer], Buffer>(
        `SELECT id FROM matches WHERE id > ? AND id < ? ORDER BY id LIMIT 1 OFFSET ${MATCHES_A_PAGE - 1}`,
      )
      .pluck();
    this.count = db
      .prepare<[Buffer, Buffer, number], number>(
        'SELECT count(*) FROM (SELECT 1 FROM matches WHERE id > ? AND id < ? LIMIT ?)',
      )
      .pluck();
  }

  /** Whether no more than so many matches start on the day, whosever they are. */
  areAtMost(most: number, day: number): boolean {
    return (this.count.get(idBound(day * DAY_MS), idBound((day + 1) * DAY_MS), most + 1) as number) <= most;
  }

  /** Of victims from the one to the other, both included; in steps of some milliseconds. */
  *pass(day: number, firstVictim: string, lastVictim: string, take: TakeFlow): Generator<void, void> {
    const end = idBound((day + 1) * DAY_MS);
    for (let after = idBound(day * DAY_MS); ; ) {
      const upTo = this.idAt.get(after, end);
      for (const row of this.read.all(after, upTo ?? end, firstVictim, lastVictim))
        if (row[15] === 0) take(row[13], row[14], this.rows.flow(row));
      if (upTo === undefined) return;
      yield;
      after = upTo;
    }
  }
}
