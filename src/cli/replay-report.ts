// What a replay tells while it runs and when it ends: progress, problems in words, the summary, the exit status.
import { DISCARD_REASONS, LEDGER_COLUMNS } from '../core/counters.ts';
import type { InputOutcome } from '../engine/replay.ts';
import type { Problem } from '../match/messages.ts';
import { emptyLedgerCounts, type LedgerCounts } from '../store/ledger.ts';
import { EXIT, log, print } from './command.ts';
import type { Progress } from './progress.ts';

/** Problems printed of one replay; the rest is counted. */
const MAX_PRINTED_PROBLEMS = 100;

export class ReplayReport {
  private readonly counts: LedgerCounts = emptyLedgerCounts();
  private readonly startedAt = performance.now();
  private readonly progressShown: Progress;
  private readonly totalBytes: number | null;
  private files = 0;
  private bytes = 0;
  private added = 0;
  private problems = 0;
  private resumed = false;
  private interrupted = false;
  private failed = false;

  /** @param totalBytes of all inputs; null where one of them is a stream */
  constructor(progress: Progress, totalBytes: number | null) {
    this.progressShown = progress;
    this.totalBytes = totalBytes;
  }

  progress({ bytes, counts }: { bytes: number; counts: LedgerCounts }): void {
    this.progressShown.update({
      bytes: this.bytes + bytes,
      totalBytes: this.totalBytes,
      records: this.counts.records + counts.records,
      matches: this.counts.matches + counts.matches,
    });
  }

  /** Part of an input is damaged; the rest was processed. */
  problem(input: string, { what, offset }: Problem): void {
    this.problems++;
    if (this.problems > MAX_PRINTED_PROBLEMS) return;
    log(`${input}: ${what}${offset === null ? '' : ` (at byte ${offset})`}`);
    if (this.problems === MAX_PRINTED_PROBLEMS) log('further problems are counted, not printed');
  }

  /** An input could not be processed at all, or not to its end. */
  failure(message: string): void {
    this.failed = true;
    log(`flowsieve: ${message}`);
  }

  finished(outcome: InputOutcome): void {
    this.files++;
    this.bytes += outcome.bytes;
    this.added += outcome.added;
    this.resumed ||= outcome.resumed;
    this.interrupted ||= !outcome.finished;
    for (const column of LEDGER_COLUMNS) this.counts[column] += outcome.counts[column];
  }

  end(json: boolean): void {
    this.progressShown.stop();
    print(json ? JSON.stringify(this.summary()) : this.words());
    if (this.interrupted) log('interrupted; the same command goes on from here');
  }

  exitStatus(): number {
    if (this.failed || this.interrupted) return EXIT.failed;
    return this.problems > 0 ? EXIT.damaged : EXIT.done;
  }

  private summary() {
    const { counts } = this;
    return {
      files: this.files,
      bytes: this.bytes,
      datagrams: counts.datagrams,
      records: counts.records,
      matched: counts.matched,
      matches: counts.matches,
      newMatches: this.added,
      discarded: Object.fromEntries(DISCARD_REASONS.map((reason) => [reason, counts[reason]])),
      undecodable: counts.undecodable,
      early: counts.early,
      earlyDropped: counts.earlyDropped,
      sequenceLost: counts.sequenceLost,
      swappedTimes: counts.swappedTimes,
      problems: this.problems,
      resumed: this.resumed,
      interrupted: this.interrupted,
      seconds: Math.round(performance.now() - this.startedAt) / 1000,
    };
  }

  private words(): string {
    const { files, records, matched, matches, newMatches, discarded, undecodable, seconds } = this.summary();
    const reasons = Object.entries(discarded)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ');
    return [
      `${records} records of ${files} ${files === 1 ? 'file' : 'files'} in ${seconds} s`,
      `  ${matched} matched: ${matches} matches, ${newMatches} of them new`,
      `  ${records - matched} discarded${reasons ? `: ${reasons}` : ''}`,
      ...(undecodable > 0 ? [`  ${undecodable} messages, sets or rows could not be decoded`] : []),
    ].join('\n');
  }
}
