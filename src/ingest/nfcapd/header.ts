// File and block headers of nfcapd files: layout 1 (nfdump 1.6) and 2 (1.7), in either byte order.
import { COMPRESSIONS, type Compression, MAX_BLOCK_BYTES, MAX_PLAUSIBLE_BYTES } from './plan.ts';

const MAGIC = 0xa50c;
export const LAYOUT_2_HEADER_BYTES = 40;
/** Header 140 B, statistics 136 B. */
export const LAYOUT_1_HEADER_BYTES = 276;
/** Enough to see which layout it is. */
export const MAGIC_BYTES = 4;
export const BLOCK_HEADER_BYTES = 12;

const LAYOUT_1_LZO = 0x1;
const LAYOUT_1_BZIP2 = 0x8;
const LAYOUT_1_LZ4 = 0x10;
const BLOCK_UNCOMPRESSED = 1;
/** 2 = layout 1's records, 3 = layout 2's. */
const ARRAY_BLOCK = 4;
const KNOWN_BLOCKS: ReadonlySet<number> = new Set([2, 3, ARRAY_BLOCK]);
const RECORD_HEADER_BYTES = 4;

export interface FileHeader {
  readonly layout: 1 | 2;
  readonly littleEndian: boolean;
  readonly compression: Compression;
  /** When the file was begun; layout 1: the last packet in it, which nfcapd received in the same slot. Epoch ms; 0 = not told. */
  readonly createdMs: number;
  /** Blocks of records in the file; `null` = it was never closed, and ends where it ends. */
  readonly blocks: number | null;
}

export interface BlockHeader {
  readonly records: number;
  /** Bytes on disk, without this header. */
  readonly size: number;
  readonly isCompressed: boolean;
  /** Whether records of flows stand in it. */
  readonly holdsRecords: boolean;
}

/** How many bytes the file header takes; a text = what is wrong with the file. */
export function fileHeaderBytes(head: DataView): number | string {
  if (head.byteLength < MAGIC_BYTES) return 'the file is empty or cut off in its header';
  const littleEndian = head.getUint16(0, true) === MAGIC;
  if (!littleEndian && head.getUint16(0) !== MAGIC)
    return 'not an nfcapd file: it does not begin with 0xA50C';
  const version = head.getUint16(2, littleEndian);
  if (version === 1) return LAYOUT_1_HEADER_BYTES;
  if (version === 2) return LAYOUT_2_HEADER_BYTES;
  if (version === 3) {
    return 'nfcapd layout 3 (nfdump 1.8) is not supported yet: convert the file with nfdump 1.7';
  }
  return `nfcapd layout ${version} is unknown; supported are 1 (nfdump 1.6) and 2 (nfdump 1.7)`;
}

/** @param head as many bytes as `fileHeaderBytes` says */
export function parseFileHeader(head: DataView): FileHeader | string {
  const littleEndian = head.getUint16(0, true) === MAGIC;
  return head.byteLength === LAYOUT_1_HEADER_BYTES
    ? parseLayout1(head, littleEndian)
    : parseLayout2(head, littleEndian);
}

function parseLayout2(head: DataView, littleEndian: boolean): FileHeader | string {
  const compression = COMPRESSIONS[head.getUint8(16)];
  if (compression === undefined) return `compression ${head.getUint8(16)} in the file header is unknown`;
  if (head.getUint8(17) !== 0) return 'the file is encrypted: decrypt it first';
  const blocks = head.getUint32(36, littleEndian);
  const appendixAt = head.getBigInt64(24, littleEndian);
  return {
    layout: 2,
    littleEndian,
    compression,
    createdMs: plausibleMs(Number(head.getBigInt64(8, littleEndian)) * 1000),
    blocks: blocks === 0 && appendixAt === 0n ? null : blocks,
  };
}

function parseLayout1(head: DataView, littleEndian: boolean): FileHeader {
  const flags = head.getUint32(4, littleEndian);
  const blocks = head.getUint32(8, littleEndian);
  let compression: Compression = 'none';
  if (flags & LAYOUT_1_LZO) compression = 'lzo';
  else if (flags & LAYOUT_1_BZIP2) compression = 'bzip2';
  else if (flags & LAYOUT_1_LZ4) compression = 'lz4';
  const lastSeenMs = head.getUint32(264, littleEndian) * 1000 + head.getUint16(270, littleEndian);
  return {
    layout: 1,
    littleEndian,
    compression,
    createdMs: plausibleMs(lastSeenMs),
    blocks: blocks === 0 ? null : blocks,
  };
}

/** Nothing before 1990 or after 2100: a file that no clock was set for. */
function plausibleMs(ms: number): number {
  return ms > Date.UTC(1990) && ms < Date.UTC(2100) ? ms : 0;
}

/** `null` = this cannot be a block header. */
export function parseBlockHeader(head: DataView, file: FileHeader): BlockHeader | null {
  const { littleEndian } = file;
  const records = head.getUint32(0, littleEndian);
  const size = head.getUint32(4, littleEndian);
  const type = head.getUint16(8, littleEndian);
  const flags = head.getUint16(10, littleEndian);
  if (!KNOWN_BLOCKS.has(type)) return null;
  const isCompressed = file.compression !== 'none' && (flags & BLOCK_UNCOMPRESSED) === 0;
  if (size > MAX_PLAUSIBLE_BYTES) return null;
  const recordBytes = isCompressed ? MAX_BLOCK_BYTES : size;
  if (type !== ARRAY_BLOCK && records * RECORD_HEADER_BYTES > recordBytes) return null;
  return { records, size, isCompressed, holdsRecords: type !== ARRAY_BLOCK };
}
