// Ledger rows between two commits: every batch's counts, added up per exporter and interval.
import { RECEPTION_COLUMNS, TALLY_COLUMNS } from '../core/counters.ts';
import type { Group } from '../ingest/batch.ts';
import type { ScanResult } from '../match/messages.ts';
import { emptyLedgerCounts, type LedgerCounts, type LedgerRow } from '../store/ledger.ts';

/** A row that is still being added to. */
export interface OpenRow extends LedgerRow {
  readonly counts: LedgerCounts;
}

export class LedgerBook {
  private readonly rows = new Map<string, OpenRow>();

  /** Enters a batch; gives the row of each of its groups, by the group's place. */
  enter(groups: readonly Group[], result: ScanResult): OpenRow[] {
    const rows = groups.map((group) => this.row(group));
    groups.forEach((group, at) => {
      const { counts } = rows[at] as OpenRow;
      for (const column of RECEPTION_COLUMNS)
        if (column in group) counts[column] += group[column as keyof Group] as number;
      counts.undecodable += group.undecodable;
    });
    for (const [group, ...tally] of result.tallies) {
      const row = rows[group as number];
      if (!row) throw new Error(`a scan counted for group ${group} of ${groups.length}`);
      TALLY_COLUMNS.forEach((column, at) => {
        row.counts[column] += tally[at] as number;
      });
    }
    return rows;
  }

  /** The rows so far; the book is empty again. */
  take(): OpenRow[] {
    const rows = [...this.rows.values()];
    this.rows.clear();
    return rows;
  }

  private row({ exporter, fromMs, toMs }: Group): OpenRow {
    const key = `${exporter}|${fromMs}|${toMs}`;
    let row = this.rows.get(key);
    if (!row) {
      row = { exporter, fromMs, toMs, counts: emptyLedgerCounts() };
      this.rows.set(key, row);
    }
    return row;
  }
}
