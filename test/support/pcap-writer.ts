// Captures made in tests, packet by packet: link headers, tags, IPv4 and IPv6, fragments, pcap and pcapng in both byte orders.

export interface UdpOptions {
  readonly source?: string;
  readonly destination?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

const DEFAULTS = {
  source: '192.0.2.1',
  destination: '192.0.2.250',
  sourcePort: 50_000,
  destinationPort: 2_055,
};

function udp(payload: Uint8Array, options: UdpOptions): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(options.sourcePort ?? DEFAULTS.sourcePort, 0);
  header.writeUInt16BE(options.destinationPort ?? DEFAULTS.destinationPort, 2);
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, payload]);
}

function ipv4Packet(
  content: Uint8Array,
  options: UdpOptions,
  id: number,
  fragment: number,
  extra: Uint8Array,
): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x40 | (5 + extra.length / 4);
  header.writeUInt16BE(20 + extra.length + content.length, 2);
  header.writeUInt16BE(id, 4);
  header.writeUInt16BE(fragment, 6);
  header[8] = 64;
  header[9] = 17;
  header.set((options.source ?? DEFAULTS.source).split('.').map(Number), 12);
  header.set((options.destination ?? DEFAULTS.destination).split('.').map(Number), 16);
  return Buffer.concat([header, extra, content]);
}

/** @param headerOptions a multiple of 4 octets */
export function ipv4(
  payload: Uint8Array,
  options: UdpOptions = {},
  headerOptions = new Uint8Array(0),
): Buffer {
  return ipv4Packet(udp(payload, options), options, 1, 0, headerOptions);
}

/** @param size octets of the datagram in each fragment, a multiple of 8 */
export function ipv4Fragments(
  payload: Uint8Array,
  id: number,
  size: number,
  options: UdpOptions = {},
): Buffer[] {
  const datagram = udp(payload, options);
  return pieces(datagram, size).map(({ offset, bytes, more }) =>
    ipv4Packet(bytes, options, id, (more ? 0x2000 : 0) | (offset / 8), new Uint8Array(0)),
  );
}

/** `address` in full: eight groups. */
function ipv6Address(address: string): Buffer {
  return Buffer.from(
    address
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  );
}

const IPV6_SOURCE = '2001:db8:0:0:0:0:0:1';
const IPV6_DESTINATION = '2001:db8:0:0:0:0:0:fa';

function ipv6Packet(content: Uint8Array, next: number, options: UdpOptions): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 0x60;
  header.writeUInt16BE(content.length, 4);
  header[6] = next;
  header[7] = 64;
  const source = ipv6Address(options.source ?? IPV6_SOURCE);
  return Buffer.concat([header, source, ipv6Address(options.destination ?? IPV6_DESTINATION), content]);
}

/** @param extensions numbers of extension headers (of 8 octets each) in front of the datagram */
export function ipv6(
  payload: Uint8Array,
  options: UdpOptions = {},
  extensions: readonly number[] = [],
): Buffer {
  const chain = extensions.map((_, at) => Buffer.from([extensions[at + 1] ?? 17, 0, 0, 0, 0, 0, 0, 0]));
  return ipv6Packet(Buffer.concat([...chain, udp(payload, options)]), extensions[0] ?? 17, options);
}

export function ipv6Fragments(
  payload: Uint8Array,
  id: number,
  size: number,
  options: UdpOptions = {},
): Buffer[] {
  return pieces(udp(payload, options), size).map(({ offset, bytes, more }) => {
    const header = Buffer.alloc(8);
    header[0] = 17;
    header.writeUInt16BE(offset | (more ? 1 : 0), 2);
    header.writeUInt32BE(id, 4);
    return ipv6Packet(Buffer.concat([header, bytes]), 44, options);
  });
}

function pieces(datagram: Buffer, size: number): { offset: number; bytes: Buffer; more: boolean }[] {
  return Array.from({ length: Math.ceil(datagram.length / size) }, (_, n) => ({
    offset: n * size,
    bytes: datagram.subarray(n * size, (n + 1) * size),
    more: (n + 1) * size < datagram.length,
  }));
}

export const LINK = {
  null: 0,
  ethernet: 1,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  linuxCooked2: 276,
} as const;

function isIpv6(packet: Uint8Array): boolean {
  return ((packet[0] as number) & 0xf0) === 0x60;
}

function ethertype(packet: Uint8Array): number[] {
  return isIpv6(packet) ? [0x86, 0xdd] : [0x08, 0x00];
}

