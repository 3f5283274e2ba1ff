// What reader and scanner agree on: the words of a block's descriptor, and what a worker must know of the file. Plain data.

/** Compressions, in the order of layout 2's codes. */
export const COMPRESSIONS = ['none', 'lzo', 'bzip2', 'lz4', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** Largest block taken, compressed or not. nfdump 1.6 and 1.7 write at most 5 MiB. */
export const MAX_BLOCK_BYTES = 8 * 1024 * 1024;
/** An uncompressed block may be larger: it is read in pieces. Beyond this a size is damage. */
export const MAX_PLAUSIBLE_BYTES = 256 * 1024 * 1024;

/** The words of a block's descriptor: a block, or a piece of one, in slab.bytes[offset, offset + size). */
export const BLOCK = {
  offset: 0,
  size: 1,
  /** Place in COMPRESSIONS. */
  compression: 2,
  /** Records that the block's header announces; ANY_RECORDS for a piece. */
  records: 3,
  /** Byte offset of the first byte in the file, for messages: in units of 2^32, and the rest. */
  fileOffsetHigh: 4,
  fileOffsetLow: 5,
  /** 1: part of it is missing, and the reader has said so. Whole records are still read, unless it is compressed. */
  cut: 6,
  /** 1: the reader has decompressed it; places in it are no places in the file. */
  unpacked: 7,
} as const;

export const ANY_RECORDS = -1;

/** Layout 1: which extensions follow a record's fixed part, by the id that the records carry. */
export type ExtensionMap = readonly [id: number, extensions: readonly number[]];

export interface NfcapdPlan {
  readonly layout: 1 | 2;
  readonly littleEndian: boolean;
  /** Epoch ms of the file's beginning: stands in for records that lack their instant of reception. */
  readonly createdMs: number;
  /** Layout 1: the maps known where the batch begins; further ones stand in it. */
  readonly maps: readonly ExtensionMap[];
}
