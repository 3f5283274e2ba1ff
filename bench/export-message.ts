// Messages of NetFlow v5, v9 and IPFIX exporters, as the benchmark's captures and its load generator send them.
import type { Flow } from './flows.ts';

export type ExportFormat = 'netflow5' | 'netflow9' | 'ipfix';

const TEMPLATE_ID = 256;
/** A template goes out with one datagram in so many of an exporter's. */
export const TEMPLATE_EVERY = 500;
/** Exporters have been up so long, ms, at the moment from which flows count their times. */
const UPTIME_MS = 3_600_000;

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

/** What one format's messages look like. */
export interface Shape {
  readonly version: 5 | 9 | 10;
  readonly headerBytes: number;
  readonly setHeaderBytes: number;
  readonly recordBytes: number;
  /** As many as fit in 1,472 bytes of payload, v5's limit being 30. */
  readonly recordsPerDatagram: number;
  readonly fields: readonly Field[];
  readonly write: (view: DataView, at: number, flow: Flow, fromMs: number) => void;
}

export const SHAPES: Readonly<Record<ExportFormat, Shape>> = {
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

/** Where the next byte goes; `at` moves on. */
export interface Place {
  readonly view: DataView;
  at: number;
}

export interface MessageHeader {
  /** Records, a template being one; of NetFlow. */
  readonly count: number;
  /** Octets of the whole message; of IPFIX. */
  readonly length: number;
  readonly sequence: number;
  /** Source id or observation domain. */
  readonly domain: number;
  /** Epoch ms. Seconds alone are told but by NetFlow v5. */
  readonly exportMs: number;
  /** From when flows count their times. Epoch ms. */
  readonly fromMs: number;
}

/** What a message adds to its exporter's sequence number. */
export function sequenceStep(shape: Shape, records: number): number {
  return shape.version === 9 ? 1 : records;
}

export function writeHeader(place: Place, shape: Shape, header: MessageHeader): void {
  const { view, at } = place;
  const { exportMs } = header;
  const uptimeMs = UPTIME_MS + exportMs - header.fromMs;
  view.setUint16(at, shape.version);
  view.setUint16(at + 2, shape.version === 10 ? header.length : header.count);
  if (shape.version === 10) {
    view.setUint32(at + 4, exportMs / 1000);
    view.setUint32(at + 8, header.sequence);
    view.setUint32(at + 12, header.domain);
  } else {
    view.setUint32(at + 4, uptimeMs);
    view.setUint32(at + 8, exportMs / 1000);
    if (shape.version === 9) {
      view.setUint32(at + 12, header.sequence);
      view.setUint32(at + 16, header.domain);
    } else {
      view.setUint32(at + 12, (exportMs % 1000) * 1e6);
      view.setUint32(at + 16, header.sequence);
      view.setUint32(at + 20, 0);
    }
  }
  place.at += shape.headerBytes;
}

/** Octets of the set that announces the format's template. */
export function templateBytes(shape: Shape): number {
  return 8 + shape.fields.length * 4;
}

export function writeTemplate(place: Place, shape: Shape): void {
  const { view } = place;
  view.setUint16(place.at, shape.version === 9 ? 0 : 2);
  view.setUint16(place.at + 2, templateBytes(shape));
  view.setUint16(place.at + 4, TEMPLATE_ID);
  view.setUint16(place.at + 6, shape.fields.length);
  place.at += 8;
  for (const [id, octets] of shape.fields) {
    view.setUint16(place.at, id);
    view.setUint16(place.at + 2, octets);
    place.at += 4;
  }
}

/** The header of the set that holds `records` records, where the format has sets. */
export function writeSetHeader(place: Place, shape: Shape, records: number): void {
  if (shape.setHeaderBytes === 0) return;
  place.view.setUint16(place.at, TEMPLATE_ID);
  place.view.setUint16(place.at + 2, shape.setHeaderBytes + records * shape.recordBytes);
  place.at += shape.setHeaderBytes;
}

function writeNetflow5(view: DataView, at: number, flow: Flow): void {
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

function writeNetflow9(view: DataView, at: number, flow: Flow): void {
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

function writeIpfix(view: DataView, at: number, flow: Flow, fromMs: number): void {
  view.setUint32(at, flow.src);
  view.setUint32(at + 4, flow.dst);
  view.setUint32(at + 8, 1);
  view.setUint32(at + 12, 2);
  writeUint64(view, at + 16, flow.packets);
  writeUint64(view, at + 24, flow.bytes);
  writeUint64(view, at + 32, fromMs + flow.startMs);
  writeUint64(view, at + 40, fromMs + flow.endMs);
  writeTail(view, at + 48, flow);
}

function writeTail(view: DataView, at: number, flow: Flow): void {
  view.setUint16(at, flow.srcPort);
  view.setUint16(at + 2, flow.dstPort);
  view.setUint32(at + 4, flow.tcp ? 0x1b06_0000 : 0x0011_0000);
}

function writeUint64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value >>> 0);
}
