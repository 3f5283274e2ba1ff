// Walks the sets of a NetFlow v9 or IPFIX message (RFC 3954 § 5, RFC 7011 § 3.3): by their lengths, never
// by a count.
import { holdSet } from './early.ts';
import type { Domain } from './exporter.ts';
import { malformed } from './outcome.ts';
import { findTemplate, MIN_TEMPLATE_ID, readTemplates9, readTemplates10 } from './templates.ts';
import { countRecords, emitSet, type Work } from './work.ts';

const SET_HEADER_LENGTH = 4;
/** Exporters count padding that they do not send. */
const MAX_MISSING_PADDING = 3;

/**
 * Where the sets of the message end; -1 where nothing of it may be taken. A set shorter than its header ends
 * the sets: what came before is good. An IPFIX message with a set longer than itself is discarded (RFC 7011
 * § 9). A NetFlow v9 message is taken for cut, and what is there of it is good, unless ids that no set has
 * (2–255) show that the lengths had led astray already.
 */
export function endOfSets(work: Work, version: 9 | 10, offset: number, end: number): number {
  const { view, outcome } = work;
  let isAstray = false;
  let at = offset;
  while (at + SET_HEADER_LENGTH <= end) {
    const length = view.getUint16(at + 2);
    if (length < SET_HEADER_LENGTH) {
      if (!isZeroFill(work.bytes, at, end)) malformed(outcome, 'a set is shorter than its header');
      return at;
    }
    isAstray ||= isReserved(version, view.getUint16(at));
    at += length;
  }
  if (at <= end + MAX_MISSING_PADDING) return Math.min(at, end);
  malformed(outcome, 'a set reaches beyond its message');
  outcome.undecodable += 1;
  return isAstray || version === 10 ? -1 : end;
}

/** RFC 7011 § 3.3.2; NetFlow v9 has 0 and 1 for templates, IPFIX 2 and 3. */
function isReserved(version: 9 | 10, id: number): boolean {
  return id < MIN_TEMPLATE_ID && id >> 1 !== (version === 9 ? 0 : 1);
}

function isZeroFill(bytes: Uint8Array, offset: number, end: number): boolean {
  for (let at = offset; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

/**
 * The data records in the message, options data included; -1 where a set had no template (counted for IPFIX
 * only).
 */
export function readSets(work: Work, domain: Domain, version: 9 | 10, offset: number, end: number): number {
  const { view, outcome } = work;
  const readTemplates = version === 9 ? readTemplates9 : readTemplates10;
  let records = 0;
  let at = offset;
  while (at + SET_HEADER_LENGTH <= end) {
    const id = view.getUint16(at);
    const next = at + view.getUint16(at + 2);
    const from = at + SET_HEADER_LENGTH;
    const to = Math.min(next, end);
    if (id >= MIN_TEMPLATE_ID) {
      const counted = readDataSet(work, domain, version, id, from, to);
      records = records < 0 || counted < 0 ? -1 : records + counted;
    } else if (isReserved(version, id)) {
      outcome.undecodable += 1;
    } else {
      readTemplates(work, domain, (id & 1) === 1, from, to);
    }
    at = next;
  }
  return records;
}

function readDataSet(
  work: Work,
  domain: Domain,
  version: 9 | 10,
  id: number,
  offset: number,
  end: number,
): number {
  const template = findTemplate(work, domain, id);
  if (template === undefined) {
    holdSet(work, domain, id, offset, end);
    return -1;
  }
  emitSet(work, template, offset, end);
  return version === 10 ? countRecords(template, work.view, offset, end) : 0;
}
