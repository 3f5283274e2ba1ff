// Classic pcap: a header of 24 octets, then records of 16 and their packet, in the byte order of the machine that wrote it.
// https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
import { type CaptureFormat, DAMAGED, INCOMPLETE, MAX_PACKET_BYTES } from './capture-format.ts';

const PCAP_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** After damage, two records are plausible whose times lie within this of each other. */
const MAX_GAP_SECONDS = 86_400;

interface PcapHeader {
  readonly littleEndian: boolean;
  readonly ticksPerMs: number;
}

/** @returns null where the bytes do not begin a pcap file */
export function readPcapMagic(head: Uint8Array): PcapHeader | null {
  if (head.length < 4) return null;
  const view = new DataView(head.buffer, head.byteOffset, 4);
  for (const littleEndian of [true, false]) {
    const magic = view.getUint32(0, littleEndian);
    if (magic === MAGIC_MICROSECONDS) return { littleEndian, ticksPerMs: 1_000 };
    if (magic === MAGIC_NANOSECONDS) return { littleEndian, ticksPerMs: 1_000_000 };
  }
  return null;
}

export class PcapFormat implements CaptureFormat {
  packetAt = -1;
  packetEnd = 0;
  atMs = -1;
  linkType = 0;
  needed = PCAP_HEADER_BYTES;
  complaint: string | null = null;
  private readonly littleEndian: boolean;
  private readonly ticksPerMs: number;
  private isHeaderRead = false;

  constructor(header: PcapHeader) {
    this.littleEndian = header.littleEndian;
    this.ticksPerMs = header.ticksPerMs;
  }

  next(view: DataView, at: number, end: number): number {
    this.packetAt = -1;
    this.complaint = null;
    if (!this.isHeaderRead) return this.readHeader(view, at, end);
    if (at + RECORD_HEADER_BYTES > end) {
      this.needed = RECORD_HEADER_BYTES;
      return INCOMPLETE;
    }
    const captured = view.getUint32(at + 8, this.littleEndian);
    if (captured > MAX_PACKET_BYTES) {
      this.complaint = `a packet record claims ${captured} bytes; the limit is ${MAX_PACKET_BYTES}`;
      return DAMAGED;
    }
    const ticks = view.getUint32(at + 4, this.littleEndian);
    if (ticks >= this.ticksPerMs * 1_000) {
      this.complaint = `a packet record's time has a fraction of ${ticks}, a whole second or more`;
      return DAMAGED;
    }
    if (captured === 0 && view.getUint32(at + 12, this.littleEndian) === 0) {
      this.complaint = 'a packet record holds nothing: zeros where data was lost';
      return DAMAGED;
    }
    const next = at + RECORD_HEADER_BYTES + captured;
    if (next > end) {
      this.needed = RECORD_HEADER_BYTES + captured;
      return INCOMPLETE;
    }
    this.atMs = view.getUint32(at, this.littleEndian) * 1_000 + Math.floor(ticks / this.ticksPerMs);
    this.packetAt = at + RECORD_HEADER_BYTES;
    this.packetEnd = next;
    return next;
  }

  resynchronise(view: DataView, at: number, end: number, isEnded: boolean): number {
    for (let start = at; start + RECORD_HEADER_BYTES <= end; start++) {
      if (!this.isPlausible(view, start)) continue;
      const next = start + RECORD_HEADER_BYTES + view.getUint32(start + 8, this.littleEndian);
      if (next === end && isEnded) return start;
      if (next + RECORD_HEADER_BYTES > end) {
        if (!isEnded) return ~start;
      } else if (this.isPlausible(view, next) && this.isClose(view, start, next)) return start;
    }
    return ~Math.max(at, isEnded ? end : end - RECORD_HEADER_BYTES + 1);
  }

  private readHeader(view: DataView, at: number, end: number): number {
    if (at + PCAP_HEADER_BYTES > end) {
      this.needed = PCAP_HEADER_BYTES;
      return INCOMPLETE;
    }
    // The upper half holds the length of frame check sequences.
    this.linkType = view.getUint32(at + 20, this.littleEndian) & 0xffff;
    this.isHeaderRead = true;
    return at + PCAP_HEADER_BYTES;
  }

  private isPlausible(view: DataView, at: number): boolean {
    const captured = view.getUint32(at + 8, this.littleEndian);
    const original = view.getUint32(at + 12, this.littleEndian);
    if (captured === 0 || captured > MAX_PACKET_BYTES || original < captured || original > MAX_PACKET_BYTES)
      return false;
    return view.getUint32(at + 4, this.littleEndian) < this.ticksPerMs * 1_000;
  }

  private isClose(view: DataView, at: number, next: number): boolean {
    const gap = view.getUint32(at, this.littleEndian) - view.getUint32(next, this.littleEndian);
    return Math.abs(gap) <= MAX_GAP_SECONDS;
  }
}
