// What the batches of one source gave since its last commit. It stays until the commit has succeeded.
import type { Group } from '../ingest/batch.ts';
import type { ScanResult } from '../match/messages.ts';
import type { CommitRequest } from '../store/commit.ts';
import type { NewMatch } from '../store/matches.ts';
import type { Judgement } from './judgement.ts';
import { LedgerBook, type OpenRow } from './ledger-book.ts';

export class Uncommitted {
  private readonly book = new LedgerBook();
  private readonly matches: NewMatch[] = [];
  /** Of the batches: the oldest evaluation and the oldest list. */
  private evaluatedAtMs = Number.POSITIVE_INFINITY;
  private generation = Number.POSITIVE_INFINITY;

  get isEmpty(): boolean {
    return this.book.isEmpty;
  }

  get rowCount(): number {
    return this.book.size;
  }

  get matchCount(): number {
    return this.matches.length;
  }

  add(groups: readonly Group[], result: ScanResult, { evaluation, list }: Judgement): void {
    const rows = this.book.enter(groups);
    this.book.tally(rows, result.tallies);
    for (const match of result.matches) {
      this.matches.push(list.name(match, rows[match.group] as OpenRow));
    }
    this.evaluatedAtMs = Math.min(this.evaluatedAtMs, evaluation.atMs);
    this.generation = Math.min(this.generation, list.generation);
  }

  /** Counts of which no record was judged. */
  count(groups: readonly Group[]): void {
    this.book.enter(groups);
  }

  request(job: CommitRequest['job'], checkpoint: CommitRequest['checkpoint']): CommitRequest {
    return {
      job,
      // Without a batch nothing was judged: nothing to review either.
      evaluatedAtMs: Math.min(this.evaluatedAtMs, Date.now()),
      generation: this.generation,
      matches: this.matches,
      ledger: this.book.rows(),
      checkpoint,
    };
  }

  clear(): void {
    this.book.clear();
    this.matches.length = 0;
    this.evaluatedAtMs = Number.POSITIVE_INFINITY;
    this.generation = Number.POSITIVE_INFINITY;
  }
}
