// Records of layout 2 (nfdump 1.7): a header of 12 bytes, then elements, each with type and length, packed and unaligned.
import type { Field, PairSlot, Shape, TimesSlot } from './shape.ts';

export const FLOW_RECORD = 11;
const HEADER_BYTES = 12;
const ELEMENT_HEADER_BYTES = 4;
/** Bit of the flags at 10: nfcapd multiplies counters when it knows the rate. */
const SCALED = 2;

const GENERIC = 1;
const IPV4 = 2;
const IPV6 = 3;
const SAMPLER = 18;
const FIREWALL_EVENT = 19;
const NAT_IPV4 = 20;
const NAT_IPV6 = 21;
const NAT_PORTS = 22;
const NAT_EVENT = 25;
const TUNNEL_IPV4 = 31;
const TUNNEL_IPV6 = 32;

/** Bytes that the elements read here must have, header not included. */
const CONTENT_BYTES: Readonly<Record<number, number>> = {
  [GENERIC]: 48,
  [IPV4]: 8,
  [IPV6]: 32,
  [SAMPLER]: 8,
  [FIREWALL_EVENT]: 8,
  [NAT_IPV4]: 8,
  [NAT_IPV6]: 32,
  [NAT_PORTS]: 4,
  [NAT_EVENT]: 8,
  [TUNNEL_IPV4]: 8,
  [TUNNEL_IPV6]: 32,
};

/** Walks the elements of the record at `at`; offsets of their contents. `null` = they do not fit in it. */
export function learnLayout2(view: DataView, at: number, size: number, littleEndian: boolean): Shape | null {
  if (size < HEADER_BYTES) return null;
  const count = view.getUint16(at + 4, littleEndian);
  const wordsAt: number[] = [];
  const contents = new Map<number, number>();
  let offset = HEADER_BYTES;
  for (let element = 0; element < count; element++) {
    if (offset + ELEMENT_HEADER_BYTES > size) return null;
    const type = view.getUint16(at + offset, littleEndian);
    const length = view.getUint16(at + offset + 2, littleEndian);
    const content = CONTENT_BYTES[type] ?? 0;
    if (length < ELEMENT_HEADER_BYTES + content || length > size - offset) return null;
    wordsAt.push(offset);
    contents.set(type, offset + ELEMENT_HEADER_BYTES);
    offset += length;
  }
  const pairs = pairsOf(contents);
  const generic = contents.get(GENERIC);
  const field = (shift: number, width: Field['width']): Field | null =>
    generic === undefined ? null : { at: generic + shift, width };
  const times: TimesSlot | null =
    generic === undefined ? null : { unit: 'ms', first: generic, last: generic + 8 };
  const sampler = contents.get(SAMPLER);
  const event = contents.get(FIREWALL_EVENT) ?? contents.get(NAT_EVENT);
  const mask4 = littleEndian ? 0xffff : -0x10000; // the number of elements, not engine type and id
  return {
    word0: view.getInt32(at, littleEndian),
    word4: view.getInt32(at + 4, littleEndian) & mask4,
    mask4,
    wordsAt: Int32Array.from(wordsAt),
    words: Int32Array.from(wordsAt, (from) => view.getInt32(at + from, littleEndian)),
    size,
    pairs,
    exporter: { at: 8, width: 2 },
    times,
    received: field(16, 8),
    packets: field(24, 8),
    bytes: field(32, 8),
    protocol: field(44, 1),
    tcpFlags: field(45, 1),
    event: event === undefined ? null : { at: event, width: 8 },
    scaledFlag: { at: 10, width: 1 },
    scaledMask: SCALED,
    selector: sampler === undefined ? null : { at: sampler, width: 8 },
  };
}

function pairsOf(contents: ReadonlyMap<number, number>): PairSlot[] {
  const generic = contents.get(GENERIC);
  const natPorts = contents.get(NAT_PORTS);
  const pairs: PairSlot[] = [];
  const add = (type: number, role: PairSlot['role'], ports: number | undefined): void => {
    const at = contents.get(type);
    if (at === undefined) return;
    const family = type === IPV4 || type === NAT_IPV4 || type === TUNNEL_IPV4 ? 4 : 6;
    pairs.push({
      family,
      role,
      src: at,
      dst: at + (family === 4 ? 4 : 16),
      srcPort: ports ?? -1,
      dstPort: ports === undefined ? -1 : ports + 2,
    });
  };
  const ports = generic === undefined ? undefined : generic + 40;
  add(IPV4, 'flow', ports);
  add(IPV6, 'flow', ports);
  add(NAT_IPV4, 'other', natPorts);
  add(NAT_IPV6, 'other', natPorts);
  add(TUNNEL_IPV4, 'other', undefined);
  add(TUNNEL_IPV6, 'other', undefined);
  return pairs;
}
