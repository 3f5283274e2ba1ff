// Writes captures of NetFlow v5, v9 and IPFIX exports (pcap, Ethernet, IPv4, UDP) with invented flows. The same options
// and seed give the same bytes; the same seed gives the same flows in all three.
import { FileWriter } from './file-writer.ts';
import { FLOWS_FROM_MS, type FlowFileOptions, FlowGenerator } from './flows.ts';

export const EXPORT_FORMATS = ['netflow5', 'netflow9', 'ipfix'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const EXPORTERS = 4;
const TEMPLATE_ID = 256;
/** A template goes out with one datagram in so many of an exporter's. */
const TEMPLATE_EVERY = 500;
/** The exporters have been up so long, ms, when the first flow begins. */
const UPTIME_MS = 3_600_000;
/** After the last flow's end. */
const EXPORT_MS = FLOWS_FROM_MS + 310_000;

const FRAME_BYTES = 16 + 14 + 20 + 8; // pcap record, Ethernet, IPv4, UDP headers

/** [element, octets] */
type Field = readonly [id: number, octets: number];
// RFC 3954 § 8; RFC 7012
const NETFLOW9_FIELDS: readonly Field[] = [
  [8, 4],
  [12, 4],
  [10, 4],
  [14, 4],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [6, 1],
  [4, 1],
  [5, 1],
  [61, 1],
];
const IPFIX_FIELDS: readonly Field[] = [
  [8, 4],
  [12, 4],
  [10, 4],
  [14, 4],
  [2, 8],
  [1, 8],
  [152, 8],
  [153, 8],
  [7, 2],
  [11, 2],
  [6, 1],
  [4, 1],
  [5, 1],
  [61, 1],
];

interface Shape {
  readonly version: 5 | 9 | 10;
  readonly headerBytes: number;
  readonly setHeaderBytes: number;
  readonly recordBytes: number;
  /** As many as fit in 1,472 bytes of payload, v5's limit being 30. */
  readonly recordsPerDatagram: number;
  readonly fields: readonly Field[];
  readonly write: (view: DataView, at: number, flow: FlowGenerator) => void;
}

const SHAPES: Readonly<Record<ExportFormat, Shape>> = {
  netflow5: {
    version: 5,
    headerBytes: 24,
    setHeaderBytes: 0,
    recordBytes: 48,
    recordsPerDatagram: 30,
    fields: [],
    write: writeNetflow5,
  },
  netflow9: {
    version: 9,
    headerBytes: 20,
    setHeaderBytes: 4,
    recordBytes: 40,
    recordsPerDatagram: 34,
    fields: NETFLOW9_FIELDS,
    write: writeNetflow9,
  },
  ipfix: {
    version: 10,
    headerBytes: 16,
    setHeaderBytes: 4,
    recordBytes: 56,
    recordsPerDatagram: 24,
    fields: IPFIX_FIELDS,
    write: writeIpfix,
  },
};

export function writeExportFile(path: string, format: ExportFormat, options: FlowFileOptions): void {
  const shape = SHAPES[format];
  const flow = new FlowGenerator(options);
  const writer = new FileWriter(path);
  writer.bytes.write('d4c3b2a1020004000000000000000000ffff000001000000', 0, 'hex');
  writer.at = 24;
  const sequences = new Uint32Array(EXPORTERS);
  let left = options.flows;
  for (let datagram = 0; left > 0; datagram++) {
    const exporter = datagram % EXPORTERS;
    const withTemplate = shape.version !== 5 && Math.floor(datagram / EXPORTERS) % TEMPLATE_EVERY === 0;
    const templateBytes = withTemplate ? 8 + shape.fields.length * 4 : 0;
    const room = shape.recordsPerDatagram - Math.ceil(templateBytes / shape.recordBytes);
    const records = Math.min(left, room);
    const dataBytes = shape.setHeaderBytes + records * shape.recordBytes;
    const length = shape.headerBytes + templateBytes + dataBytes;
    writer.reserve(FRAME_BYTES + length);
    writeFrame(writer, exporter, datagram, length);
    const counted = shape.version === 9 ? 1 : records;
    writeHeader(
      writer,
      shape,
      records + (withTemplate ? 1 : 0),
      length,
      sequences[exporter] as number,
      exporter,
    );
    sequences[exporter] = (sequences[exporter] as number) + counted;
    if (withTemplate) writeTemplate(writer, shape);
    if (shape.setHeaderBytes > 0) {
      writer.view.setUint16(writer.at, TEMPLATE_ID);
      writer.view.setUint16(writer.at + 2, dataBytes);
      writer.at += 4;
    }
    for (let record = 0; record < records; record++) {
      flow.next();
      shape.write(writer.view, writer.at, flow);
      writer.at += shape.recordBytes;
    }
    left -= records;
  }
  writer.close();
}

/** Exporters 192.0.2.1 and on, to 192.0.2.254 port 2055; a datagram every 10 µs. */
function writeFrame(writer: FileWriter, exporter: number, datagram: number, payloadBytes: number): void {
  const { view, bytes } = writer;
  let { at } = writer;
  view.setUint32(at, EXPORT_MS / 1000 + Math.floor(datagram / 100_000), true);
  view.setUint32(at + 4, (datagram % 100_000) * 10, true);
  view.setUint32(at + 8, 42 + payloadBytes, true);
  view.setUint32(at + 12, 42 + payloadBytes, true);
  at += 16;
  bytes.write('0200000000020200000000010800', at, 'hex');
  at += 14;
  view.setUint32(at, 0x45000000 + 28 + payloadBytes);
  view.setUint32(at + 4, 0x4000);
  view.setUint32(at + 8, 0x4011_0000);
  view.setUint32(at + 12, 0xc000_0201 + exporter);
  view.setUint32(at + 16, 0xc000_02fe);
  let sum = 0;
  for (let word = 0; word < 10; word++) sum += view.getUint16(at + word * 2);
  view.setUint16(at + 10, ~((sum & 0xffff) + (sum >>> 16)));
  at += 20;
  view.setUint16(at, 50_000 + exporter);
  view.setUint16(at + 2, 2055);
  view.setUint16(at + 4, 8 + payloadBytes);
  view.setUint16(at + 6, 0); // no checksum
  writer.at = at + 8;
}

function writeHeader(
  writer: FileWriter,
  shape: Shape,
  count: number,
  length: number,
  sequence: number,
  exporter: number,
): void {
  const { view, at } = writer;
  const seconds = EXPORT_MS / 1000;
  const uptimeMs = UPTIME_MS + EXPORT_MS - FLOWS_FROM_MS;
  view.setUint16(at, shape.version);
  view.setUint16(at + 2, shape.version === 10 ? length : count);
  if (shape.version === 10) {
    view.setUint32(at + 4, seconds);
    view.setUint32(at + 8, sequence);
    view.setUint32(at + 12, exporter);
  } else {
    view.setUint32(at + 4, uptimeMs);
    view.setUint32(at + 8, seconds);
    if (shape.version === 9) {
      view.setUint32(at + 12, sequence);
      view.setUint32(at + 16, exporter);
    } else {
      view.setUint32(at + 12, 0);
      view.setUint32(at + 16, sequence);
      view.setUint32(at + 20, 0);
    }
  }
  writer.at += shape.headerBytes;
}

function writeTemplate(writer: FileWriter, shape: Shape): void {
  const { view } = writer;
  view.setUint16(writer.at, shape.version === 9 ? 0 : 2);
  view.setUint16(writer.at + 2, 8 + shape.fields.length * 4);
  view.setUint16(writer.at + 4, TEMPLATE_ID);
  view.setUint16(writer.at + 6, shape.fields.length);
  writer.at += 8;
  for (const [id, octets] of shape.fields) {
    view.setUint16(writer.at, id);
    view.setUint16(writer.at + 2, octets);
    writer.at += 4;
  }
}

function writeNetflow5(view: DataView, at: number, flow: FlowGenerator): void {
  view.setUint32(at, flow.src);
  view.setUint32(at + 4, flow.dst);
  view.setUint32(at + 8, 0);
  view.setUint32(at + 12, 0x0001_0002);
  view.setUint32(at + 16, flow.packets);
  view.setUint32(at + 20, flow.bytes);
  view.setUint32(at + 24, UPTIME_MS + flow.startMs);
  view.setUint32(at + 28, UPTIME_MS + flow.endMs);
  view.setUint16(at + 32, flow.srcPort);
  view.setUint16(at + 34, flow.dstPort);
  view.setUint16(at + 36, flow.tcp ? 0x1b : 0);
  view.setUint16(at + 38, flow.tcp ? 0x0600 : 0x1100);
  view.setUint32(at + 40, 0);
  view.setUint32(at + 44, 0);
}

function writeNetflow9(view: DataView, at: number, flow: FlowGenerator): void {
  view.setUint32(at, flow.src);
  view.setUint32(at + 4, flow.dst);
  view.setUint32(at + 8, 1);
  view.setUint32(at + 12, 2);
  view.setUint32(at + 16, flow.packets);
  view.setUint32(at + 20, flow.bytes);
  view.setUint32(at + 24, UPTIME_MS + flow.startMs);
  view.setUint32(at + 28, UPTIME_MS + flow.endMs);
  writeTail(view, at + 32, flow);
}

function writeIpfix(view: DataView, at: number, flow: FlowGenerator): void {
  view.setUint32(at, flow.src);
  view.setUint32(at + 4, flow.dst);
  view.setUint32(at + 8, 1);
  view.setUint32(at + 12, 2);
  writeUint64(view, at + 16, flow.packets);
  writeUint64(view, at + 24, flow.bytes);
  writeUint64(view, at + 32, FLOWS_FROM_MS + flow.startMs);
  writeUint64(view, at + 40, FLOWS_FROM_MS + flow.endMs);
  writeTail(view, at + 48, flow);
}

function writeTail(view: DataView, at: number, flow: FlowGenerator): void {
  view.setUint16(at, flow.srcPort);
  view.setUint16(at + 2, flow.dstPort);
  view.setUint32(at + 4, flow.tcp ? 0x1b06_0000 : 0x0011_0000);
}

function writeUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value >>> 0);
}
