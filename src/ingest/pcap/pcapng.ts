// pcapng: sections of blocks; interfaces are described before their packets, each with its link type and clock.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
import { type CaptureFormat, DAMAGED, INCOMPLETE, MAX_PACKET_BYTES } from './capture-format.ts';

const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 2, simplePacket: 3, enhancedPacket: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type and length in front, the length again behind. */
const FRAME_BYTES = 12;
/** The tools that write blocks keep to this. */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;
const MAX_INTERFACES = 65_536;
const OPTION = { end: 0, timestampResolution: 9, timestampOffset: 14 } as const;
/** The latest time that a classic capture can tell: what lies beyond is no time. */
const MAX_TIME_MS = 2 ** 32 * 1_000;
/** Block types that may follow damage; the standard's own. */
const LARGEST_KNOWN_TYPE = 10;

interface CaptureInterface {
  readonly linkType: number;
  /** 0 = unlimited */
  readonly snapshotLength: number;
  readonly ticksPerMs: number;
  readonly offsetMs: number;
}

/** Reads the byte order from a section header block (§ 4.1). @returns null where there is none */
function readSectionByteOrder(view: DataView, at: number): { littleEndian: boolean } | null {
  if (view.getUint32(at) !== BLOCK.section) return null;
  if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return { littleEndian: true };
  return view.getUint32(at + 8) === BYTE_ORDER_MAGIC ? { littleEndian: false } : null;
}

export class PcapngFormat implements CaptureFormat {
  packetAt = -1;
  packetEnd = 0;
  linkType = 0;
  atMs = -1;
  needed = FRAME_BYTES;
  complaint: string | null = null;
  private littleEndian = true;
  private interfaces: CaptureInterface[] = [];

  next(view: DataView, at: number, end: number): number {
    this.packetAt = -1;
    this.complaint = null;
    if (at + FRAME_BYTES > end) {
      this.needed = FRAME_BYTES;
      return INCOMPLETE;
    }
    const order = readSectionByteOrder(view, at);
    if (order) this.littleEndian = order.littleEndian;
    const type = view.getUint32(at, this.littleEndian);
    const length = view.getUint32(at + 4, this.littleEndian);
    if (!isBlockLength(length) || (type === BLOCK.section && !order)) {
      this.complaint = `a block of type ${type} claims ${length} bytes; ${FRAME_BYTES} to ${MAX_BLOCK_BYTES}, by fours, are possible`;
      return DAMAGED;
    }
    const next = at + length;
    if (next > end) {
      this.needed = length;
      return INCOMPLETE;
    }
    if (view.getUint32(next - 4, this.littleEndian) !== length) {
      this.complaint = `a block of type ${type} does not end with its length of ${length} bytes`;
      return DAMAGED;
    }
    this.readBlock(view, type, at, next - 4);
    return next;
  }

  resynchronise(view: DataView, at: number, end: number, isEnded: boolean): number {
    for (let start = at; start + FRAME_BYTES <= end; start++) {
      const order = readSectionByteOrder(view, start);
      const littleEndian = order?.littleEndian ?? this.littleEndian;
      const type = view.getUint32(start, littleEndian);
      if (!order && (type === 0 || type > LARGEST_KNOWN_TYPE)) continue;
      const length = view.getUint32(start + 4, littleEndian);
      if (!isBlockLength(length) || length > MAX_PACKET_BYTES + 4_096) continue;
      if (start + length > end) {
        if (!isEnded) return ~start;
      } else if (view.getUint32(start + length - 4, littleEndian) === length) return start;
    }
    return ~Math.max(at, isEnded ? end : end - FRAME_BYTES + 1);
  }

  /** @param end of the block's body */
  private readBlock(view: DataView, type: number, at: number, end: number): void {
    switch (type) {
      case BLOCK.section:
        this.interfaces = [];
        break;
      case BLOCK.interface:
        this.readInterface(view, at + 8, end);
        break;
      case BLOCK.enhancedPacket:
        if (at + 28 > end) this.complaint = 'a packet block is too short for its header';
        else this.readPacket(view, view.getUint32(at + 8, this.littleEndian), at + 12, end);
        break;
      case BLOCK.packet:
        if (at + 28 > end) this.complaint = 'a packet block is too short for its header';
        else this.readPacket(view, view.getUint16(at + 8, this.littleEndian), at + 12, end);
        break;
      case BLOCK.simplePacket:
        this.readSimplePacket(view, at, end);
        break;
    }
  }

  /** § 4.2 */
  private readInterface(view: DataView, at: number, end: number): void {
    if (at + 8 > end || this.interfaces.length >= MAX_INTERFACES) {
      this.complaint = 'an interface description is cut off, or one of too many';
      return;
    }
    let ticksPerMs = 1_000;
    let offsetMs = 0;
    for (let option = at + 8; option + 4 <= end; ) {
      const code = view.getUint16(option, this.littleEndian);
      const length = view.getUint16(option + 2, this.littleEndian);
      const value = option + 4;
      if (code === OPTION.end || value + length > end) break;
      if (code === OPTION.timestampResolution && length >= 1) {
        const exponent = view.getUint8(value);
        ticksPerMs = (exponent & 0x80 ? 2 ** (exponent & 0x7f) : 10 ** exponent) / 1_000;
      } else if (code === OPTION.timestampOffset && length >= 8) {
        offsetMs = Number(view.getBigInt64(value, this.littleEndian)) * 1_000;
      }
      option = value + Math.ceil(length / 4) * 4;
    }
    this.interfaces.push({
      linkType: view.getUint16(at, this.littleEndian),
      snapshotLength: view.getUint32(at + 4, this.littleEndian),
      ticksPerMs,
      offsetMs,
    });
  }

  /** §§ 4.3 and A. @param at of the time's upper half */
  private readPacket(view: DataView, number: number, at: number, end: number): void {
    const captured = view.getUint32(at + 8, this.littleEndian);
    const source = this.interfaceOf(number);
    if (!source) return;
    if (captured > end - at - 16) {
      this.complaint = `a packet block claims ${captured} bytes and has room for ${end - at - 16}`;
      return;
    }
    const ticks = view.getUint32(at, this.littleEndian) * 2 ** 32 + view.getUint32(at + 4, this.littleEndian);
    const atMs = Math.floor(ticks / source.ticksPerMs) + source.offsetMs;
    this.atMs = atMs >= 0 && atMs < MAX_TIME_MS ? atMs : -1;
    this.linkType = source.linkType;
    this.packetAt = at + 16;
    this.packetEnd = at + 16 + captured;
  }

  /** § 4.4: of the first interface, cut to its snapshot length, without a time: the last one told stands in. */
  private readSimplePacket(view: DataView, at: number, end: number): void {
    const source = this.interfaceOf(0);
    if (!source || at + 12 > end) return;
    const original = view.getUint32(at + 8, this.littleEndian);
    this.linkType = source.linkType;
    this.packetAt = at + 12;
    this.packetEnd = at + 12 + Math.min(original, source.snapshotLength || original, end - at - 12);
  }

  private interfaceOf(number: number): CaptureInterface | null {
    const source = this.interfaces[number];
    if (!source) this.complaint = `a packet is of interface ${number}, which was not described`;
    return source ?? null;
  }
}

function isBlockLength(length: number): boolean {
  return length >= FRAME_BYTES && length <= MAX_BLOCK_BYTES && length % 4 === 0;
}
