// Sequence accounting: what is missing between two messages of a domain. NetFlow v5 and v7 count flows, v9
// messages, IPFIX data records.
import type { Domain } from './exporter.ts';
import type { DecodeOutcome } from './outcome.ts';

/**
 * A number so little behind the one expected is a message that came late, not an exporter that started
 * anew.
 */
const LATE_WINDOW = 1024;

/**
 * @param sequence the header's number: what was sent before this message
 * @param count what this message adds to it; -1 = unknown, because a set had no template
 */
export function accountSequence(
  domain: Domain,
  sequence: number,
  count: number,
  maxGap: number,
  outcome: DecodeOutcome,
): void {
  if (domain.nextSequence >= 0) {
    const gap = (sequence - domain.nextSequence) | 0; // modulo 2^32
    if (gap < 0 && gap >= -LATE_WINDOW) return;
    if (gap > maxGap) outcome.sequenceIndeterminate = true;
    else if (gap > 0) outcome.sequenceLost += gap;
  }
  if (count < 0) outcome.sequenceIndeterminate = true;
  domain.nextSequence = count < 0 ? -1 : (sequence + count) >>> 0;
}
