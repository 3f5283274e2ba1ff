// Records of layout 1 (nfdump 1.6): a fixed part, addresses and counters as flags say, then the extensions that a map lists.
import type { Field, PairSlot, Shape } from './shape.ts';

/** Flow records: up to nfdump 1.6.3 or so, and since. */
export const FLOW_RECORD_OLD = 1;
export const FLOW_RECORD = 10;
export const MAP_RECORD = 2;
const MAP_HEADER_BYTES = 8;

const IPV6 = 1;
const PACKETS_64 = 2;
const BYTES_64 = 4;
/** Counters multiplied by the sampling rate. */
const SCALED = 128;

const RECEIVED = 27;
const FIREWALL_EVENT = 37;
const NAT_PORTS = 38;
const NAT_IPV4 = 39;
const NAT_IPV6 = 40;
const NAT_IPV4_OLD = 47;

/** Bytes of each extension, by id (nfdump 1.6, nfx.h). */
const EXTENSION_BYTES: Readonly<Record<number, number>> = {
  4: 4,
  5: 8,
  6: 4,
  7: 8,
  8: 4,
  9: 4,
  10: 16,
  11: 4,
  12: 16,
  13: 4,
  14: 4,
  15: 8,
  16: 4,
  17: 8,
  18: 4,
  19: 8,
  20: 16,
  21: 16,
  22: 40,
  23: 4,
  24: 16,
  25: 4,
  26: 8,
  [RECEIVED]: 8,
  [FIREWALL_EVENT]: 20,
  [NAT_PORTS]: 4,
  [NAT_IPV4]: 8,
  [NAT_IPV6]: 32,
  41: 24,
  42: 24,
  43: 72,
  45: 24,
  46: 12,
  [NAT_IPV4_OLD]: 8,
  48: 8,
};

/** Maps kept of one file; nfcapd makes a few dozen. */
const MAX_MAPS = 4_096;

export type Maps = Map<number, readonly number[]>;

/** Takes an extension map record into `maps`. */
export function addMap(maps: Maps, view: DataView, at: number, size: number, littleEndian: boolean): void {
  if (size < MAP_HEADER_BYTES) return;
  const id = view.getUint16(at + 4, littleEndian);
  if (maps.size >= MAX_MAPS && !maps.has(id)) return;
  const extensions: number[] = [];
  for (let offset = MAP_HEADER_BYTES; offset + 2 <= size; offset += 2) {
    const extension = view.getUint16(at + offset, littleEndian);
    if (extension === 0) break; // the rest is padding
    extensions.push(extension);
  }
  maps.set(id, extensions);
}

/** Takes all maps of the records in view[from, to) into `maps`. @returns whether there were any */
export function addMaps(
  maps: Maps,
  view: DataView,
  from: number,
  to: number,
  littleEndian: boolean,
): boolean {
  let found = false;
  for (let at = from; to - at >= MAP_HEADER_BYTES; ) {
    const size = view.getUint16(at + 2, littleEndian);
    if (size < 4 || size > to - at) break;
    if (view.getUint16(at, littleEndian) === MAP_RECORD) {
      addMap(maps, view, at, size, littleEndian);
      found = true;
    }
    at += size;
  }
  return found;
}

/** `null` = the record is too short for what its flags and map say, or its map is missing. */
export function learnLayout1(
  view: DataView,
  at: number,
  size: number,
  littleEndian: boolean,
  maps: ReadonlyMap<number, readonly number[]>,
): Shape | null {
  const old = view.getUint16(at, littleEndian) === FLOW_RECORD_OLD;
  let offset = old ? 28 : 32;
  if (size < offset) return null;
  const flags = old ? view.getUint8(at + 4) : view.getUint16(at + 4, littleEndian);
  const extensions = maps.get(view.getUint16(at + 6, littleEndian));
  if (!extensions) return null;

  const pairs: PairSlot[] = [];
  const addPair = (family: 4 | 6, role: PairSlot['role'], from: number, ports: number): void => {
    const dst = from + (family === 4 ? 4 : 16);
    pairs.push({ family, role, src: from, dst, srcPort: ports, dstPort: ports < 0 ? -1 : ports + 2 });
  };
  const take = (bytes: number): number => {
    const from = offset;
    offset += bytes;
    return from;
  };

  const family = (flags & IPV6) !== 0 ? 6 : 4;
  addPair(family, 'flow', take(family === 4 ? 8 : 32), 24);
  const packetsWidth = (flags & PACKETS_64) !== 0 ? 8 : 4;
  const packets: Field = { at: take(packetsWidth), width: packetsWidth };
  const bytesWidth = (flags & BYTES_64) !== 0 ? 8 : 4;
  const bytes: Field = { at: take(bytesWidth), width: bytesWidth };

  const translated: { family: 4 | 6; from: number }[] = [];
  let natPorts = -1;
  let received: Field | null = null;
  let event: Field | null = null;
  for (const extension of extensions) {
    const length = EXTENSION_BYTES[extension];
    if (length === undefined) return null; // what follows cannot be found
    const from = take(length);
    if (extension === RECEIVED) received = { at: from, width: 8 };
    else if (extension === FIREWALL_EVENT) event = { at: from, width: 8 };
    else if (extension === NAT_PORTS) natPorts = from;
    else if (extension === NAT_IPV4 || extension === NAT_IPV4_OLD) translated.push({ family: 4, from });
    else if (extension === NAT_IPV6) translated.push({ family: 6, from });
  }
  if (offset > size) return null;
  for (const nat of translated) addPair(nat.family, 'other', nat.from, natPorts);

  // Flags and map; in old records the exporter's id stands between them.
  const mask4 = old ? (littleEndian ? 0xffff00ff | 0 : 0xff00ffff | 0) : -1;
  return {
    word0: view.getInt32(at, littleEndian),
    word4: view.getInt32(at + 4, littleEndian) & mask4,
    mask4,
    wordsAt: new Int32Array(0),
    words: new Int32Array(0),
    size,
    pairs,
    exporter: old ? { at: 5, width: 1 } : { at: 28, width: 2 },
    times: { unit: 's', first: 12, last: 16, firstMs: 8, lastMs: 10 },
    received,
    event,
    packets,
    bytes,
    protocol: { at: 22, width: 1 },
    tcpFlags: { at: 21, width: 1 },
    scaledFlag: { at: littleEndian || old ? 4 : 5, width: 1 },
    scaledMask: SCALED,
    selector: null,
  };
}
