// Reads fields of one record by their place in the template. Every offset was checked when the record was
// opened.
import { formatIpv4, formatIpv6 } from '../core/address.ts';
import type { AddressSlot, Layout, SetContext } from './layout.ts';
import { MAX_LAYOUT_FIELDS, walkRecord } from './layout.ts';

/** What a data set gives to each of its records. */
export interface SetFacts {
  readonly context: SetContext;
  /** Epoch ms of the message's export. */
  readonly exportMs: number;
  readonly uptimeMs: number;
  /** Sampling rate from the message header (v5); 0 = none. */
  readonly headerSampling: number;
  readonly templateId: number;
}

/** The record being read. */
export interface RecordReader {
  readonly layout: Layout;
  readonly view: DataView;
  /** See `walkRecord`. */
  readonly anchors: Int32Array;
  /** Octets, padding not counted. */
  readonly length: number;
}

const reader: { layout: Layout | null; view: DataView | null; anchors: Int32Array; length: number } = {
  layout: null,
  view: null,
  anchors: new Int32Array(MAX_LAYOUT_FIELDS + 1),
  length: 0,
};

/**
 * One record at a time: the answer is valid until the next call. `null` where no whole record is left
 * before `end`.
 */
export function openRecord(layout: Layout, view: DataView, offset: number, end: number): RecordReader | null {
  reader.length = walkRecord(layout, view, offset, end, reader.anchors);
  if (reader.length === 0) return null;
  reader.layout = layout;
  reader.view = view;
  return reader as RecordReader;
}

/** Octets from the view's start to the field. */
export function fieldOffset(record: RecordReader, field: number): number {
  const { anchorOf, relativeOf } = record.layout;
  return record.anchors[anchorOf[field]!]! + relativeOf[field]!;
}

/**
 * An unsigned integer of up to 8 octets, reduced-size or not (RFC 7011 § 6.2); beyond 2^53 the nearest
 * double.
 */
export function readUint(record: RecordReader, field: number): number | null {
  if (field < 0) return null;
  const { length } = record.layout.spec.fields[field]!;
  if (length > 8) return null;
  const at = fieldOffset(record, field);
  const { view } = record;
  switch (length) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at);
    case 4:
      return view.getUint32(at);
    case 8:
      return view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
    default: {
      let value = 0;
      for (let n = 0; n < length; n++) value = value * 256 + view.getUint8(at + n);
      return value;
    }
  }
}

function slotOffset(record: RecordReader, slot: AddressSlot): number {
  return record.anchors[slot.anchor]! + slot.relative;
}

export function isZero(record: RecordReader, slot: AddressSlot | undefined): boolean {
  if (slot === undefined) return true;
  const at = slotOffset(record, slot);
  const { view } = record;
  if (slot.family === 4) return view.getUint32(at) === 0;
  return (
    (view.getUint32(at) | view.getUint32(at + 4) | view.getUint32(at + 8) | view.getUint32(at + 12)) === 0
  );
}

export function readAddress(record: RecordReader, slot: AddressSlot | undefined): string | null {
  if (slot === undefined) return null;
  const at = slotOffset(record, slot);
  const { view } = record;
  if (slot.family === 4) return formatIpv4(view.getUint32(at));
  return formatIpv6(
    view.getUint32(at),
    view.getUint32(at + 4),
    view.getUint32(at + 8),
    view.getUint32(at + 12),
  );
}
