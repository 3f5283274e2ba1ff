// The one writer of what the engine finds: matches, ledger rows and the replay's checkpoint go in together or not at all.
import { FlowSieveError } from '../core/errors.ts';
import { type Database, working } from './database.ts';
import { type Checkpoint, type Job, JobTable, type Source } from './jobs.ts';
import { type LedgerCounts, type LedgerRow, LedgerTable } from './ledger.ts';
import { MatchTable, type NewMatch } from './matches.ts';
import { Origins } from './origins.ts';

/**
 * L10: called inside the transaction, so that no change of the list can fall between it and the commit. `null` = the
 * list that judged the matches still stands; else says of each match whether it may be stored now.
 */
export type Review = (judged: {
  readonly job: Job | Source;
  readonly generation: number;
  readonly evaluatedAtMs: number;
  readonly matches: readonly NewMatch[];
}) => ((match: NewMatch) => boolean) | null;

export interface WriterOptions {
  /** L19: days from the evaluation to the erasure of a match; 1 to 365. */
  readonly retentionDays: number;
  readonly review: Review;
}

/** What one or several batches of one source gave. */
export interface CommitRequest {
  readonly job: Job | Source;
  /** The collection clock of the oldest of the batches, epoch ms. */
  readonly evaluatedAtMs: number;
  /** The oldest generation of the list that any of the batches was judged by. */
  readonly generation: number;
  readonly matches: readonly NewMatch[];
  /** Every row that a match refers to, and the rest. */
  readonly ledger: readonly LedgerRow[];
  /** Required for a replay job; `null` where there is nothing to resume. */
  readonly checkpoint: Checkpoint | null;
}

export interface CommitOutcome {
  /** Matches that were not stored before. */
  readonly added: number;
  /** Matches that the review dropped, and records that are therefore discarded as not in force. */
  readonly droppedMatches: number;
  readonly droppedRecords: number;
}

type LedgerDifference = Pick<LedgerCounts, 'matched' | 'matches' | 'notInForce'>;

interface Dropped {
  readonly kept: readonly NewMatch[];
  /** Changes to the counts of ledger rows. */
  readonly adjustments: ReadonlyMap<LedgerRow, LedgerDifference>;
  readonly records: number;
}

const DAY_MS = 86_400_000;
const MAX_RETENTION_DAYS = 365;

export class Writer {
  private readonly db: Database;
  private readonly options: WriterOptions;
  private readonly origins: Origins;
  private readonly matches: MatchTable;
  private readonly ledger: LedgerTable;
  private readonly jobs: JobTable;

  constructor(db: Database, options: WriterOptions) {
    if (!(options.retentionDays >= 1 && options.retentionDays <= MAX_RETENTION_DAYS)) {
      throw new FlowSieveError(
        'CONFIGURATION',
        `retention.days is ${options.retentionDays}: matches are kept 1 to ${MAX_RETENTION_DAYS} days (L19)`,
      );
    }
    this.db = db;
    this.options = options;
    this.origins = new Origins(db);
    this.matches = new MatchTable(db, this.origins);
    this.ledger = new LedgerTable(db, this.origins);
    this.jobs = new JobTable(db);
  }

  /**
   * All or nothing; on the disk when it returns.
   * @throws FlowSieveError DATABASE (disk full, locked, another process replays the same input)
   */
  commit(request: CommitRequest): CommitOutcome {
    return this.commitTogether([request])[0] as CommitOutcome;
  }

  /** Several sources in one transaction: all of them or none. */
  commitTogether(requests: readonly CommitRequest[]): CommitOutcome[] {
    for (const { job, checkpoint } of requests) {
      if (job.kind === 'replay' && !checkpoint)
        throw new Error(`a commit of replay job ${job.id} needs a checkpoint`);
    }
    let outcomes: CommitOutcome[];
    try {
      const write = this.db.transaction(() => requests.map((request) => this.write(request)));
      outcomes = working(this.db, () => write.immediate());
    } catch (error) {
      this.origins.forget();
      throw error;
    }
    for (const { job } of requests) {
      if (job.kind !== 'replay') continue;
      job.commits++;
      job.replacesRun = false;
    }
    return outcomes;
  }

  private write(request: CommitRequest): CommitOutcome {
    const { job, evaluatedAtMs, checkpoint } = request;
    if (job.kind === 'replay' && checkpoint) {
      this.jobs.advance(job, checkpoint);
      if (job.replacesRun) this.ledger.deleteSource(job.id);
    }
    const stillMatches = this.options.review(request);
    const { kept, adjustments, records } = drop(request.matches, stillMatches);
    let adjusted = 0;
    for (const row of request.ledger) {
      const adjustment = adjustments.get(row);
      if (adjustment) adjusted++;
      this.ledger.upsert(job.id, row, adjustment);
    }
    if (adjusted !== adjustments.size)
      throw new Error('a match refers to a ledger row that is not being committed');
    const deleteAfterMs = evaluatedAtMs + this.options.retentionDays * DAY_MS;
    return {
      added: this.matches.insert(kept, job, evaluatedAtMs, deleteAfterMs),
      droppedMatches: request.matches.length - kept.length,
      droppedRecords: records,
    };
  }
}

/** Leaves out what may not be stored, and counts a record that has lost its last match as discarded. */
function drop(matches: readonly NewMatch[], stillMatches: ((match: NewMatch) => boolean) | null): Dropped {
  const adjustments = new Map<LedgerRow, LedgerDifference>();
  if (!stillMatches) return { kept: matches, adjustments, records: 0 };
  const kept: NewMatch[] = [];
  let records = 0;
  for (let first = 0; first < matches.length; ) {
    let next = first + 1;
    while (matches[next]?.sameRecord) next++;
    const ofRecord = matches.slice(first, next);
    const remaining = ofRecord.filter(stillMatches);
    kept.push(...remaining);
    if (remaining.length < ofRecord.length) {
      const row = (ofRecord[0] as NewMatch).row;
      const difference = adjustments.get(row) ?? { matched: 0, matches: 0, notInForce: 0 };
      difference.matches -= ofRecord.length - remaining.length;
      if (remaining.length === 0) {
        difference.matched--;
        difference.notInForce++;
        records++;
      }
      adjustments.set(row, difference);
    }
    first = next;
  }
  return { kept, adjustments, records };
}
