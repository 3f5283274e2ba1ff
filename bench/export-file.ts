// Writes captures of NetFlow v5, v9 and IPFIX exports (pcap, Ethernet, IPv4, UDP) with invented flows. The same options
// and seed give the same bytes; the same seed gives the same flows in all three.
import {
  type ExportFormat,
  SHAPES,
  sequenceStep,
  TEMPLATE_EVERY,
  templateBytes,
  writeHeader,
  writeSetHeader,
  writeTemplate,
} from './export-message.ts';
import { FileWriter } from './file-writer.ts';
import { FLOWS_FROM_MS, type FlowFileOptions, FlowGenerator } from './flows.ts';

const EXPORTERS = 4;
/** After the last flow's end. */
const EXPORT_MS = FLOWS_FROM_MS + 310_000;

const FRAME_BYTES = 16 + 14 + 20 + 8; // pcap record, Ethernet, IPv4, UDP headers

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
    const announced = withTemplate ? templateBytes(shape) : 0;
    const room = shape.recordsPerDatagram - Math.ceil(announced / shape.recordBytes);
    const records = Math.min(left, room);
    const dataBytes = shape.setHeaderBytes + records * shape.recordBytes;
    const length = shape.headerBytes + announced + dataBytes;
    writer.reserve(FRAME_BYTES + length);
    writeFrame(writer, exporter, datagram, length);
    const sequence = sequences[exporter] as number;
    writeHeader(writer, shape, {
      count: records + (withTemplate ? 1 : 0),
      length,
      sequence,
      domain: exporter,
      exportMs: EXPORT_MS,
      fromMs: FLOWS_FROM_MS,
    });
    sequences[exporter] = sequence + sequenceStep(shape, records);
    if (withTemplate) writeTemplate(writer, shape);
    writeSetHeader(writer, shape, records);
    for (let record = 0; record < records; record++) {
      flow.next();
      shape.write(writer.view, writer.at, flow, FLOWS_FROM_MS);
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
