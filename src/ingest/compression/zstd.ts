// Zstandard (RFC 8878): frames are walked here, so that each goes to a decoder of its own and none can ask for a window
// without bound. Decoded by node:zlib where it can (from Node 22.15), else by fzstd, which does not verify checksums.
import * as zlib from 'node:zlib';
import { type ByteSource, DamagedInput } from '../byte-source.ts';
import type { Chunks } from './decompressed-source.ts';
import { FLAT_MEMORY, throughDecoder } from './transform.ts';
import { InputWindow } from './window.ts';

/** The largest window taken, as the zstd tool does unless told otherwise. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;
/** RFC 8878 § 3.1.1.2.3 */
const MAX_BLOCK_BYTES = 128 * 1024;
/** Magic, descriptor, window, dictionary id, content size. */
const MAX_HEADER_BYTES = 18;
const FRAME_MAGIC = 0xfd2fb528;
/** The lower four bits are free (§ 3.1.2). */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** One frame piece by piece: its header, then a block at a time, the checksum with the last. */
type FramePieces = AsyncGenerator<Uint8Array, void, void>;
type CreateDecoder = (options: typeof FLAT_MEMORY) => ReturnType<typeof zlib.createGunzip>;

export async function* unzstd(source: ByteSource): Chunks {
  const input = new InputWindow(source, 2 * MAX_BLOCK_BYTES);
  const decodeFrame = await frameDecoder();
  while (await input.need(1)) {
    const magic = (await input.need(8)) ? new DataView(input.bytes.slice(0, 8).buffer) : cut();
    if ((magic.getUint32(0, true) & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      await skip(input, 8 + magic.getUint32(4, true));
    } else if (magic.getUint32(0, true) === FRAME_MAGIC) {
      yield* decodeFrame(framePieces(input));
    } else {
      throw new DamagedInput('bytes after the end of the zstd data are not zstd: passed over');
    }
  }
}

async function frameDecoder(): Promise<(pieces: FramePieces) => Chunks> {
  const create = 'createZstdDecompress' in zlib ? (zlib.createZstdDecompress as CreateDecoder) : null;
  if (create) return (pieces) => throughDecoder(create(FLAT_MEMORY), pieces, 'zstd');
  const { Decompress } = await import('fzstd');
  return async function* (pieces): Chunks {
    let output: Uint8Array[] = [];
    const decoder = new Decompress((chunk) => output.push(chunk));
    for await (const piece of pieces) {
      try {
        decoder.push(piece.slice());
      } catch (cause) {
        throw new DamagedInput('the zstd data is damaged', { cause });
      }
      yield* output;
      output = [];
    }
  };
}

async function* framePieces(input: InputWindow): FramePieces {
  await input.need(MAX_HEADER_BYTES);
  const header = frameHeader(input.bytes);
  yield input.bytes.subarray(0, header.length);
  input.drop(header.length);
  for (let last = false; !last; ) {
    if (!(await input.need(3))) cut();
    const [a, b, c] = input.bytes as unknown as [number, number, number];
    const word = a | (b << 8) | (c << 16);
    last = (word & 1) === 1;
    const repeated = ((word >> 1) & 3) === 1;
    const size = word >> 3;
    if (size > MAX_BLOCK_BYTES || ((word >> 1) & 3) === 3) {
      throw new DamagedInput(`the zstd data is damaged: no valid block at byte ${input.offset}`);
    }
    const length = 3 + (repeated ? 1 : size) + (last && header.checksum ? 4 : 0);
    if (!(await input.need(length))) cut();
    yield input.bytes.subarray(0, length);
    input.drop(length);
  }
}

/** RFC 8878 § 3.1.1.1 */
function frameHeader(bytes: Uint8Array): { length: number; checksum: boolean } {
  const descriptor = bytes[4] ?? cut();
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const sizeAt = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  const length = sizeAt + sizeBytes;
  if (bytes.length < length) cut();
  let windowBytes: number;
  if (singleSegment) {
    windowBytes = sizeBytes === 2 ? 256 : 0;
    for (let at = 0; at < sizeBytes; at++) windowBytes += (bytes[sizeAt + at] as number) * 2 ** (8 * at);
  } else {
    const window = bytes[5] as number;
    const base = 2 ** (10 + (window >> 3));
    windowBytes = base + (base / 8) * (window & 7);
  }
  if (windowBytes > MAX_WINDOW_BYTES) {
    throw new DamagedInput(
      `the zstd data needs a window of ${windowBytes} bytes; the limit is ${MAX_WINDOW_BYTES}`,
    );
  }
  return { length, checksum: (descriptor & 4) !== 0 };
}

async function skip(input: InputWindow, length: number): Promise<void> {
  for (let left = length; left > 0; ) {
    if (!(await input.need(1))) cut();
    const step = Math.min(left, input.length);
    input.drop(step);
    left -= step;
  }
}

function cut(): never {
  throw new DamagedInput('the zstd data is cut off');
}