/** @param tags ethertypes of VLAN tags, outermost first */
export function ethernet(packet: Uint8Array, tags: readonly number[] = []): Buffer {
  const addresses = new Uint8Array(12).fill(2);
  const tagged = tags.flatMap((tag) => [tag >> 8, tag & 255, 0, 7]);
  return Buffer.concat([addresses, Buffer.from([...tagged, ...ethertype(packet)]), packet]);
}

export function linuxCooked(packet: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from([0, 0, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0, ...ethertype(packet)]),
    packet,
  ]);
}

export function linuxCooked2(packet: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from([...ethertype(packet), 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 2, 2, 2, 2, 2, 0, 0]),
    packet,
  ]);
}

/** BSD's loopback: the address family in the writer's byte order. */
export function loopback(packet: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([isIpv6(packet) ? 30 : 2, 0, 0, 0]), packet]);
}

export interface CapturedPacket {
  /** From the link header on. */
  readonly bytes: Uint8Array;
  /** Epoch ms. */
  readonly atMs: number;
  /** Octets on the wire, where more than were captured. */
  readonly original?: number;
}

export interface PcapOptions {
  readonly littleEndian?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

class Writer {
  readonly littleEndian: boolean;
  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  words(...values: number[]): Buffer {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    for (const [at, value] of values.entries()) view.setUint32(at * 4, value, this.littleEndian);
    return Buffer.from(view.buffer);
  }

  halves(...values: number[]): Buffer {
    const view = new DataView(new ArrayBuffer(values.length * 2));
    for (const [at, value] of values.entries()) view.setUint16(at * 2, value, this.littleEndian);
    return Buffer.from(view.buffer);
  }
}

function pcapRecord(packet: CapturedPacket, options: PcapOptions = {}): Buffer {
  const writer = new Writer(options.littleEndian ?? true);
  const seconds = Math.floor(packet.atMs / 1_000);
  const fraction = (packet.atMs - seconds * 1_000) * (options.nanoseconds ? 1_000_000 : 1_000);
  const { bytes } = packet;
  return Buffer.concat([
    writer.words(seconds, fraction, bytes.length, packet.original ?? bytes.length),
    bytes,
  ]);
}

export function pcap(packets: readonly CapturedPacket[], options: PcapOptions = {}): Buffer {
  const writer = new Writer(options.littleEndian ?? true);
  const header = Buffer.concat([
    writer.words(options.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4),
    writer.halves(2, 4),
    writer.words(0, 0, 262_144, options.linkType ?? LINK.ethernet),
  ]);
  return Buffer.concat([header, ...packets.map((packet) => pcapRecord(packet, options))]);
}

export class PcapngWriter {
  private readonly writer: Writer;
  private readonly blocks: Buffer[] = [];

  constructor(littleEndian = true) {
    this.writer = new Writer(littleEndian);
    const unknownLength = Buffer.alloc(8, 0xff);
    this.block(
      0x0a0d0d0a,
      Buffer.concat([this.writer.words(0x1a2b3c4d), this.writer.halves(1, 0), unknownLength]),
    );
  }

  block(type: number, body: Uint8Array): this {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const length = padded.length + 12;
    this.blocks.push(Buffer.concat([this.writer.words(type, length), padded, this.writer.words(length)]));
    return this;
  }

  option(code: number, value: Uint8Array): Buffer {
    const padding = Buffer.alloc((4 - (value.length % 4)) % 4);
    return Buffer.concat([this.writer.halves(code, value.length), value, padding]);
  }

  describe(linkType: number, snapshotLength = 0, ...options: readonly Uint8Array[]): this {
    const fixed = Buffer.concat([this.writer.halves(linkType, 0), this.writer.words(snapshotLength)]);
    return this.block(
      1,
      Buffer.concat([fixed, ...options, ...(options.length > 0 ? [this.writer.words(0)] : [])]),
    );
  }

  /** @param ticks since the epoch, in the interface's resolution */
  enhanced(bytes: Uint8Array, ticks: bigint, number = 0, original = bytes.length): this {
    return this.block(
      6,
      Buffer.concat([this.writer.words(number, ...halvesOf(ticks), bytes.length, original), bytes]),
    );
  }

  /** The obsolete packet block. */
  obsolete(bytes: Uint8Array, ticks: bigint, number = 0): this {
    const words = this.writer.words(...halvesOf(ticks), bytes.length, bytes.length);
    return this.block(2, Buffer.concat([this.writer.halves(number, 0), words, bytes]));
  }

  simple(bytes: Uint8Array, original = bytes.length): this {
    return this.block(3, Buffer.concat([this.writer.words(original), bytes]));
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.blocks);
  }
}

function halvesOf(ticks: bigint): [number, number] {
  return [Number(ticks >> 32n), Number(ticks & 0xffffffffn)];
}
