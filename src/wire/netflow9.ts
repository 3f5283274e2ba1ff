// NetFlow v9 (RFC 3954 § 5.1):
//   version 2 | count 2 | sysUptime 4 ms | unixSeconds 4 | sequence 4 (messages) | source id 4 | sets
// The count lies (softflowd): the sets are walked instead.
import { malformed } from './outcome.ts';
import { accountSequence } from './sequence.ts';
import { endOfSets, readSets } from './sets.ts';
import type { Work } from './work.ts';

const HEADER_LENGTH = 20;

export function decodeNetflow9(work: Work, offset: number, length: number): void {
  const { view, outcome, table } = work;
  if (length < HEADER_LENGTH) {
    outcome.undecodable += 1;
    malformed(outcome, 'shorter than a NetFlow v9 header');
    return;
  }
  work.uptimeMs = view.getUint32(offset + 4);
  work.exportMs = view.getUint32(offset + 8) * 1000;
  const sequence = view.getUint32(offset + 12);
  const id = view.getUint32(offset + 16);
  outcome.domain = id;
  const domain = table.domain(work.exporter, 9, id);
  accountSequence(domain, sequence, 1, table.limits.maxSequenceGap, outcome);
  const end = endOfSets(work, 9, offset + HEADER_LENGTH, offset + length);
  if (end >= 0) readSets(work, domain, 9, offset + HEADER_LENGTH, end);
}
