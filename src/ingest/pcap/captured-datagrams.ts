// The export datagrams of a small capture, one by one: to be sent again. Classic pcap, whole in memory; what is
// fragmented or damaged is left out.
import { readFileSync } from 'node:fs';
import { isExport } from './export-payload.ts';
import { PACKET, Packet } from './packet.ts';
import { PcapFormat, readPcapMagic } from './pcap.ts';

/** In the capture's order; each is a view of the file's bytes. */
export function* capturedDatagrams(path: string): Generator<Uint8Array> {
  const bytes = readFileSync(path);
  const header = readPcapMagic(bytes);
  if (!header) throw new Error(`${path} is no pcap file`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = new PcapFormat(header);
  const packet = new Packet();
  for (let at = 0; ; ) {
    const next = format.next(view, at, bytes.length);
    if (next <= at) return;
    at = next;
    if (format.packetAt < 0) continue;
    if (packet.read(view, format.packetAt, format.packetEnd, format.linkType) !== PACKET.udp) continue;
    const { payloadAt, payloadLength, missing } = packet;
    if (missing > 0 || !isExport(view, payloadAt, payloadLength, payloadLength)) continue;
    yield bytes.subarray(payloadAt, payloadAt + payloadLength);
  }
}
