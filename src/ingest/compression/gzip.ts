// gzip (RFC 1952), with several members after one another, by node:zlib.
import { createGunzip } from 'node:zlib';
import type { ByteSource } from '../byte-source.ts';
import type { Chunks } from './decompressed-source.ts';
import { FLAT_MEMORY, throughDecoder } from './transform.ts';
import { InputWindow } from './window.ts';

/**
 * zlib gives no output of a step in which it meets damage. So steps are short, at first above all (an eighth of what was
 * read before), and the input's last bytes, where a member's checksum lies (§ 2.3.1), make a step of their own.
 */
const MIN_PIECE_BYTES = 256;
const MAX_PIECE_BYTES = 32_768;
const TRAILER_BYTES = 8;

export function gunzip(source: ByteSource): Chunks {
  return throughDecoder(createGunzip(FLAT_MEMORY), pieces(source), 'gzip');
}

async function* pieces(source: ByteSource): AsyncGenerator<Uint8Array, void, void> {
  const input = new InputWindow(source, MAX_PIECE_BYTES * 4);
  for (;;) {
    const size = Math.min(Math.max(input.offset >> 3, MIN_PIECE_BYTES), MAX_PIECE_BYTES);
    const more = await input.need(size + TRAILER_BYTES);
    const length = more
      ? size
      : Math.max(input.length - TRAILER_BYTES, Math.min(input.length, TRAILER_BYTES));
    if (length === 0) return;
    yield input.bytes.subarray(0, length);
    input.drop(length);
  }
}
