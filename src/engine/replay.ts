// Replays inputs one after another: through the pipeline, into the store, each batch's matches together with its
// ledger rows and the checkpoint from which an interrupted replay goes on.
import { openInput } from '../ingest/formats.ts';
import type { Evaluation, Problem } from '../match/messages.ts';
import { Writer } from '../store/commit.ts';
import type { Database } from '../store/database.ts';
import { fingerprintInput, type Job, openJob, openSource, type Source } from '../store/jobs.ts';
import type { LedgerCounts } from '../store/ledger.ts';
import type { CurrentList } from './current-list.ts';
import { reviewBy } from './judgement.ts';
import type { Pipeline } from './pipeline.ts';
import { RunningInput } from './running-input.ts';

export interface ReplayOptions {
  readonly operator: string;
  readonly retentionBasis: string;
  readonly straddling: Evaluation['straddling'];
  readonly retentionDays: number;
  readonly format: string;
  readonly columns?: string;
  readonly onProblem: (input: string, problem: Problem) => void;
  readonly onProgress: (state: { input: string; bytes: number; counts: LedgerCounts }) => void;
  /** Aborted = stop reading, finish what was read, commit. */
  readonly signal: AbortSignal;
}

/** What came of one input, its earlier, interrupted parts included. */
export interface InputOutcome {
  readonly counts: LedgerCounts;
  /** Bytes of the file, as it stands on disk. */
  readonly bytes: number;
  /** Matches that were not stored before. */
  readonly added: number;
  readonly resumed: boolean;
  readonly finished: boolean;
}

export class Replay {
  private readonly db: Database;
  private readonly pipeline: Pipeline;
  private readonly current: CurrentList;
  private readonly options: ReplayOptions;
  private readonly writer: Writer;

  constructor(db: Database, pipeline: Pipeline, current: CurrentList, options: ReplayOptions) {
    const { retentionDays } = options;
    this.db = db;
    this.pipeline = pipeline;
    this.current = current;
    this.options = options;
    this.writer = new Writer(db, { retentionDays, review: reviewBy(current, () => options.straddling) });
  }

  /**
   * @param input a path, or `-` for standard input (which cannot be resumed)
   * @throws FlowSieveError INPUT_UNREADABLE, USAGE, DATABASE; what was committed before stays
   */
  async run(input: string): Promise<InputOutcome> {
    const job = this.openJob(input);
    const resume = job.kind === 'replay' ? (job.resume ?? undefined) : undefined;
    const reader = await openInput(input, {
      format: this.options.format,
      ...(this.options.columns === undefined ? {} : { columns: this.options.columns }),
      ...(resume ? { resume } : {}),
      onProblem: (problem) => this.options.onProblem(input, problem),
    });
    const running = new RunningInput(job, this.writer);
    try {
      await this.pipeline.run(
        reader,
        () => ({ evaluation: this.evaluation(), list: this.current.refreshed() }),
        (filled, result, judgement) => {
          for (const problem of result.problems) this.options.onProblem(input, problem);
          running.take(filled, result, judgement);
          this.options.onProgress({ input, bytes: reader.source.consumedBytes, counts: running.counts });
        },
        this.options.signal,
      );
      const finished = !this.options.signal.aborted;
      running.commit(finished);
      const { counts, added } = running;
      return { counts, added, bytes: reader.source.consumedBytes, resumed: resume !== undefined, finished };
    } finally {
      await reader.close();
    }
  }

  private openJob(input: string): Job | Source {
    const { operator, retentionBasis, straddling, format, columns } = this.options;
    const names = { name: input === '-' ? '<stdin>' : input, operator, retentionBasis };
    if (input === '-') return openSource(this.db, 'stream', names);
    const reading = columns === undefined ? format : `${format} ${columns}`;
    return openJob(this.db, { ...names, straddling, format: reading, fingerprint: fingerprintInput(input) });
  }

  private evaluation(): Evaluation {
    const { operator, retentionBasis, straddling } = this.options;
    return { operator, retentionBasis, straddling, atMs: Date.now() };
  }
}
