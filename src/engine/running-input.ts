// One input of a replay under way: what its batches gave, gathered between commits.
import { LEDGER_COLUMNS } from '../core/counters.ts';
import type { Filled, ResumePoint } from '../ingest/batch.ts';
import type { ScanResult } from '../match/messages.ts';
import type { Writer } from '../store/commit.ts';
import type { Job, Source } from '../store/jobs.ts';
import { emptyLedgerCounts, type LedgerCounts } from '../store/ledger.ts';
import type { Judgement } from './judgement.ts';
import { Uncommitted } from './uncommitted.ts';

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
  private readonly uncommitted = new Uncommitted();
  private reached: ResumePoint;
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
  take(filled: Filled, scanned: ScanResult, judgement: Judgement): void {
    const { groups, result } = filled.settle?.(scanned) ?? { groups: filled.groups, result: scanned };
    this.uncommitted.add(groups, result, judgement);
    const { position, state } = filled;
    this.reached = state === undefined ? { position } : { position, state };
    const isDue = Date.now() - this.committedAtMs >= COMMIT_EVERY_MS;
    if (isDue || this.uncommitted.matchCount >= COMMIT_MATCHES) this.commit(false);
  }

  /** @param done the input was read to its end */
  commit(done: boolean): void {
    const { job, uncommitted } = this;
    const request = uncommitted.request(job, job.kind === 'replay' ? { ...this.reached, done } : null);
    const outcome = this.writer.commit(request);
    for (const { counts } of request.ledger) {
      for (const column of LEDGER_COLUMNS) this.counts[column] += counts[column] ?? 0;
    }
    this.counts.matched -= outcome.droppedRecords;
    this.counts.notInForce += outcome.droppedRecords;
    this.counts.matches -= outcome.droppedMatches;
    this.addedMatches += outcome.added;
    uncommitted.clear();
    this.committedAtMs = Date.now();
  }
}
