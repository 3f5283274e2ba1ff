// Writes nfcapd files for tests: layouts 1 and 2, either byte order, any compression, and the damage that a test asks for.
import type { Compression } from '../../../src/ingest/nfcapd/plan.ts';
import { COMPRESSIONS } from '../../../src/ingest/nfcapd/plan.ts';
import { compress } from './compress.ts';

export type Words4 = readonly [number, number, number, number];

export interface FlowSpec {
  readonly kind: 'flow';
  readonly exporter: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly receivedMs: number;
  readonly packets: number;
  readonly bytes: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly protocol: number;
  readonly tcpFlags: number;
  readonly ipv4?: readonly [src: number, dst: number];
  readonly ipv6?: readonly [src: Words4, dst: Words4];
  readonly nat4?: readonly [src: number, dst: number];
  readonly nat6?: readonly [src: Words4, dst: Words4];
  readonly natPorts?: readonly [src: number, dst: number];
  /** Layout 2 only. */
  readonly tunnel4?: readonly [src: number, dst: number];
  readonly tunnel6?: readonly [src: Words4, dst: Words4];
  readonly eventMs?: number;
  readonly isScaled?: boolean;
  /** Layout 2 only. */
  readonly selector?: number;
  /** Further content that nobody reads: bytes of a layout-2 element 28, or layout-1 extensions. */
  readonly padding?: number;
}

export interface ExporterSpec {
  readonly kind: 'exporter';
  readonly number: number;
  readonly ipv4?: number;
  readonly ipv6?: Words4;
}

export interface SamplerSpec {
  readonly kind: 'sampler';
  readonly exporter: number;
  readonly selector: number;
  readonly rate: number;
}

/** Bytes of a record as they are; with its header. */
export interface RawSpec {
  readonly kind: 'raw';
  readonly bytes: Uint8Array;
}

/** Of a type that nobody knows. */
export interface UnknownSpec {
  readonly kind: 'unknown';
}

export type RecordSpec = FlowSpec | ExporterSpec | SamplerSpec | RawSpec | UnknownSpec;

export interface FileSpec {
  readonly layout: 1 | 2;
  readonly littleEndian?: boolean;
  readonly compression?: Compression;
  readonly createdMs?: number;
  readonly blocks: readonly (readonly RecordSpec[])[];
  /** Instead of how many there are. */
  readonly announcedBlocks?: number;
  readonly encryption?: number;
  readonly appendix?: boolean;
  /** Blocks that stand uncompressed in a compressed file. */
  readonly uncompressedBlocks?: readonly number[];
}

export interface EncodedFile {
  readonly bytes: Uint8Array;
  /** Where each block's header begins. */
  readonly blocksAt: readonly number[];
}

export function encodeFile(spec: FileSpec): EncodedFile {
  const out = new Writer(spec.littleEndian ?? true);
  const compression = spec.compression ?? 'none';
  const announced = spec.announcedBlocks ?? spec.blocks.length;
  const createdMs = spec.createdMs ?? 0;
  if (spec.layout === 2) {
    out
      .u16(0xa50c)
      .u16(2)
      .u32(0x01070101)
      .u64(Math.floor(createdMs / 1000));
    out.u8(COMPRESSIONS.indexOf(compression)).u8(spec.encryption ?? 0);
    out
      .u16(spec.appendix ? 1 : 0)
      .u32(1)
      .u64(spec.appendix ? 40 : 0);
    out.u32(0).u32(announced);
  } else {
    const flags = { none: 0, lzo: 1, bzip2: 8, lz4: 16, zstd: 0 }[compression];
    out.u16(0xa50c).u16(1).u32(flags).u32(announced).zeros(128);
    out
      .zeros(15 * 8 + 4)
      .u32(Math.floor(createdMs / 1000))
      .u16(0)
      .u16(createdMs % 1000)
      .u32(0);
  }
  const blocksAt: number[] = [];
  const maps = new MapBook();
  for (const [number, records] of spec.blocks.entries()) {
    const isCompressed = compression !== 'none' && !spec.uncompressedBlocks?.includes(number);
    const block = encodeRecords(spec, records, maps);
    const stored = isCompressed ? compress(compression, block.bytes) : block.bytes;
    blocksAt.push(out.length);
    out
      .u32(block.records)
      .u32(stored.length)
      .u16(spec.layout === 2 ? 3 : 2)
      .u16(compression !== 'none' && !isCompressed ? 1 : 0);
    out.raw(stored);
  }
  if (spec.appendix && spec.layout === 2) out.u32(1).u32(8).u16(3).u16(0).u16(0x8001).u16(8).zeros(4);
  return { bytes: out.toBytes(), blocksAt };
}

