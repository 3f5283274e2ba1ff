// The compiled plan of a template: where in a record its addresses and the fields of a flow lie. Made once,
// used for every record.
import { type AddressSlot, addressSlots, pairSlots, type SlotPair } from './address-slots.ts';
import { type FieldSpecifier, VARIABLE_LENGTH } from './field.ts';
import { PEN, ROLE, ROLES, roleOf } from './roles.ts';

export type { AddressSlot, SlotPair } from './address-slots.ts';
export type { FieldSpecifier } from './field.ts';

/** A template's content, plain: a worker compiles it once and keeps it by `key`. */
export interface LayoutSpec {
  /** Equal for equal content: the fields in order, in text. */
  readonly key: string;
  readonly version: 1 | 5 | 7 | 9 | 10;
  readonly fields: readonly FieldSpecifier[];
}

/**
 * What the records of a data set need to know of their exporter, as known when the set was read. Plain,
 * immutable.
 */
export interface SetContext {
  readonly exporter: string;
  readonly version: number;
  /** Source id (v9), observation domain id (IPFIX), engine type and id (v5: type << 8 | id). */
  readonly domain: number;
  /** systemInitTimeMilliseconds (160) from options data; null = not announced. */
  readonly systemInitMs: number | null;
  /** Sampling rate that options data announce for the whole domain; null = not announced. */
  readonly sampling: number | null;
  /** Rates by sampler or selector id (48, 302), from options data. */
  readonly samplers: readonly (readonly [id: number, rate: number])[];
}

export interface Layout {
  readonly spec: LayoutSpec;
  /** Octets of every record; 0 = they vary. */
  readonly stride: number;
  /** Octets of the smallest record; 0 = the template describes nothing. */
  readonly minLength: number;
  readonly isOptions?: never;
  /** Every address that is matched, in the record's order. */
  readonly slots: readonly AddressSlot[];
  /** Pairs that may be the flow, outermost first, then those that stand beside it. */
  readonly pairs: readonly SlotPair[];
  /** How many of `pairs` may be the flow itself. */
  readonly flowPairs: number;
  /** Per field: the variable fields before it, and its octets after the last of them ends. */
  readonly anchorOf: Int16Array;
  readonly relativeOf: Int32Array;
  /** Fixed octets before each variable field (since the last), and after the last one. */
  readonly gaps: Int32Array;
  readonly tail: number;
  /** Per role (roles.ts): the field that holds it, or -1; `reverse` for the way back of a biflow. */
  readonly forward: Int16Array;
  readonly reverse: Int16Array;
  /** The record may count a way back (RFC 5103, or initiator and responder). */
  readonly biflow: boolean;
}

/** Upper bound of fields in a template that can be compiled; `walkRecord` needs one anchor more. */
export const MAX_LAYOUT_FIELDS = 16_384;

const layoutVersions = { 1: '1', 5: '5', 7: '7', 9: '9', 10: '10' } as const;

export function layoutSpec(version: LayoutSpec['version'], fields: readonly FieldSpecifier[]): LayoutSpec {
  let key = `${layoutVersions[version]}:`;
  for (const { pen, id, length } of fields) key += pen === 0 ? `${id}/${length},` : `${pen}.${id}/${length},`;
  return { key, version, fields };
}

export function compileLayout(spec: LayoutSpec): Layout {
  const { fields } = spec;
  const anchorOf = new Int16Array(fields.length);
  const relativeOf = new Int32Array(fields.length);
  const gaps: number[] = [];
  let run = 0;
  let minLength = 0;
  fields.forEach(({ length }, at) => {
    anchorOf[at] = gaps.length;
    relativeOf[at] = run;
    if (length === VARIABLE_LENGTH) {
      gaps.push(run);
      run = 0;
      minLength += 1;
    } else {
      run += length;
      minLength += length;
    }
  });
  const forward = fieldsByRole(fields, 0);
  const reverse = fieldsByRole(fields, PEN.reverse);
  pairResponder(fields, forward, reverse);
  const slots = addressSlots(fields, anchorOf, relativeOf);
  const { pairs, flowPairs } = pairSlots(fields, slots, forward);
  return {
    spec,
    stride: gaps.length === 0 ? run : 0,
    minLength,
    slots,
    pairs,
    flowPairs,
    anchorOf,
    relativeOf,
    gaps: Int32Array.from(gaps),
    tail: run,
    forward,
    reverse,
    biflow: reverse[ROLE.bytes]! >= 0 || reverse[ROLE.packets]! >= 0,
  };
}

/**
 * @param pen PEN.reverse: only the reversed elements of RFC 5103, under their forward number; else all but
 * those
 */
function fieldsByRole(fields: readonly FieldSpecifier[], pen: number): Int16Array {
  const found = new Int16Array(ROLES.length).fill(-1);
  const ranks = new Uint8Array(ROLES.length).fill(255);
  fields.forEach((field, at) => {
    if ((field.pen === PEN.reverse) !== (pen === PEN.reverse)) return;
    if (field.length === 0 || field.length === VARIABLE_LENGTH) return;
    const row = roleOf(field.pen === PEN.reverse ? 0 : field.pen, field.id);
    if (row === undefined || row.rank > ranks[row.role]!) return;
    found[row.role] = at;
    ranks[row.role] = row.rank;
  });
  return found;
}

/**
 * Responder counters (232, 299) are the way back only beside the initiator's (231, 298): Huawei sends a
 * lone 232 as something else.
 */
function pairResponder(fields: readonly FieldSpecifier[], forward: Int16Array, reverse: Int16Array): void {
  if (!fields.some(({ pen, id }) => pen === 0 && (id === 231 || id === 298))) return;
  if (reverse[ROLE.bytes]! < 0) reverse[ROLE.bytes] = forward[ROLE.responderBytes]!;
  if (reverse[ROLE.packets]! < 0) reverse[ROLE.packets] = forward[ROLE.responderPackets]!;
}

/** Octets of the record at `offset`; 0 where no whole record is left before `end`. */
export function recordLength(layout: Layout, view: DataView, offset: number, end: number): number {
  if (layout.stride > 0) return offset + layout.stride <= end ? layout.stride : 0;
  return walkRecord(layout, view, offset, end, scratchAnchors);
}

const scratchAnchors = new Int32Array(MAX_LAYOUT_FIELDS + 1);

/**
 * As `recordLength`, and fills `anchors`: `anchors[0]` is the record's start, `anchors[n]` where its n-th
 * variable field ends. Needs `layout.gaps.length + 1` places.
 */
export function walkRecord(
  layout: Layout,
  view: DataView,
  offset: number,
  end: number,
  anchors: Int32Array,
): number {
  const { gaps } = layout;
  anchors[0] = offset;
  let at = offset;
  for (let n = 0; n < gaps.length; n++) {
    at += gaps[n]!;
    if (at >= end) return 0;
    let length = view.getUint8(at);
    at += 1;
    if (length === 255) {
      if (at + 2 > end) return 0;
      length = view.getUint16(at);
      at += 2;
    }
    at += length;
    anchors[n + 1] = at;
  }
  at += layout.tail;
  return at <= end ? at - offset : 0;
}
