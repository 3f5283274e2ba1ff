// From a captured packet to its UDP datagram: link header, tags, IP with options or extension headers, fragments.
// Packets are read in place, nothing is allocated: what was found stands in the fields until the next call.

/** What a packet holds: nothing of interest, a UDP datagram, or a part of one. */
export const PACKET = { other: 0, udp: 1, fragment: 2 } as const;
export type PacketKind = (typeof PACKET)[keyof typeof PACKET];

/** https://www.tcpdump.org/linktypes.html */
const LINK = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;
const KNOWN_LINKS: ReadonlySet<number> = new Set(Object.values(LINK));

/** Whether packets of a link type can be read. */
export function isLinkKnown(linkType: number): boolean {
  return KNOWN_LINKS.has(linkType);
}

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const PROTOCOL_UDP = 17;
export const UDP_HEADER_BYTES = 8;
const IPV6_HEADER_BYTES = 40;

/** IPv6 extension headers whose length counts units of 8 octets less one (RFC 8200 § 4, RFC 6275, RFC 5533, RFC 7401). */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140]);
const EXTENSION_FRAGMENT = 44;
const EXTENSION_AUTHENTICATION = 51;

export class Packet {
  family: 4 | 6 = 4;
  /** Where the addresses lie: 4 octets each, or 16. */
  sourceAt = 0;
  destinationAt = 0;
  /** The UDP payload; of a fragment what follows its IP headers. */
  payloadAt = 0;
  /** Octets of it that were captured. */
  payloadLength = 0;
  /** Octets that the capture's limit cut off. */
  missing = 0;
  /** Of a fragment: its place in the datagram in octets, whether more follow, and the datagram's identification. */
  fragmentOffset = 0;
  moreFragments = false;
  identification = 0;

  /** @param end where the captured part ends */
  read(view: DataView, at: number, end: number, linkType: number): PacketKind {
    switch (linkType) {
      case LINK.ethernet:
        return this.readTagged(view, at + 12, end);
      case LINK.linuxCooked:
        return this.readTagged(view, at + 14, end);
      case LINK.linuxCooked2:
        return at + 20 <= end ? this.readEthertype(view, view.getUint16(at), at + 20, end) : PACKET.other;
      case LINK.null:
      case LINK.loop:
        // The address family's number differs between systems: the version tells.
        return this.readIp(view, at + 4, end);
      default:
        return this.readIp(view, at, end);
    }
  }

  /** @param at of the ethertype, VLAN tags in front of it included */
  private readTagged(view: DataView, at: number, end: number): PacketKind {
    for (let tag = at; tag + 2 <= end; tag += 4) {
      const ethertype = view.getUint16(tag);
      if (!isVlanTag(ethertype)) return this.readEthertype(view, ethertype, tag + 2, end);
    }
    return PACKET.other;
  }

  private readEthertype(view: DataView, ethertype: number, at: number, end: number): PacketKind {
    if (ethertype === ETHERTYPE_IPV4 || ethertype === ETHERTYPE_IPV6) return this.readIp(view, at, end);
    return isVlanTag(ethertype) ? this.readTagged(view, at + 2, end) : PACKET.other;
  }

  private readIp(view: DataView, at: number, end: number): PacketKind {
    if (at >= end) return PACKET.other;
    const version = view.getUint8(at) >>> 4;
    if (version === 4) return this.readIpv4(view, at, end);
    return version === 6 ? this.readIpv6(view, at, end) : PACKET.other;
  }

  /** RFC 791 § 3.1 */
  private readIpv4(view: DataView, at: number, end: number): PacketKind {
    if (at + 20 > end || view.getUint8(at + 9) !== PROTOCOL_UDP) return PACKET.other;
    const headerLength = (view.getUint8(at) & 15) * 4;
    // Zero where the network card was to fill it in.
    const totalLength = view.getUint16(at + 2) || end - at;
    if (headerLength < 20 || totalLength < headerLength || at + headerLength > end) return PACKET.other;
    this.family = 4;
    this.sourceAt = at + 12;
    this.destinationAt = at + 16;
    const fragment = view.getUint16(at + 6);
    if ((fragment & 0x3fff) === 0) return this.readUdp(view, at + headerLength, at + totalLength, end);
    this.identification = view.getUint16(at + 4);
    return this.setFragment(
      fragment & 0x1fff,
      (fragment & 0x2000) !== 0,
      at + headerLength,
      at + totalLength,
      end,
    );
  }

  /** RFC 8200 §§ 3 and 4 */
  private readIpv6(view: DataView, at: number, end: number): PacketKind {
    if (at + IPV6_HEADER_BYTES > end) return PACKET.other;
    this.family = 6;
    this.sourceAt = at + 8;
    this.destinationAt = at + 24;
    const payloadLength = view.getUint16(at + 4);
    const ipEnd = payloadLength === 0 ? end : at + IPV6_HEADER_BYTES + payloadLength;
    let header = view.getUint8(at + 6);
    let next = at + IPV6_HEADER_BYTES;
    while (header !== PROTOCOL_UDP) {
      if (next + 8 > end || next + 8 > ipEnd) return PACKET.other;
      const following = view.getUint8(next);
      if (header === EXTENSION_FRAGMENT) {
        const fragment = view.getUint16(next + 2);
        // An atomic fragment is whole (RFC 6946).
        if ((fragment & 0xfff9) !== 0) {
          if (following !== PROTOCOL_UDP) return PACKET.other;
          this.identification = view.getUint32(next + 4);
          return this.setFragment(fragment >>> 3, (fragment & 1) !== 0, next + 8, ipEnd, end);
        }
        next += 8;
      } else if (EXTENSIONS.has(header)) next += (view.getUint8(next + 1) + 1) * 8;
      else if (header === EXTENSION_AUTHENTICATION) next += (view.getUint8(next + 1) + 2) * 4;
      else return PACKET.other;
      header = following;
    }
    return this.readUdp(view, next, ipEnd, end);
  }

  /**
   * RFC 768.
   * @param ipEnd where the IP packet ends by its header; behind it may lie the link's padding, or it was not captured
   */
  readUdp(view: DataView, at: number, ipEnd: number, end: number): PacketKind {
    if (at + UDP_HEADER_BYTES > ipEnd || at + UDP_HEADER_BYTES > end) return PACKET.other;
    const udpLength = view.getUint16(at + 4);
    const udpEnd = udpLength < UDP_HEADER_BYTES ? ipEnd : Math.min(at + udpLength, ipEnd);
    this.payloadAt = at + UDP_HEADER_BYTES;
    this.payloadLength = Math.min(udpEnd, end) - this.payloadAt;
    this.missing = Math.max(0, udpEnd - end);
    return PACKET.udp;
  }

  private setFragment(units: number, more: boolean, at: number, ipEnd: number, end: number): PacketKind {
    this.fragmentOffset = units * 8;
    this.moreFragments = more;
    this.payloadAt = at;
    this.payloadLength = Math.max(0, Math.min(ipEnd, end) - at);
    this.missing = Math.max(0, ipEnd - end);
    return PACKET.fragment;
  }
}

/** 802.1Q, 802.1ad, and what came before it. */
function isVlanTag(ethertype: number): boolean {
  return ethertype === 0x8100 || ethertype === 0x88a8 || ethertype === 0x9100 || ethertype === 0x9200;
}
