// One input of a replay under way: what its batches gave, gathered between commits.
import { LEDGER_COLUMNS } from '../core/counters.ts';
import type { Filled, ResumePoint } from '../ingest/batch.ts';
import type { ScanResult } from '../match/messages.ts';
import type { Writer } from '../store/commit.ts';
import type { Job, Source } from '../store/jobs.ts';
import { emptyLedgerCounts, type LedgerCounts } from '../store/ledger.ts';
import type { NewMatch } from '../store/matches.ts';
import { LedgerBook, type OpenRow } from './ledger-book.ts';
import type { Judgement } from './pipeline.ts';

/** A commit at least this often while counts or matches are waiting… */
const COMMIT_EVERY_MS = 500;
/** …and as soon as this many matches wait. */
const COMMIT_MATCHES = 20_000;

const START: ResumePoint = { position: 0 };

export class RunningInput {
  /** All that is committed, the earlier parts of an interrupted replay included. */
  readonly counts: LedgerCounts;
  private readonly job: Job | Source;
  private readonly writer: Writer;
  private readonly book = new LedgerBook();
  private readonly matches: NewMatch[] = [];
  private reached: ResumePoint;
  /** Of the batches that wait: the oldest evaluation and the oldest list. */
  private evaluatedAtMs = Number.POSITIVE_INFINITY;
  private generation = Number.POSITIVE_INFINITY;
  private committedAtMs = Date.now();
  private addedMatches = 0;

  constructor(job: Job | Source, writer: Writer) {
    this.job = job;
    this.writer = writer;
    this.counts = 'totals' in job ? { ...job.totals } : emptyLedgerCounts();
    this.reached = ('resume' in job && job.resume) || START;
  }

  /** Matches that were not stored before. */
  get added(): number {
    return this.addedMatches;
  }

  /** A batch's result, in the input's order; commits when it is time. */
  take(filled: Filled, scanned: ScanResult, { evaluation, list }: Judgement): void {
    const { groups, result } = filled.settle?.(scanned) ?? { groups: filled.groups, result: scanned };
    const rows = this.book.enter(groups, result);
    for (const match of result.matches) {
      this.matches.push({ ...list.name(match), row: rows[match.group] as OpenRow });
    }
    const { position, state } = filled;
    this.reached = state === undefined ? { position } : { position, state };
    this.evaluatedAtMs = Math.min(this.evaluatedAtMs, evaluation.atMs);
    this.generation = Math.min(this.generation, list.generation);
    if (this.matches.length >= COMMIT_MATCHES || Date.now() - this.committedAtMs >= COMMIT_EVERY_MS) {
      this.commit(false);
    }
  }

  /** @param done the input was read to its end */
  commit(done: boolean): void {
    const ledger = this.book.take();
    const outcome = this.writer.commit({
      job: this.job,
      // Without a batch nothing was judged: nothing to review either.
      evaluatedAtMs: Math.min(this.evaluatedAtMs, Date.now()),
      generation: this.generation,
      matches: this.matches,
      ledger,
      checkpoint: this.job.kind === 'replay' ? { ...this.reached, done } : null,
    });
    for (const { counts } of ledger)
      for (const column of LEDGER_COLUMNS) this.counts[column] += counts[column];
    this.counts.matched -= outcome.droppedRecords;
    this.counts.notInForce += outcome.droppedRecords;
    this.counts.matches -= outcome.droppedMatches;
    this.addedMatches += outcome.added;
    this.matches.length = 0;
    this.evaluatedAtMs = Number.POSITIVE_INFINITY;
    this.generation = Number.POSITIVE_INFINITY;
    this.committedAtMs = Date.now();
  }
}
