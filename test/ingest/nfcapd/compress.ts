// Compressors for tests: simple ones of our own for LZ4 and LZO1X, which make every kind of instruction; tools for the rest.
import { spawnSync } from 'node:child_process';
import type { Compression } from '../../../src/ingest/nfcapd/plan.ts';

interface Sequence {
  readonly literals: Uint8Array;
  /** `null` at the end. */
  readonly match: { readonly distance: number; readonly length: number } | null;
}

/** Greedy matches of four bytes and more, found by the last place of the same four bytes. */
function sequences(data: Uint8Array, maxDistance: number, lastLiterals: number): Sequence[] {
  const seen = new Map<number, number>();
  const found: Sequence[] = [];
  let from = 0;
  let at = 0;
  const key = (n: number): number => new DataView(data.buffer, data.byteOffset).getUint32(n, true);
  while (at + 4 <= data.length - lastLiterals) {
    const before = seen.get(key(at));
    seen.set(key(at), at);
    if (before === undefined || at - before > maxDistance) {
      at++;
      continue;
    }
    let length = 4;
    while (at + length < data.length - lastLiterals && data[before + length] === data[at + length]) length++;
    found.push({ literals: data.subarray(from, at), match: { distance: at - before, length } });
    at += length;
    from = at;
  }
  found.push({ literals: data.subarray(from), match: null });
  return found;
}

export function compressLz4(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  const extend = (length: number): void => {
    let left = length - 15;
    for (; left >= 255; left -= 255) out.push(255);
    out.push(left);
  };
  for (const { literals, match } of sequences(data, 65_535, 5)) {
    const length = match ? match.length - 4 : 0;
    out.push((Math.min(literals.length, 15) << 4) | Math.min(length, 15));
    if (literals.length >= 15) extend(literals.length);
    out.push(...literals);
    if (!match) continue;
    out.push(match.distance & 255, match.distance >> 8);
    if (length >= 15) extend(length);
  }
  return Uint8Array.from(out);
}

export function compressLzo(data: Uint8Array): Uint8Array {
  const out: number[] = [];
  const zeros = (value: number): void => {
    let left = value;
    for (; left > 255; left -= 255) out.push(0);
    out.push(left);
  };
  /** Where the last match keeps the count of literals behind it. */
  let trailingAt = -1;
  for (const { literals, match } of sequences(data, 49_151, 0)) {
    const count = literals.length;
    if (out.length === 0 && count > 0 && count <= 238) {
      out.push(17 + count);
    } else if (count > 3 || (count > 0 && trailingAt < 0)) {
      if (count <= 18) out.push(count - 3);
      else {
        out.push(0);
        zeros(count - 18);
      }
    } else if (count > 0) out[trailingAt] = (out[trailingAt] as number) | count;
    out.push(...literals);
    if (!match) break;
    const { distance, length } = match;
    if (length <= 8 && distance <= 2_048) {
      trailingAt = out.length;
      out.push(((length - 1) << 5) | (((distance - 1) & 7) << 2), (distance - 1) >> 3);
      continue;
    }
    const isFar = distance > 16_384;
    const short = isFar ? 7 : 31;
    const offset = isFar ? distance - 16_384 : distance - 1;
    const first = isFar ? 16 | ((offset >> 14) << 3) : 32;
    if (length - 2 <= short) out.push(first | (length - 2));
    else {
      out.push(first);
      zeros(length - 2 - short);
    }
    trailingAt = out.length;
    out.push((offset << 2) & 255, (offset >> 6) & 255);
  }
  out.push(17, 0, 0);
  return Uint8Array.from(out);
}

/** RFC 8878: one frame of raw blocks, and of repeated bytes where they are; it tells its size. */
export function storeZstd(data: Uint8Array): Uint8Array {
  const out: number[] = [0x28, 0xb5, 0x2f, 0xfd, 0xa0];
  for (let n = 0; n < 4; n++) out.push((data.length >>> (8 * n)) & 255);
  for (let at = 0; at === 0 || at < data.length; at += 100_000) {
    const block = data.subarray(at, at + 100_000);
    const isLast = at + block.length >= data.length ? 1 : 0;
    const isRepeated = block.length > 1 && block.every((byte) => byte === block[0]);
    const header = (block.length << 3) | (isRepeated ? 2 : 0) | isLast;
    out.push(header & 255, (header >> 8) & 255, header >> 16);
    for (const byte of isRepeated ? block.subarray(0, 1) : block) out.push(byte);
  }
  return Uint8Array.from(out);
}

/** The machine's compressor, or `null` where it has none. */
export function compressByTool(tool: 'bzip2' | 'zstd', data: Uint8Array): Uint8Array | null {
  // A file's size is not known through a pipe; zstd is told.
  const args = tool === 'zstd' ? ['-q', '-c', `--stream-size=${data.length}`] : ['-c'];
  const done = spawnSync(tool, args, { input: data, maxBuffer: 1 << 28 });
  return done.status === 0 ? new Uint8Array(done.stdout) : null;
}

export const HAS_BZIP2 = compressByTool('bzip2', new Uint8Array(1)) !== null;
export const HAS_ZSTD = compressByTool('zstd', new Uint8Array(1)) !== null;

export function compress(compression: Compression, data: Uint8Array): Uint8Array {
  switch (compression) {
    case 'none':
      return data;
    case 'lzo':
      return compressLzo(data);
    case 'lz4':
      return compressLz4(data);
    case 'zstd':
      return storeZstd(data);
    case 'bzip2': {
      const packed = compressByTool('bzip2', data);
      if (!packed) throw new Error('needs bzip2');
      return packed;
    }
  }
}
