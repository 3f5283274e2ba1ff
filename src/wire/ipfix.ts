// IPFIX (RFC 7011 § 3.1):
//   version 2 | length 2 (header included) | exportTime 4 s | sequence 4 (data records) | observation domain id 4 | sets
import { malformed } from './outcome.ts';
import { accountSequence } from './sequence.ts';
import { endOfSets, readSets } from './sets.ts';
import type { Work } from './work.ts';

const HEADER_LENGTH = 16;

/** A message whose lengths make no sense is discarded whole (RFC 7011 § 9). */
export function decodeIpfix(work: Work, offset: number, length: number): void {
  const { view, outcome, table } = work;
  const messageLength = length < HEADER_LENGTH ? 0 : view.getUint16(offset + 2);
  if (messageLength < HEADER_LENGTH || messageLength > length) {
    outcome.undecodable += 1;
    malformed(
      outcome,
      messageLength > length
        ? 'shorter than the length in its IPFIX header'
        : 'the IPFIX length is shorter than a header',
    );
    return;
  }
  work.uptimeMs = 0;
  work.exportMs = view.getUint32(offset + 4) * 1000;
  const sequence = view.getUint32(offset + 8);
  const id = view.getUint32(offset + 12);
  outcome.domain = id;
  const domain = table.domain(work.exporter, 10, id);
  const from = offset + HEADER_LENGTH;
  const end = endOfSets(work, 10, from, offset + messageLength);
  const records = end < 0 ? -1 : readSets(work, domain, 10, from, end);
  accountSequence(domain, sequence, records, table.limits.maxSequenceGap, outcome);
}
