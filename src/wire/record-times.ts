// When a record's flow began and ended, from whichever of the encodings it holds: the finer wins.
import type { TimeSource } from '../core/flow.ts';
import { fieldOffset, type RecordReader, readUint, type SetFacts } from './record-reader.ts';
import { ROLE } from './roles.ts';
import { MAX_SWAP_MS, ntpToMs, systemUptimeToMs, uptimeToMs } from './time.ts';

export interface Times {
  /** Epoch ms; both `null` or neither. */
  startMs: number | null;
  endMs: number | null;
  source: TimeSource;
  swapped: boolean;
}

type Encoding = 'ns' | 'us' | 'ms' | 's' | 'delta' | 'uptime';

/**
 * Start and end by encoding, finest first; times relative to the message or to the exporter's start come
 * last.
 */
const ENCODINGS: readonly (readonly [encoding: Encoding, start: number, end: number])[] = [
  ['ns', ROLE.startNs, ROLE.endNs],
  ['us', ROLE.startUs, ROLE.endUs],
  ['ms', ROLE.startMs, ROLE.endMs],
  ['s', ROLE.startSeconds, ROLE.endSeconds],
  ['delta', ROLE.startDeltaUs, ROLE.endDeltaUs],
  ['uptime', ROLE.startUptime, ROLE.endUptime],
];

const EVENTS: readonly (readonly [encoding: Encoding, role: number])[] = [
  ['ns', ROLE.eventNs],
  ['us', ROLE.eventUs],
  ['ms', ROLE.eventMs],
  ['s', ROLE.eventSeconds],
];

/** Later than any instant that a Date can hold: not a time. */
const MAX_EPOCH_MS = 8.64e15;
const MS_PER_SECOND = 1000;

/** @param roles the layout's `forward`, or its `reverse` for the way back of a biflow */
export function resolveTimes(
  record: RecordReader,
  facts: SetFacts,
  roles: Int16Array = record.layout.forward,
): Times {
  let start: number | null = null;
  let end: number | null = null;
  let startBy: Encoding | null = null;
  let endBy: Encoding | null = null;
  for (const [encoding, startRole, endRole] of ENCODINGS) {
    if (start === null) {
      start = instant(record, facts, encoding, roles[startRole]!);
      if (start !== null) startBy = encoding;
    }
    if (end === null) {
      end = instant(record, facts, encoding, roles[endRole]!);
      if (end !== null) endBy = encoding;
    }
    if (start !== null && end !== null) break;
  }
  if (start === null && end === null) return eventTimes(record, facts, roles);
  const source = (startBy ?? endBy) === 'uptime' ? 'uptime' : 'absolute';
  start ??= otherEnd(record, roles, end!, -1);
  end ??= laterEnd(record, facts, roles, start);
  if (end < start) {
    // A coarser end cuts the fraction that a finer start has: no exchange.
    if (startBy !== endBy && start - end < MS_PER_SECOND) end = start;
    else if (start - end > MAX_SWAP_MS) return unresolved();
    else return { startMs: end, endMs: start, source, swapped: true };
  }
  return { startMs: start, endMs: end, source, swapped: false };
}

function unresolved(): Times {
  return { startMs: null, endMs: null, source: 'export', swapped: false };
}

/** A record of an event (ASA, NAT logging, packet samples): an instant. */
function eventTimes(record: RecordReader, facts: SetFacts, roles: Int16Array): Times {
  const at = eventInstant(record, facts, roles);
  return at === null ? unresolved() : { startMs: at, endMs: at, source: 'event', swapped: false };
}

function eventInstant(record: RecordReader, facts: SetFacts, roles: Int16Array): number | null {
  for (const [encoding, role] of EVENTS) {
    const at = instant(record, facts, encoding, roles[role]!);
    if (at !== null) return at;
  }
  return null;
}

/**
 * The end that a record does not give: by its duration, by the event that closes it (ASA), else the start
 * itself.
 */
function laterEnd(record: RecordReader, facts: SetFacts, roles: Int16Array, start: number): number {
  const end = otherEnd(record, roles, start, 1);
  if (end !== start) return end;
  const event = eventInstant(record, facts, roles);
  return event !== null && event > start ? event : start;
}

function otherEnd(record: RecordReader, roles: Int16Array, known: number, sign: 1 | -1): number {
  const durationUs = readUint(record, roles[ROLE.durationUs]!);
  const durationMs = durationUs === null ? readUint(record, roles[ROLE.durationMs]!) : durationUs / 1000;
  return durationMs === null || durationMs > MAX_EPOCH_MS ? known : Math.round(known + sign * durationMs);
}

/**
 * Epoch ms, rounded; `null` where the field is absent, unset (absolute times of zero), unresolvable, or no
 * instant at all.
 */
function instant(record: RecordReader, facts: SetFacts, encoding: Encoding, field: number): number | null {
  const value = readUint(record, field);
  if (value === null) return null;
  const at = epochMs(record, facts, encoding, field, value);
  return at === null || at > MAX_EPOCH_MS ? null : Math.round(at);
}

function epochMs(
  record: RecordReader,
  facts: SetFacts,
  encoding: Encoding,
  field: number,
  value: number,
): number | null {
  if (encoding === 'delta') return facts.exportMs - value / 1000;
  if (encoding === 'uptime') return fromUptime(record, facts, value);
  if (value === 0) return null;
  if (encoding === 's') return value * MS_PER_SECOND;
  if (encoding === 'ms') return value;
  if (record.layout.spec.fields[field]!.length !== 8) return null;
  const at = fieldOffset(record, field);
  const unitsPerMs = encoding === 'us' ? 1e3 : 1e6;
  return ntpToMs(record.view.getUint32(at), record.view.getUint32(at + 4), unitsPerMs, facts.exportMs);
}

/**
 * IPFIX headers carry no uptime: its 21/22 need systemInitTimeMilliseconds, from the record or from options
 * data.
 */
function fromUptime(record: RecordReader, facts: SetFacts, value: number): number | null {
  const { layout } = record;
  if (layout.spec.version !== 10) return uptimeToMs(facts.exportMs, facts.uptimeMs, value);
  const init = readUint(record, layout.forward[ROLE.systemInitMs]!) || facts.context.systemInitMs;
  return init === null ? null : systemUptimeToMs(init, facts.exportMs, value);
}
