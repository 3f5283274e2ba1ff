// What a benchmark row gives: a figure, its rival's in the same run, and what DESIGN asks of the two.

export interface Figure {
  /** Stable, for comparing two runs: `nfcapd/further/10000`. */
  readonly name: string;
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  /** `null`: no rival; the figure itself is aimed at. */
  readonly rival: Rival | null;
  readonly target: Target | null;
  readonly note?: string;
}

export interface Rival {
  readonly name: string;
  /** In the figure's unit. */
  readonly figure: number;
}

/** What the whole run must reach, on the ratio to the rival or on the figure itself. */
export interface Target {
  readonly of: 'ratio' | 'figure';
  readonly atLeast?: number;
  readonly atMost?: number;
  /** What `--short` insists on: a limit so wide that only a fault passes it. Absent = not judged there. */
  readonly short?: number;
}

/** How many times better than the rival: more per second, or less time. */
export function ratioOf(figure: Figure): number | null {
  if (!figure.rival) return null;
  const better = isTime(figure.unit)
    ? figure.rival.figure / figure.figure
    : figure.figure / figure.rival.figure;
  return better;
}

/** `null` where nothing is asked. */
export function meets(figure: Figure, short: boolean): boolean | null {
  const { target } = figure;
  if (!target) return null;
  const value = target.of === 'ratio' ? ratioOf(figure) : figure.figure;
  if (value === null) return null;
  if (short) {
    if (target.short === undefined) return null;
    return target.atMost === undefined ? value >= target.short : value <= target.short;
  }
  return value >= (target.atLeast ?? 0) && value <= (target.atMost ?? Number.POSITIVE_INFINITY);
}

function isTime(unit: string): boolean {
  return unit === 's' || unit === 'ms';
}
