// Where a record's addresses lie, and which of them belong together.
import { type FieldSpecifier, VARIABLE_LENGTH } from './field.ts';
import { type AddressKind, addressOf, type Family, ROLE, roleOf, type Side } from './roles.ts';

/** Octets of each address family. */
const ADDRESS_LENGTH: Readonly<Record<Family, number>> = { 4: 4, 6: 16 };

/** A source or destination address of the record. */
export interface AddressSlot {
  /** Octets from the record's start; -1 behind a variable field. */
  readonly offset: number;
  readonly family: Family;
  readonly side: Side;
  /** Place of the field in the template's fields. */
  readonly field: number;
  /** For `offset` -1: the address lies `relative` octets after `anchors[anchor]` of `walkRecord`. */
  readonly anchor: number;
  readonly relative: number;
}

/**
 * A source and destination that belong together; each -1 or a place in `slots`, ports -1 or a place in
 * `spec.fields`.
 */
export interface SlotPair {
  readonly kind: AddressKind;
  readonly src: number;
  readonly dst: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly protocol: number;
}

export function addressSlots(
  fields: readonly FieldSpecifier[],
  anchorOf: Int16Array,
  relativeOf: Int32Array,
): AddressSlot[] {
  const rows = fields.map((field, at) => {
    const row = addressOf(field.pen, field.id);
    return row !== undefined && field.length === ADDRESS_LENGTH[row.family] ? { ...row, at } : null;
  });
  const hasFlow = rows.some((row) => row?.kind === 'flow');
  const slots: AddressSlot[] = [];
  for (const row of rows) {
    if (row === null || (row.kind === 'endpoint' && hasFlow)) continue;
    const anchor = anchorOf[row.at]!;
    const relative = relativeOf[row.at]!;
    const offset = anchor === 0 ? relative : -1;
    slots.push({ offset, family: row.family, side: row.side, field: row.at, anchor, relative });
  }
  return slots;
}

/**
 * The n-th source of a kind and family goes with its n-th destination; what is left over is paired across
 * families.
 */
export function pairSlots(
  fields: readonly FieldSpecifier[],
  slots: readonly AddressSlot[],
  forward: Int16Array,
): { pairs: SlotPair[]; flowPairs: number } {
  const kindOf = (slot: AddressSlot) => {
    const { pen, id } = fields[slot.field]!;
    return addressOf(pen, id)!.kind;
  };
  const placesOf = (kind: AddressKind, side: Side, family?: Family) =>
    slots.flatMap((slot, at) =>
      kindOf(slot) === kind && slot.side === side && (family === undefined || slot.family === family)
        ? [at]
        : [],
    );
  const pairsOf = (kind: AddressKind): { src: number; dst: number }[] => {
    const found: { src: number; dst: number }[] = [];
    const left: { src: number[]; dst: number[] } = { src: [], dst: [] };
    for (const family of [4, 6] as const) {
      const sources = placesOf(kind, 'src', family);
      const destinations = placesOf(kind, 'dst', family);
      const both = Math.min(sources.length, destinations.length);
      for (let n = 0; n < both; n++) found.push({ src: sources[n]!, dst: destinations[n]! });
      left.src.push(...sources.slice(both));
      left.dst.push(...destinations.slice(both));
    }
    for (let n = 0; n < Math.max(left.src.length, left.dst.length); n++) {
      found.push({ src: left.src[n] ?? -1, dst: left.dst[n] ?? -1 });
    }
    return found.sort((a, b) => Math.max(a.src, a.dst) - Math.max(b.src, b.dst));
  };
  const outer = [...pairsOf('flow'), ...pairsOf('endpoint')];
  const occurrences = (role: number) =>
    fields.flatMap(({ pen, id, length }, at) =>
      roleOf(pen, id)?.role === role && length !== 0 && length !== VARIABLE_LENGTH ? [at] : [],
    );
  /** Ports and protocol repeat with their addresses, or are given once for all. */
  const repeated = (role: number) => {
    const all = occurrences(role);
    return (n: number) => (all.length === outer.length ? all[n]! : forward[role]!);
  };
  const srcPort = repeated(ROLE.srcPort);
  const dstPort = repeated(ROLE.dstPort);
  const protocol = repeated(ROLE.protocol);
  const pairs: SlotPair[] = outer.map((pair, n) => ({
    kind: 'flow',
    ...pair,
    srcPort: srcPort(n),
    dstPort: dstPort(n),
    protocol: protocol(n),
  }));
  const beside = (kind: AddressKind, src: number, dst: number, protocolRole: number) => {
    for (const pair of pairsOf(kind)) {
      pairs.push({
        kind,
        ...pair,
        srcPort: forward[src]!,
        dstPort: forward[dst]!,
        protocol: forward[protocolRole]!,
      });
    }
  };
  beside('inner', ROLE.innerSrcPort, ROLE.innerDstPort, ROLE.innerProtocol);
  const flowPairs = pairs.length;
  beside('nat', ROLE.natSrcPort, ROLE.natDstPort, ROLE.protocol);
  beside('tunnel', ROLE.tunnelSrcPort, ROLE.tunnelDstPort, ROLE.protocol);
  return { pairs, flowPairs };
}
