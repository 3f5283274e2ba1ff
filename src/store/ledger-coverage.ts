// What a line of the ledger says: whether everything is accounted for, and how much of what was sent was looked at.
import { DISCARD_REASONS } from '../core/counters.ts';
import type { LedgerLine } from './ledger.ts';

/** `undecodable` counts messages and sets: it is named beside records, not added. */
export function coverageOf(line: LedgerLine) {
  const { records, undecodable, datagrams, kernelDropped, slabDropped, notTaken, sampling, clockSkewMs } =
    line;
  const lost = kernelDropped + slabDropped + notTaken;
  const discarded = DISCARD_REASONS.reduce((sum, reason) => sum + line.discarded[reason], 0);
  return {
    received: { records, undecodable },
    accounted: { matched: line.matched, discarded },
    lostDatagrams: lost,
    lostShare: datagrams + lost === 0 ? 0 : lost / (datagrams + lost),
    sequenceLost: line.sequenceLost,
    sampling,
    clockSkewMs,
  };
}

/** What is not accounted for, in words; `null` = everything is. */
export function discrepancyOf({ unaccounted, records }: LedgerLine): string | null {
  return unaccounted === 0
    ? null
    : `${unaccounted} of ${records} records are neither matched nor discarded, or counted twice`;
}
