// NetFlow without templates (v1, v5, v7): a header and records of one shape, told in the same elements as a
// template's, so that everything after the decoder sees layouts only.
import { type FieldSpecifier, type LayoutSpec, layoutSpec } from './layout.ts';
import { malformed } from './outcome.ts';
import { accountSequence } from './sequence.ts';
import type { Work } from './work.ts';

export interface FixedFormat {
  readonly headerLength: number;
  readonly recordLength: number;
  readonly spec: LayoutSpec;
  /** Offsets in the header; -1 = it has none. */
  readonly sequenceOffset: number;
  readonly engineOffset: number;
  readonly samplingOffset: number;
}

/** paddingOctets: stands for what is not read. */
export const PADDING = 210;

export function fixedFormat(
  version: 1 | 5 | 7,
  headerLength: number,
  header: Pick<FixedFormat, 'sequenceOffset' | 'engineOffset' | 'samplingOffset'>,
  record: readonly (readonly [id: number, length: number])[],
): FixedFormat {
  const fields: FieldSpecifier[] = record.map(([id, length]) => ({ pen: 0, id, length }));
  const recordLength = fields.reduce((sum, { length }) => sum + length, 0);
  return { headerLength, recordLength, spec: layoutSpec(version, fields), ...header };
}

/** NetFlow v5 header: two bits of sampling mode, fourteen of interval. */
const SAMPLING_INTERVAL_MASK = 0x3fff;
const NS_PER_MS = 1_000_000;
const NS_PER_SECOND = 1_000_000_000;

/**
 * More octets of records than any UDP datagram holds: the header is damaged, and nothing after it can be
 * believed.
 */
const MAX_DATAGRAM_BYTES = 65_507;

/**
 * Header: version 2 | count 2 | sysUptime 4 ms | unixSeconds 4 | unixNanoseconds 4 | … The count rules;
 * what follows the records is ignored; of a cut message, what is there is taken.
 */
export function decodeFixed(work: Work, format: FixedFormat, offset: number, length: number): void {
  const { view, outcome, set, table } = work;
  const { headerLength, recordLength, sequenceOffset, engineOffset, samplingOffset } = format;
  if (length < headerLength) {
    outcome.undecodable += 1;
    malformed(outcome, 'shorter than its NetFlow header');
    return;
  }
  const announced = view.getUint16(offset + 2);
  const present = Math.floor((length - headerLength) / recordLength);
  const count = Math.min(announced, present);
  if (announced > present) {
    malformed(outcome, 'announces more records than it holds');
    if (announced * recordLength > MAX_DATAGRAM_BYTES) {
      outcome.undecodable += 1;
      return;
    }
  }
  const nanoseconds = view.getUint32(offset + 12);
  const id = engineOffset < 0 ? 0 : view.getUint16(offset + engineOffset);
  const domain = table.domain(work.exporter, format.spec.version, id);
  outcome.domain = id;
  if (sequenceOffset >= 0) {
    const sequence = view.getUint32(offset + sequenceOffset);
    accountSequence(domain, sequence, count, table.limits.maxSequenceGap, outcome);
  }
  if (count === 0) return;
  set.bytes = work.bytes;
  set.offset = offset + headerLength;
  set.length = count * recordLength;
  set.layout = format.spec;
  set.templateId = 0;
  set.context = domain.context;
  work.exportMs =
    view.getUint32(offset + 8) * 1000 +
    (nanoseconds < NS_PER_SECOND ? Math.floor(nanoseconds / NS_PER_MS) : 0);
  set.exportMs = work.exportMs;
  set.uptimeMs = view.getUint32(offset + 4);
  set.headerSampling =
    samplingOffset < 0 ? 0 : view.getUint16(offset + samplingOffset) & SAMPLING_INTERVAL_MASK;
  outcome.sets += 1;
  work.sink.dataSet(set);
}
