// IPFIX (RFC 7011 § 3.1):
//   version 2 | length 2 (header included) | exportTime 4 s | sequence 4 (data records) | observation domain id 4 | sets
import { malformed } from './outcome.ts';
import { accountSequence } from './sequence.ts';
import { endOfSets, readSets } from './sets.ts';
import type { Work } from './work.ts';

const HEADER_LENGTH = 16;

export function decodeIpfix(work: Work, offset: number, length: number): void {
  const { view, outcome, table } = work;
  if (length < HEADER_LENGTH || view.getUint16(offset + 2) < HEADER_LENGTH) {
    outcome.undecodable += 1;
    malformed(outcome, 'shorter than an IPFIX header');
    return;
  }
  const messageLength = view.getUint16(offset + 2);
  if (messageLength > length) malformed(outcome, 'shorter than the length in its IPFIX header');
  work.uptimeMs = 0;
  work.exportMs = view.getUint32(offset + 4) * 1000;
  const sequence = view.getUint32(offset + 8);
  const id = view.getUint32(offset + 12);
  outcome.domain = id;
  const domain = table.domain(work.exporter, 10, id);
  const from = offset + HEADER_LENGTH;
  const end = endOfSets(work, 10, from, offset + Math.min(messageLength, length));
  const counted = end < 0 ? -1 : readSets(work, domain, 10, from, end);
  // Of a damaged message it is unknown what it was to hold.
  const records = outcome.status === 'ok' ? counted : -1;
  accountSequence(domain, sequence, records, table.limits.maxSequenceGap, outcome);
}
