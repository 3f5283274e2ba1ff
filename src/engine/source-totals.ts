// What a source has given since the daemon began: the ledger's counts as they were committed, added up.
import { LEDGER_COLUMNS, noObservations, type Observations, observe } from '../core/counters.ts';
import { MINUTE_MS } from '../core/time.ts';
import type { CommitOutcome } from '../store/commit.ts';
import { emptyLedgerCounts, type LedgerCounts, type LedgerRow } from '../store/ledger.ts';
import type { SourceNames } from '../store/origins.ts';

export interface SourceFigures extends SourceNames {
  readonly counts: Readonly<LedgerCounts>;
  /** Octets of the messages that were received. */
  readonly bytes: number;
  /** Epoch ms; `null` = nothing yet. */
  readonly lastSeenMs: number | null;
  /** The farthest of its exporters' clocks in this minute or the last; `null` = none told its time. */
  readonly clockSkewMs: number | null;
}

export class SourceTotals {
  bytes = 0;
  private readonly counts = emptyLedgerCounts();
  private minute = 0;
  private before: Observations = noObservations();
  private now: Observations = noObservations();
  private lastSeenMs: number | null = null;

  /** What one commit has stored; its second look at the list may have dropped some matches. */
  add(rows: readonly LedgerRow[], { droppedMatches, droppedRecords }: CommitOutcome, nowMs: number): void {
    const { counts } = this;
    const observed = this.observedIn(Math.floor(nowMs / MINUTE_MS));
    for (const row of rows) {
      for (const column of LEDGER_COLUMNS) counts[column] += row.counts[column] ?? 0;
      observe(observed, 'clockSkewMs', row.observed?.clockSkewMs);
      observe(observed, 'lastSeenMs', row.observed?.lastSeenMs);
    }
    counts.matches -= droppedMatches;
    counts.matched -= droppedRecords;
    counts.notInForce += droppedRecords;
    this.lastSeenMs = observed.lastSeenMs ?? this.lastSeenMs;
  }

  figures(names: SourceNames, nowMs: number): SourceFigures {
    const both = { ...this.observedIn(Math.floor(nowMs / MINUTE_MS)) };
    observe(both, 'clockSkewMs', this.before.clockSkewMs);
    const { name, operator, retentionBasis } = names;
    const { bytes, lastSeenMs } = this;
    const { clockSkewMs } = both;
    return { name, operator, retentionBasis, counts: { ...this.counts }, bytes, lastSeenMs, clockSkewMs };
  }

  private observedIn(minute: number): Observations {
    if (minute !== this.minute) {
      this.before = minute === this.minute + 1 ? this.now : noObservations();
      this.now = noObservations();
      this.minute = minute;
    }
    return this.now;
  }
}
