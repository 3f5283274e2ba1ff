// Which matches a dispute puts in doubt or has shown to be wrong (L11): said when they are read, written on none of them.
import type { Database } from './database.ts';

/** Of a dispute that is not yet decided, or of one that was upheld. */
export type DisputeMark = 'open' | 'upheld';

interface Mark {
  readonly state: DisputeMark;
  /** Epoch ms on the traffic clock; `null` = from ever. */
  readonly fromMs: number | null;
}

/** All marks, as they stand when they are loaded: there are as many as disputes. */
export class MatchMarks {
  private readonly byIndicator = new Map<string, Mark[]>();

  static load(db: Database): MatchMarks {
    const marks = new MatchMarks();
    const rows = db.prepare<[], Mark & { indicator: string }>(
      // Upheld before open: what is certain is said first.
      'SELECT indicator, state, fromMs FROM matchMarks ORDER BY state DESC',
    );
    for (const { indicator, ...mark } of rows.all()) {
      const before = marks.byIndicator.get(indicator);
      if (before) before.push(mark);
      else marks.byIndicator.set(indicator, [mark]);
    }
    return marks;
  }

  get isEmpty(): boolean {
    return this.byIndicator.size === 0;
  }

  /** Whether a match under the indicator was shown to be wrong, by its end; `null` = none was. */
  wrong(indicator: string): ((endMs: number) => boolean) | null {
    const upheld = this.byIndicator.get(indicator)?.some(({ state }) => state === 'upheld') ?? false;
    return upheld ? (endMs) => this.of({ indicator, endMs }) === 'upheld' : null;
  }

  /** The mark of a match that was not over before the time in doubt began; `null` = none. */
  of({ indicator, endMs }: { readonly indicator: string; readonly endMs: number }): DisputeMark | null {
    const marks = this.byIndicator.get(indicator) ?? [];
    return marks.find(({ fromMs }) => fromMs === null || endMs >= fromMs)?.state ?? null;
  }
}
