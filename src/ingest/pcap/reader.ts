// Reads a capture: packets are walked where they lie in the slab, export datagrams go to the decoder, the rest is counted
// and passed over. IPFIX over TCP is not read from captures.
import type { ReaderOptions } from '../batch.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Slab } from '../slab.ts';
import { WireReader } from '../wire/wire-reader.ts';
import { type CaptureFormat, DAMAGED, INCOMPLETE } from './capture-format.ts';
import { isExport } from './export-payload.ts';
import { Exporters } from './exporters.ts';
import { type PartialDatagram, Reassembler } from './fragments.ts';
import { isLinkKnown, PACKET, Packet, UDP_HEADER_BYTES } from './packet.ts';
import { PcapFormat, readPcapMagic } from './pcap.ts';
import { PcapngFormat } from './pcapng.ts';
import { type CaptureTraffic, noTraffic } from './traffic.ts';

/** @param head the source's first bytes, already read */
export function openPcap(source: ByteSource, head: Uint8Array, options: ReaderOptions): PcapReader {
  return new PcapReader(source, head, options);
}

export class PcapReader extends WireReader {
  readonly traffic: CaptureTraffic = noTraffic();
  private readonly format: CaptureFormat;
  private readonly exporters: Exporters;
  private readonly reassembler: Reassembler;
  private readonly packet = new Packet();
  /** Of the last packet: its capture time and its place in the input. */
  private packetMs: number;
  private packetPosition = 0;
  private readonly unknownLinks = new Set<number>();

  constructor(source: ByteSource, head: Uint8Array, options: ReaderOptions) {
    super(source, head, options);
    const header = readPcapMagic(head);
    this.format = header ? new PcapFormat(header) : new PcapngFormat();
    this.packetMs = options.nowMs;
    this.exporters = new Exporters(this.intake.decoder);
    this.reassembler = new Reassembler(isExportStart, (datagram) => this.loseFragments(datagram));
  }

  protected override walk(slab: Slab, end: number): number {
    const { format, input, intake } = this;
    const { view } = slab;
    let at = Math.min(this.toSkip, end);
    this.toSkip -= at;
    while (at < end && intake.writer.hasRoom) {
      if (this.damagedAt !== null) {
        const found = format.resynchronise(view, at, end, input.isExhausted);
        if (found < 0) {
          this.isStarved = true;
          return ~found;
        }
        at = found;
        this.findTrack(input.position + at);
      }
      const next = format.next(view, at, end);
      if (next > INCOMPLETE) {
        if (format.complaint !== null) this.complain(format.complaint, input.position + at);
        if (format.packetAt >= 0) this.take(slab, input.position + at);
        at = next;
      } else if (next === DAMAGED) {
        this.loseTrack(format.complaint ?? 'a record is damaged', input.position + at);
        at++;
      } else if (input.isExhausted) {
        intake.reach(input.position + at);
        const rest = `the capture is cut off: its last record has ${end - at} bytes of at least ${format.needed}`;
        this.complain(rest, input.position + at);
        return end;
      } else {
        this.isStarved = true;
        return at;
      }
    }
    return at;
  }

  protected override oversized(): { what: string; bytes: number } {
    const bytes = this.format.needed;
    return { what: `a record of ${bytes} bytes`, bytes };
  }

  protected override giveUp(): void {
    this.packetPosition = this.input.position;
    this.reassembler.drain();
  }

  private take(slab: Slab, position: number): void {
    const { format, packet, intake } = this;
    intake.reach(position);
    this.packetPosition = position;
    if (format.atMs >= 0) this.packetMs = format.atMs;
    if (intake.isCounting) this.traffic.packets++;
    const { linkType } = format;
    if (!isLinkKnown(linkType)) this.reportLink(linkType);
    else {
      const kind = packet.read(slab.view, format.packetAt, format.packetEnd, linkType);
      if (kind === PACKET.udp) this.datagram(slab.bytes, slab.view, slab.view);
      else if (kind === PACKET.fragment) this.fragment(slab);
      else if (intake.isCounting) this.traffic.notUdp++;
    }
  }

  private fragment(slab: Slab): void {
    const { packet, reassembler } = this;
    const length = reassembler.add(packet, slab.bytes, slab.view, this.packetMs);
    if (length > 0 && packet.readUdp(reassembler.view, 0, length, length) === PACKET.udp) {
      this.datagram(reassembler.buffer, reassembler.view, slab.view);
    }
  }

  /** @param addresses what the packet's addresses lie in */
  private datagram(bytes: Uint8Array, view: DataView, addresses: DataView): void {
    const { packet, intake } = this;
    const { payloadAt, payloadLength, missing } = packet;
    if (!isExport(view, payloadAt, payloadLength, payloadLength + missing)) {
      if (intake.isCounting) this.traffic.otherUdp++;
      return;
    }
    if (missing > 0) this.reportCut(payloadLength, missing);
    const exporter = this.exporters.find(addresses, packet.sourceAt, packet.family);
    intake.message(exporter, bytes, view, payloadAt, payloadLength, this.packetMs, this.packetPosition);
  }

  private loseFragments(datagram: PartialDatagram): void {
    const start = datagram.pieces.find((piece) => piece.offset === 0);
    if (!start) {
      if (this.intake.isCounting) this.traffic.unknownFragments++;
      return;
    }
    const { source } = datagram;
    const address = new DataView(source.buffer, source.byteOffset, source.length);
    const exporter = this.exporters.find(address, 0, source.length === 4 ? 4 : 6);
    const what = 'a fragmented datagram was not captured whole, or its fragments contradict each other';
    this.intake.lost(exporter, this.packetMs, what, this.packetPosition);
  }

  private reportCut(captured: number, missing: number): void {
    if (this.intake.isCounting) this.traffic.cutOff++;
    this.complain(
      `a datagram of ${captured + missing} bytes was captured to ${captured} only`,
      this.packetPosition,
    );
  }

  private reportLink(linkType: number): void {
    if (this.intake.isCounting) this.traffic.notUdp++;
    if (this.unknownLinks.has(linkType)) return;
    this.unknownLinks.add(linkType);
    this.complain(`packets of link type ${linkType} cannot be read: passed over`, this.packetPosition);
  }
}

/** @param start of a datagram, its UDP header first */
function isExportStart(start: Uint8Array): boolean {
  if (start.length < UDP_HEADER_BYTES) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const length = view.getUint16(4) - UDP_HEADER_BYTES;
  return isExport(view, UDP_HEADER_BYTES, start.length - UDP_HEADER_BYTES, length);
}
