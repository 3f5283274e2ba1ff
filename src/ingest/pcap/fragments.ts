// Puts fragmented datagrams together again (RFC 791 § 3.2, RFC 8200 § 4.5). Bounded in datagrams, bytes and time; a
// fragment that overlaps another gives up its datagram (RFC 5722), a mere repetition does not.
import type { Packet } from './packet.ts';

export interface FragmentLimits {
  /** Datagrams waiting at once. */
  readonly maxDatagrams: number;
  /** Bytes waiting in all. */
  readonly maxBytes: number;
  /** Fragments of one datagram. */
  readonly maxFragments: number;
  /** By the capture's clock; RFC 8200 § 4.5 says 60 seconds. */
  readonly maxAgeMs: number;
}

const FRAGMENT_LIMITS: FragmentLimits = {
  maxDatagrams: 4_096,
  maxBytes: 32 * 1024 * 1024,
  maxFragments: 1_024,
  maxAgeMs: 60_000,
};

/** What an IP datagram can hold (RFC 791 § 3.1). */
const MAX_DATAGRAM_BYTES = 65_535;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A datagram of which parts have come. */
export interface PartialDatagram {
  /** The source address: 4 or 16 octets. */
  readonly source: Uint8Array;
  readonly firstMs: number;
  readonly pieces: Piece[];
  bytes: number;
  /** Length of the whole, once its last fragment has come. */
  total: number | null;
  /** Given up or not wanted: what still comes of it is let go. */
  isOver: boolean;
}

export class Reassembler {
  /** The last datagram that `add` completed, its UDP header first; valid until the next. */
  readonly buffer = new Uint8Array(MAX_DATAGRAM_BYTES);
  readonly view = new DataView(this.buffer.buffer);
  private readonly limits: FragmentLimits;
  /** Oldest first. */
  private readonly waiting = new Map<string, PartialDatagram>();
  private bytes = 0;
  private readonly isWanted: (start: Uint8Array) => boolean;
  private readonly onLost: (datagram: PartialDatagram) => void;

  /**
   * @param isWanted told the first fragment, UDP header first: the rest of what is not wanted is let go
   * @param onLost called once for a datagram that can no longer be completed
   */
  constructor(
    isWanted: (start: Uint8Array) => boolean,
    onLost: (datagram: PartialDatagram) => void,
    limits: Partial<FragmentLimits> = {},
  ) {
    this.isWanted = isWanted;
    this.onLost = onLost;
    this.limits = { ...FRAGMENT_LIMITS, ...limits };
  }

  /** @returns length of the datagram that this fragment completes, in `buffer`; 0 = none */
  add(packet: Packet, bytes: Uint8Array, view: DataView, atMs: number): number {
    this.expire(atMs);
    const key = keyOf(packet, view);
    let datagram = this.waiting.get(key);
    if (!datagram) {
      this.makeRoom(packet.payloadLength);
      const source = bytes.slice(packet.sourceAt, packet.sourceAt + addressBytes(packet));
      datagram = { source, firstMs: atMs, pieces: [], bytes: 0, total: null, isOver: false };
      this.waiting.set(key, datagram);
    }
    if (datagram.isOver) return 0;
    if (
      packet.fragmentOffset === 0 &&
      !this.isWanted(bytes.subarray(packet.payloadAt, packet.payloadAt + packet.payloadLength))
    ) {
      this.release(datagram);
      return 0;
    }
    if (!this.accept(datagram, packet, bytes)) {
      this.lose(datagram);
      return 0;
    }
    if (datagram.bytes !== datagram.total) return 0;
    for (const piece of datagram.pieces) this.buffer.set(piece.bytes, piece.offset);
    this.forget(key, datagram);
    return datagram.total;
  }

  /** End of the capture: nothing more comes. */
  drain(): void {
    for (const [key, datagram] of this.waiting) {
      this.lose(datagram);
      this.forget(key, datagram);
    }
  }

  /** @returns false where the fragment contradicts what has come, or cannot be whole */
  private accept(datagram: PartialDatagram, packet: Packet, bytes: Uint8Array): boolean {
    const offset = packet.fragmentOffset;
    const length = packet.payloadLength;
    const end = offset + length;
    if (packet.missing > 0 || length === 0 || end > MAX_DATAGRAM_BYTES) return false;
    if (packet.moreFragments && length % 8 !== 0) return false;
    const content = bytes.subarray(packet.payloadAt, packet.payloadAt + length);
    for (const piece of datagram.pieces) {
      if (offset >= piece.offset + piece.bytes.length || end <= piece.offset) continue;
      return offset === piece.offset && isEqual(content, piece.bytes);
    }
    if (packet.moreFragments ? datagram.total !== null && end > datagram.total : datagram.total !== null)
      return false;
    if (!packet.moreFragments) {
      if (datagram.pieces.some((piece) => piece.offset >= end)) return false;
      datagram.total = end;
    }
    if (datagram.pieces.length >= this.limits.maxFragments) return false;
    datagram.pieces.push({ offset, bytes: content.slice() });
    datagram.bytes += length;
    this.bytes += length;
    return true;
  }

  private expire(atMs: number): void {
    for (const [key, datagram] of this.waiting) {
      if (atMs - datagram.firstMs <= this.limits.maxAgeMs) break;
      this.lose(datagram);
      this.forget(key, datagram);
    }
  }

  private makeRoom(length: number): void {
    for (const [key, datagram] of this.waiting) {
      if (this.waiting.size < this.limits.maxDatagrams && this.bytes + length <= this.limits.maxBytes) break;
      this.lose(datagram);
      this.forget(key, datagram);
    }
  }

  private lose(datagram: PartialDatagram): void {
    if (datagram.isOver) return;
    this.onLost(datagram);
    this.release(datagram);
  }

  /** Keeps the entry, so that later fragments of the same datagram do not begin another. */
  private release(datagram: PartialDatagram): void {
    datagram.isOver = true;
    this.bytes -= datagram.bytes;
    datagram.bytes = 0;
    datagram.pieces.length = 0;
  }

  private forget(key: string, datagram: PartialDatagram): void {
    this.bytes -= datagram.bytes;
    this.waiting.delete(key);
  }
}

/** Source, destination and identification; the protocol is UDP throughout. */
function keyOf(packet: Packet, view: DataView): string {
  let key = `${packet.identification}`;
  const { sourceAt, destinationAt } = packet;
  for (let at = 0; at < addressBytes(packet); at += 4) {
    key += `,${view.getUint32(sourceAt + at)},${view.getUint32(destinationAt + at)}`;
  }
  return key;
}

function addressBytes({ family }: Packet): number {
  return family === 4 ? 4 : 16;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
