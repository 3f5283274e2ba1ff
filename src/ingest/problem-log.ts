// What a reader finds wrong, told in words at first and then only counted: damaged input can hold any number of problems.
import type { Problem } from '../match/messages.ts';

const MAX_IN_WORDS = 20;

export class ProblemLog {
  private readonly tell: (problem: Problem) => void;
  private told = 0;
  private further = 0;

  constructor(tell: (problem: Problem) => void) {
    this.tell = tell;
  }

  /** @param offset in the decompressed input; null where it has none */
  add(what: string, offset: number | null): void {
    if (this.told < MAX_IN_WORDS) {
      this.told++;
      this.tell({ what, offset });
    } else this.further++;
  }

  /** End of the input: says how many were not told. */
  close(): void {
    if (this.further > 0) this.tell({ what: `${this.further} more problems like these`, offset: null });
    this.further = 0;
  }
}
