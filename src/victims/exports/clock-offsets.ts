// By how much exporters' clocks are off, day by day, as the ledger has it (RFC 6302: time is worth what its clock is).
import { DAY_MS } from '../../core/time.ts';
import { clockOffsets } from '../../store/coverage.ts';
import type { Database } from '../../store/database.ts';

export class ClockOffsets {
  private readonly db: Database;
  private readonly operators = new Map<string, ReadonlyMap<string, number>>();

  constructor(db: Database) {
    this.db = db;
  }

  /** The exporter's clock less ours on that day, ms; `null` = not known. */
  of(operator: string, exporter: string | null, atMs: number): number | null {
    let offsets = this.operators.get(operator);
    if (!offsets) {
      offsets = new Map(
        clockOffsets(this.db, operator).map((one) => [keyOf(one.exporter, one.day), one.clockSkewMs]),
      );
      this.operators.set(operator, offsets);
    }
    return offsets.get(keyOf(exporter, Math.floor(atMs / DAY_MS))) ?? null;
  }
}

function keyOf(exporter: string | null, day: number): string {
  return `${day} ${exporter ?? ''}`;
}
