// Ledger rows between two commits: every batch's counts, added up per exporter and interval.
import {
  noObservations,
  OBSERVATION_NAMES,
  type Observations,
  observe,
  RECEPTION_COLUMNS,
  TALLY_COLUMNS,
} from '../core/counters.ts';
import type { Group } from '../ingest/batch.ts';
import type { ScanResult } from '../match/messages.ts';
import { emptyLedgerCounts, type LedgerCounts, type LedgerRow } from '../store/ledger.ts';

/** A row that is still being added to. */
export interface OpenRow extends LedgerRow {
  readonly counts: LedgerCounts;
  readonly observed: Observations;
}

export class LedgerBook {
  private readonly open = new Map<string, OpenRow>();
  /** Of each exporter the row that was asked for last: nearly always the one. */
  private readonly latest = new Map<string | null, OpenRow>();

  /** Enters what was received; gives the row of each group, by the group's place. */
  enter(groups: readonly Group[]): OpenRow[] {
    return groups.map((group) => {
      const row = this.row(group);
      const { counts, observed } = row;
      for (const column of RECEPTION_COLUMNS) counts[column] += group[column] ?? 0;
      counts.undecodable += group.undecodable;
      for (const name of OBSERVATION_NAMES) observe(observed, name, group.observed?.[name]);
      return row;
    });
  }

  /** Enters what a scan counted. */
  tally(rows: readonly OpenRow[], tallies: ScanResult['tallies']): void {
    for (const [group, ...tally] of tallies) {
      const row = rows[group as number];
      if (!row) throw new Error(`a scan counted for group ${group} of ${rows.length}`);
      TALLY_COLUMNS.forEach((column, at) => {
        row.counts[column] += tally[at] as number;
      });
    }
  }

  rows(): OpenRow[] {
    return [...this.open.values()];
  }

  get size(): number {
    return this.open.size;
  }

  get isEmpty(): boolean {
    return this.open.size === 0;
  }

  clear(): void {
    this.open.clear();
    this.latest.clear();
  }

  private row({ exporter, fromMs, toMs }: Group): OpenRow {
    const latest = this.latest.get(exporter);
    if (latest && latest.fromMs === fromMs && latest.toMs === toMs) return latest;
    const key = `${exporter}|${fromMs}|${toMs}`;
    let row = this.open.get(key);
    if (!row) {
      row = { exporter, fromMs, toMs, counts: emptyLedgerCounts(), observed: noObservations() };
      this.open.set(key, row);
    }
    this.latest.set(exporter, row);
    return row;
  }
}
