// How much of an operator's traffic was looked at while a victim was in contact (L22): what was lost, what was sampled,
// on which days nothing was received. Evidence that is absent says little where this is not complete.
import { DAY_MS } from '../core/time.ts';
import { type CoverageDay, coverageDays } from '../store/coverage.ts';
import { COVERAGE_COUNTS, type CoverageCount } from '../store/coverage-columns.ts';
import type { Database } from '../store/database.ts';

export type Coverage = Readonly<Record<CoverageCount, number>> & {
  /** Whole days (UTC) that hold the span, half open. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly days: number;
  /** Of these, days of which the ledger has nothing: not delivered, or replayed later from a table without export times. */
  readonly daysNotInLedger: number;
  /** Of all exporters of the operator: one packet in so many; `null` = none announced it. */
  readonly sampling: number | null;
  /** Nothing lost, nothing sampled, every day in the ledger. */
  readonly isComplete: boolean;
};

/** Counters that stand for traffic that was not looked at. */
const LOSSES: readonly CoverageCount[] = [
  'undecodable',
  'earlyDropped',
  'kernelDropped',
  'slabDropped',
  'refused',
  'notTaken',
  'sequenceLost',
];

/** Spans that are remembered. */
const MAX_SPANS = 10_000;

export class Coverages {
  private readonly db: Database;
  private readonly operators = new Map<string, readonly CoverageDay[]>();
  private readonly spans = new Map<string, Coverage>();

  /** As the ledger stands when an operator is first asked for. */
  constructor(db: Database) {
    this.db = db;
  }

  of(operator: string, firstMs: number, lastMs: number): Coverage {
    const [first, last] = [Math.floor(firstMs / DAY_MS), Math.floor(lastMs / DAY_MS)];
    const key = `${operator} ${first} ${last}`;
    let coverage = this.spans.get(key);
    if (!coverage) {
      const days = this.daysOf(operator).filter(({ day }) => day >= first && day <= last);
      coverage = coverageOf(days, first, last);
      if (this.spans.size >= MAX_SPANS) this.spans.clear();
      this.spans.set(key, coverage);
    }
    return coverage;
  }

  private daysOf(operator: string): readonly CoverageDay[] {
    let days = this.operators.get(operator);
    if (!days) {
      days = coverageDays(this.db, operator);
      this.operators.set(operator, days);
    }
    return days;
  }
}

function coverageOf(days: readonly CoverageDay[], first: number, last: number): Coverage {
  const counts = Object.fromEntries(
    COVERAGE_COUNTS.map((column) => [column, days.reduce((sum, day) => sum + day[column], 0)]),
  ) as Record<CoverageCount, number>;
  const samplings = days.map(({ sampling }) => sampling).filter((rate) => rate !== null);
  const sampling = samplings.length === 0 ? null : Math.max(...samplings);
  const daysNotInLedger = last - first + 1 - days.length;
  return {
    fromMs: first * DAY_MS,
    toMs: (last + 1) * DAY_MS,
    days: last - first + 1,
    daysNotInLedger,
    ...counts,
    sampling,
    isComplete: daysNotInLedger === 0 && (sampling ?? 1) <= 1 && LOSSES.every((loss) => counts[loss] === 0),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  undecodable: 'could not be decoded',
  earlyDropped: 'data sets whose template never came',
  kernelDropped: 'datagrams dropped by the kernel',
  slabDropped: 'datagrams dropped for lack of room',
  refused: 'datagrams of unknown exporters',
  notTaken: 'datagrams not taken in',
  sequenceLost: 'lost before they arrived, by the exporters’ own numbers',
};

/** In one line. */
export function coverageWords(coverage: Coverage): string {
  if (coverage.isComplete) return 'complete';
  const { days, daysNotInLedger, sampling } = coverage;
  return [
    ...(sampling !== null && sampling > 1 ? [`sampled 1:${sampling}`] : []),
    ...(daysNotInLedger > 0 ? [`nothing in the ledger of ${daysNotInLedger} of ${days} days`] : []),
    ...LOSSES.filter((loss) => coverage[loss] > 0).map((loss) => `${coverage[loss]} ${WORDS[loss]}`),
  ].join(', ');
}
