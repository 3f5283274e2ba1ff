// A flow record as a Flow: made for hits and for `inspect`, by the offsets of its shape.
import { formatIpv4, formatIpv6 } from '../../core/address.ts';
import type { AddressPair, Flow } from '../../core/flow.ts';
import { DAY_MS } from '../../core/time.ts';
import { scaledBy, UNKNOWN_SELECTOR } from './sampling.ts';
import type { Field, PairSlot, Shape } from './shape.ts';

/** Beyond this no time is one: year 10000. */
const MAX_TIME_MS = 253_402_300_800_000;
const ICMP = 1;
const ICMPV6 = 58;

export interface Times {
  startMs: number | null;
  endMs: number | null;
  swapped: boolean;
  source: Flow['timeSource'];
}

/**
 * First and last packet. End before start within a day is an exchange that nfdump made, and is undone; beyond a day it is
 * damage, and neither is believed. A record without a start (events) takes its event's time.
 */
export function timesOf(view: DataView, at: number, shape: Shape, littleEndian: boolean): Times {
  const slot = shape.times;
  let first = 0;
  let last = 0;
  if (slot?.unit === 'ms') {
    first = unsigned64(view, at + slot.first, littleEndian);
    last = unsigned64(view, at + slot.last, littleEndian);
  } else if (slot) {
    first =
      view.getUint32(at + slot.first, littleEndian) * 1000 + view.getUint16(at + slot.firstMs, littleEndian);
    last =
      view.getUint32(at + slot.last, littleEndian) * 1000 + view.getUint16(at + slot.lastMs, littleEndian);
  }
  let source: Flow['timeSource'] = 'absolute';
  if (first === 0 && shape.event) {
    first = readField(view, at, shape.event, littleEndian);
    last = Math.max(first, last);
    source = 'event';
  }
  if (first === 0) first = last;
  if (last === 0) last = first;
  const swapped = last < first && first - last <= DAY_MS;
  const unusable = first === 0 || first > MAX_TIME_MS || last > MAX_TIME_MS || (last < first && !swapped);
  if (unusable) return { startMs: null, endMs: null, swapped: false, source: 'export' };
  return { startMs: swapped ? last : first, endMs: swapped ? first : last, swapped, source };
}

/**
 * The record at `at`; `null` = it names no address. Its `sampling` is a code where the counters are scaled already
 * (sampling.ts): only the exporters that the file tells of resolve it.
 */
export function decodeRecord(
  view: DataView,
  at: number,
  shape: Shape,
  littleEndian: boolean,
  createdMs: number,
): Flow | null {
  const protocol = shape.protocol === null ? null : readField(view, at, shape.protocol, littleEndian);
  const hasPorts = protocol !== ICMP && protocol !== ICMPV6; // type and code stand there
  const pairs = pairsOf(view, at, shape, littleEndian, hasPorts);
  const [own, ...alternates] = pairs;
  if (!own) return null;
  const times = timesOf(view, at, shape, littleEndian);
  const number = (field: Field | null): number | null =>
    field === null ? null : readField(view, at, field, littleEndian);
  const scaled = (readField(view, at, shape.scaledFlag, littleEndian) & shape.scaledMask) !== 0;
  return {
    ...own,
    protocol,
    bytes: number(shape.bytes),
    packets: number(shape.packets),
    startMs: times.startMs,
    endMs: times.endMs,
    exportMs: number(shape.received) || createdMs || (times.endMs ?? 0),
    timeSource: times.source,
    swappedTimes: times.swapped,
    tcpFlags: number(shape.tcpFlags),
    sampling: scaled ? scaledBy(number(shape.selector) ?? UNKNOWN_SELECTOR) : null,
    alternates,
  };
}

export function exporterOf(view: DataView, at: number, shape: Shape, littleEndian: boolean): number {
  return readField(view, at, shape.exporter, littleEndian);
}

/** The packets' own addresses first. A pair that is all zero is no pair, where the record has another. */
function pairsOf(
  view: DataView,
  at: number,
  shape: Shape,
  littleEndian: boolean,
  hasPorts: boolean,
): AddressPair[] {
  const used = shape.pairs.filter(
    (slot) => !isZero(view, at + slot.src, slot) || !isZero(view, at + slot.dst, slot),
  );
  const own = shape.pairs[0];
  if (used.length === 0) return own ? [pairOf(view, at, own, littleEndian, hasPorts)] : [];
  return used.map((slot) => pairOf(view, at, slot, littleEndian, hasPorts));
}

function pairOf(
  view: DataView,
  at: number,
  slot: PairSlot,
  littleEndian: boolean,
  hasPorts: boolean,
): AddressPair {
  const port = (offset: number): number | null =>
    hasPorts && offset >= 0 ? view.getUint16(at + offset, littleEndian) : null;
  // Only one end may have been translated: the other is not an address.
  const noSrc = slot.role === 'other' && isZero(view, at + slot.src, slot);
  const noDst = slot.role === 'other' && isZero(view, at + slot.dst, slot);
  return {
    src: noSrc ? null : addressText(view, at + slot.src, slot.family, littleEndian),
    dst: noDst ? null : addressText(view, at + slot.dst, slot.family, littleEndian),
    srcPort: noSrc ? null : port(slot.srcPort),
    dstPort: noDst ? null : port(slot.dstPort),
  };
}

function isZero(view: DataView, at: number, slot: PairSlot): boolean {
  for (let offset = 0; offset < (slot.family === 4 ? 4 : 16); offset += 4) {
    if (view.getInt32(at + offset) !== 0) return false;
  }
  return true;
}

/** Addresses are numbers in the file's byte order; IPv6 as two of 64 bits, the high one first. */
export function addressText(view: DataView, at: number, family: 4 | 6, littleEndian: boolean): string {
  if (family === 4) return formatIpv4(view.getInt32(at, littleEndian));
  const high = littleEndian ? 4 : 0;
  const low = littleEndian ? 0 : 4;
  return formatIpv6(
    view.getUint32(at + high, littleEndian),
    view.getUint32(at + low, littleEndian),
    view.getUint32(at + 8 + high, littleEndian),
    view.getUint32(at + 8 + low, littleEndian),
  );
}

function readField(view: DataView, at: number, field: Field, littleEndian: boolean): number {
  switch (field.width) {
    case 1:
      return view.getUint8(at + field.at);
    case 2:
      return view.getUint16(at + field.at, littleEndian);
    case 4:
      return view.getUint32(at + field.at, littleEndian);
    case 8:
      return unsigned64(view, at + field.at, littleEndian);
  }
}

function unsigned64(view: DataView, at: number, littleEndian: boolean): number {
  const high = view.getUint32(at + (littleEndian ? 4 : 0), littleEndian);
  return high * 2 ** 32 + view.getUint32(at + (littleEndian ? 0 : 4), littleEndian);
}