/** Layout 1: which extensions a map number stands for. */
class MapBook {
  private readonly numbers = new Map<string, number>();

  /** @returns the map's number, and whether it is new */
  of(extensions: readonly number[]): { number: number; isNew: boolean } {
    const key = extensions.join();
    const known = this.numbers.get(key);
    if (known !== undefined) return { number: known, isNew: false };
    const number = this.numbers.size + 3;
    this.numbers.set(key, number);
    return { number, isNew: true };
  }
}

function encodeRecords(
  spec: FileSpec,
  records: readonly RecordSpec[],
  maps: MapBook,
): { bytes: Uint8Array; records: number } {
  const out = new Writer(spec.littleEndian ?? true);
  let count = 0;
  for (const record of records) {
    count++;
    if (record.kind === 'raw') out.raw(record.bytes);
    else if (record.kind === 'unknown') out.u16(99).u16(8).zeros(4);
    else if (record.kind === 'exporter') encodeExporter(out, record);
    else if (record.kind === 'sampler') encodeSampler(out, record, spec.layout);
    else if (spec.layout === 2) encodeFlow2(out, record);
    else {
      const extensions = extensionsOf(record);
      const { number, isNew } = maps.of(extensions);
      if (isNew) {
        count++;
        const padded = [...extensions, 0, ...(extensions.length % 2 === 0 ? [0] : [])];
        out
          .u16(2)
          .u16(8 + padded.length * 2)
          .u16(number)
          .u16(0);
        for (const extension of padded) out.u16(extension);
      }
      encodeFlow1(out, record, number, extensions);
    }
  }
  return { bytes: out.toBytes(), records: count };
}

function encodeExporter(out: Writer, record: ExporterSpec): void {
  out.u16(7).u16(32).u32(9);
  if (record.ipv6) out.address6(record.ipv6).u16(10);
  else if (out.littleEndian)
    out
      .zeros(8)
      .u32(record.ipv4 ?? 0)
      .u32(0)
      .u16(2);
  else
    out
      .zeros(12)
      .u32(record.ipv4 ?? 0)
      .u16(2);
  out.u16(record.number).u32(0);
}

function encodeSampler(out: Writer, record: SamplerSpec, layout: 1 | 2): void {
  if (layout === 1) out.u16(9).u16(16).i32(record.selector).u32(record.rate).u16(0).u16(record.exporter);
  else
    out
      .u16(15)
      .u16(24)
      .u16(record.exporter)
      .u16(1)
      .i64(record.selector)
      .u32(1)
      .u32(record.rate - 1);
}

function encodeFlow2(out: Writer, flow: FlowSpec): void {
  const body = new Writer(out.littleEndian);
  let elements = 0;
  const element = (type: number, fill: (content: Writer) => void): void => {
    const content = new Writer(out.littleEndian);
    fill(content);
    body
      .u16(type)
      .u16(4 + content.length)
      .raw(content.toBytes());
    elements++;
  };
  element(1, (content) => {
    content.u64(flow.firstMs).u64(flow.lastMs).u64(flow.receivedMs).u64(flow.packets).u64(flow.bytes);
    content.u16(flow.srcPort).u16(flow.dstPort).u8(flow.protocol).u8(flow.tcpFlags).u8(0).u8(0);
  });
  if (flow.padding) element(28, (content) => content.raw(new Uint8Array(flow.padding ?? 0).fill(0x61)));
  if (flow.ipv4) element(2, (content) => content.u32(flow.ipv4![0]).u32(flow.ipv4![1]));
  if (flow.ipv6) element(3, (content) => content.address6(flow.ipv6![0]).address6(flow.ipv6![1]));
  if (flow.selector !== undefined)
    element(18, (content) => content.u64(flow.selector!).u16(flow.exporter).u16(0));
  if (flow.eventMs !== undefined)
    element(19, (content) => content.u64(flow.eventMs!).u32(7).u16(0).u8(1).u8(0));
  if (flow.nat4) element(20, (content) => content.u32(flow.nat4![0]).u32(flow.nat4![1]));
  if (flow.nat6) element(21, (content) => content.address6(flow.nat6![0]).address6(flow.nat6![1]));
  if (flow.natPorts) element(22, (content) => content.u16(flow.natPorts![0]).u16(flow.natPorts![1]));
  if (flow.tunnel4) element(31, (content) => content.u32(flow.tunnel4![0]).u32(flow.tunnel4![1]).u32(4));
  if (flow.tunnel6)
    element(32, (content) => content.address6(flow.tunnel6![0]).address6(flow.tunnel6![1]).u32(41));
  out
    .u16(11)
    .u16(12 + body.length)
    .u16(elements)
    .u8(1)
    .u8(flow.exporter & 255)
    .u16(flow.exporter);
  out
    .u8(flow.isScaled ? 2 : 0)
    .u8(9)
    .raw(body.toBytes());
}

