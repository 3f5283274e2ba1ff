// How long something took, counted in fixed steps: plain arrays, nothing is made at a count.

/** Upper bounds of the steps, seconds; what is longer is counted in one more. */
export const LATENCY_BOUNDS_S = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

export interface HistogramFigures {
  /** One more than there are bounds; of each step alone, not of those below it. */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
}

export class Histogram implements HistogramFigures {
  readonly counts: number[] = new Array<number>(LATENCY_BOUNDS_S.length + 1).fill(0);
  sumSeconds = 0;

  observe(ms: number): void {
    const seconds = ms / 1_000;
    let step = 0;
    while (step < LATENCY_BOUNDS_S.length && seconds > (LATENCY_BOUNDS_S[step] as number)) step++;
    this.counts[step] = (this.counts[step] as number) + 1;
    this.sumSeconds += seconds;
  }

  /** As it stands now. */
  figures(): HistogramFigures {
    return { counts: [...this.counts], sumSeconds: this.sumSeconds };
  }
}
