// All steps beside all indicators, read once, with those of one indicator in memory.
import type { IndicatorStep } from '../authority/steps.ts';

/** Steps in order of their indicators' ids, asked for in that order. */
export class StepsInOrder {
  private readonly rest: Generator<IndicatorStep>;
  private next: IndicatorStep | undefined;

  constructor(steps: Generator<IndicatorStep>) {
    this.rest = steps;
    this.advance();
  }

  of(indicator: string): IndicatorStep[] {
    // Those of drafts are passed by.
    while (this.next !== undefined && this.next.indicator < indicator) this.advance();
    const steps: IndicatorStep[] = [];
    for (; this.next?.indicator === indicator; this.advance()) steps.push(this.next);
    return steps;
  }

  /** Ends the reading: behind the last indicator there may be steps of drafts. */
  close(): void {
    this.rest.return(undefined);
  }

  private advance(): void {
    const { done, value } = this.rest.next();
    this.next = done ? undefined : value;
  }
}