function extensionsOf(flow: FlowSpec): number[] {
  const extensions: number[] = [4, 8];
  if (flow.padding) extensions.push(23, 22);
  if (flow.receivedMs) extensions.push(27);
  if (flow.eventMs !== undefined) extensions.push(37);
  if (flow.natPorts) extensions.push(38);
  if (flow.nat4) extensions.push(39);
  if (flow.nat6) extensions.push(40);
  return extensions;
}

function encodeFlow1(out: Writer, flow: FlowSpec, map: number, extensions: readonly number[]): void {
  const body = new Writer(out.littleEndian);
  const big = flow.packets > 0xffff_ffff || flow.bytes > 0xffff_ffff;
  if (flow.ipv6) body.address6(flow.ipv6[0]).address6(flow.ipv6[1]);
  else body.u32(flow.ipv4?.[0] ?? 0).u32(flow.ipv4?.[1] ?? 0);
  if (big) body.u64(flow.packets).u64(flow.bytes);
  else body.u32(flow.packets).u32(flow.bytes);
  for (const extension of extensions) {
    if (extension === 27) body.u64(flow.receivedMs);
    else if (extension === 37) body.u64(flow.eventMs!).u32(7).u16(0).u8(1).u8(0).u32(0);
    else if (extension === 38) body.u16(flow.natPorts![0]).u16(flow.natPorts![1]);
    else if (extension === 39) body.u32(flow.nat4![0]).u32(flow.nat4![1]);
    else if (extension === 40) body.address6(flow.nat6![0]).address6(flow.nat6![1]);
    else body.zeros({ 4: 4, 8: 4, 22: 40, 23: 4 }[extension] as number);
  }
  const flags = (flow.ipv6 ? 1 : 0) | (big ? 6 : 0) | (flow.isScaled ? 128 : 0);
  out
    .u16(10)
    .u16(32 + body.length)
    .u16(flags)
    .u16(map);
  out.u16(flow.firstMs % 1000).u16(flow.lastMs % 1000);
  out.u32(Math.floor(flow.firstMs / 1000)).u32(Math.floor(flow.lastMs / 1000));
  out.u8(0).u8(flow.tcpFlags).u8(flow.protocol).u8(0).u16(flow.srcPort).u16(flow.dstPort);
  out.u16(flow.exporter).u16(0).raw(body.toBytes());
}

class Writer {
  readonly littleEndian: boolean;
  private view = new DataView(new ArrayBuffer(1 << 12));
  length = 0;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  u8(value: number): this {
    const at = this.room(1);
    this.view.setUint8(at, value);
    return this;
  }
  u16(value: number): this {
    const at = this.room(2);
    this.view.setUint16(at, value, this.littleEndian);
    return this;
  }
  u32(value: number): this {
    const at = this.room(4);
    this.view.setUint32(at, value, this.littleEndian);
    return this;
  }
  i32(value: number): this {
    return this.u32(value >>> 0);
  }
  u64(value: number): this {
    const at = this.room(8);
    this.view.setBigUint64(at, BigInt(value), this.littleEndian);
    return this;
  }
  i64(value: number): this {
    const at = this.room(8);
    this.view.setBigInt64(at, BigInt(value), this.littleEndian);
    return this;
  }
  /** Two numbers of 64 bits in the file's order, the high one first. */
  address6([w0, w1, w2, w3]: Words4): this {
    const [a, b, c, d] = this.littleEndian ? [w1, w0, w3, w2] : [w0, w1, w2, w3];
    return this.u32(a).u32(b).u32(c).u32(d);
  }
  zeros(count: number): this {
    return this.raw(new Uint8Array(count));
  }
  raw(bytes: Uint8Array): this {
    const at = this.room(bytes.length);
    new Uint8Array(this.view.buffer).set(bytes, at);
    return this;
  }
  toBytes(): Uint8Array {
    return new Uint8Array(this.view.buffer.slice(0, this.length));
  }
  private room(bytes: number): number {
    const at = this.length;
    this.length += bytes;
    if (this.length > this.view.byteLength) {
      const larger = new Uint8Array(Math.max(this.view.byteLength * 2, this.length));
      larger.set(new Uint8Array(this.view.buffer));
      this.view = new DataView(larger.buffer);
    }
    return at;
  }
}
