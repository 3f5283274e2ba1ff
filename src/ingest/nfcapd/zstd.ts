// zstd blocks: by node:zlib where it can (from Node 22.15), else by fzstd. One frame that tells its size, as nfdump writes.
import { createRequire } from 'node:module';
import * as zlib from 'node:zlib';
import { MALFORMED, OUTPUT_FULL } from './copy.ts';

type DecompressSync = (data: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

const require = createRequire(import.meta.url);
const native = 'zstdDecompressSync' in zlib ? (zlib.zstdDecompressSync as DecompressSync) : null;
const FRAME_MAGIC = 0xfd2fb528;

/** As `decodeLz4`. */
export function decodeZstd(
  input: DataView,
  from: number,
  to: number,
  output: DataView,
  at: number,
  end: number,
): number {
  const size = contentSize(input, from, to);
  if (size === null) return MALFORMED;
  if (size > end - at) return OUTPUT_FULL;
  // A private copy: the libraries do not take shared memory.
  const frame = new Uint8Array(input.buffer, input.byteOffset + from, to - from).slice();
  const target = new Uint8Array(output.buffer, output.byteOffset + at, size);
  try {
    if (native) {
      const decoded = native(frame, { maxOutputLength: Math.max(size, 1) });
      if (decoded.length !== size) return MALFORMED;
      target.set(decoded);
    } else {
      target.fill(0); // fzstd does not say how much it wrote
      (require('fzstd') as typeof import('fzstd')).decompress(frame, target);
    }
    return at + size;
  } catch {
    return MALFORMED;
  }
}

/** Frame_Content_Size (RFC 8878 § 3.1.1.1.4); `null` = no frame, or one that does not tell. */
function contentSize(input: DataView, from: number, to: number): number | null {
  if (to - from < 5 || input.getUint32(from, true) !== FRAME_MAGIC) return null;
  const descriptor = input.getUint8(from + 4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const at = from + 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  if (to - at < [1, 2, 4, 8][descriptor >>> 6]!) return null;
  switch (descriptor >>> 6) {
    case 0:
      return singleSegment ? input.getUint8(at) : null;
    case 1:
      return input.getUint16(at, true) + 256;
    case 2:
      return input.getUint32(at, true);
    default:
      return Number(input.getBigUint64(at, true));
  }
}
