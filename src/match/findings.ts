// What the scan of one batch gathers: tallies by group, matches, problems. A record is counted only together with its
// verdict, so that records = matched + the discards holds whatever a scanner does.
import { DISCARD_REASONS, TALLY, type TALLY_COLUMNS, TALLY_WIDTH } from '../core/counters.ts';
import type { FoundMatch, Problem, ScanResult } from './messages.ts';

/** Problems kept of one batch; the rest is only counted. */
const MAX_PROBLEMS = 50;

/** Columns that give a record its verdict: counting one of them counts the record. */
const VERDICTS: ReadonlySet<number> = new Set([
  TALLY.matched,
  ...DISCARD_REASONS.map((reason) => TALLY[reason]),
]);

export class Findings {
  /** What the records said of their exporters; see ScanResult. */
  notes: unknown;
  private readonly rows = new Map<number, number[]>();
  private readonly matches: FoundMatch[] = [];
  private readonly problems: Problem[] = [];
  private furtherProblems = 0;
  private lastGroup = -1;
  private lastRow: number[] = [];

  /**
   * Adds to a tally column (`TALLY.noHit` …). A verdict, `matched` or a reason to discard, counts its records as well;
   * `TALLY.records` itself is refused: it follows from the verdicts. Matches are counted by `match`.
   */
  count(group: number, column: number, by: number): void {
    if (column === TALLY.records) throw new Error('records are counted by their verdicts');
    const row = this.rowOf(group);
    row[column] = (row[column] as number) + by;
    if (VERDICTS.has(column)) row[TALLY.records] = (row[TALLY.records] as number) + by;
  }

  match(found: FoundMatch): void {
    this.matches.push(found);
    this.count(found.group, TALLY.matches, 1);
  }

  problem(problem: Problem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
    else this.furtherProblems++;
  }

  toResult(generation: number): ScanResult {
    const further = { what: `${this.furtherProblems} more problems in this part of the input`, offset: null };
    return {
      generation,
      matches: this.matches,
      tallies: [...this.rows].map(([group, row]) => [group, ...row]),
      problems: this.furtherProblems > 0 ? [...this.problems, further] : this.problems,
      ...(this.notes === undefined ? {} : { notes: this.notes }),
    };
  }

  private rowOf(group: number): number[] {
    if (group === this.lastGroup) return this.lastRow;
    let row = this.rows.get(group);
    if (!row) {
      row = new Array<number>(TALLY_WIDTH).fill(0);
      this.rows.set(group, row);
    }
    this.lastGroup = group;
    this.lastRow = row;
    return row;
  }
}

/** The place of a column in a row of `ScanResult.tallies`, whose first number is the group. */
export function tallyOf(row: readonly number[], column: (typeof TALLY_COLUMNS)[number]): number {
  return row[1 + TALLY[column]] as number;
}
