// bzip2, block by block, with several streams after one another. seek-bzip decodes a block wherever it begins; this finds
// where the next begins, so that no more than one block is held.
import Bunzip from 'seek-bzip';
import { type ByteSource, DamagedInput } from '../byte-source.ts';
import type { Chunks } from './decompressed-source.ts';
import { InputWindow } from './window.ts';

/** No block is longer compressed: 900,001 symbols of at most 20 bits, and its tables. */
const MAX_BLOCK_BYTES = 2_400_000;
/** A block can unfold to about 46 MB (runs of 259 in 5 bytes): handed on in pieces of this. */
const OUTPUT_CHUNK_BYTES = 1 << 20;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;
const STREAM_HEADER_BYTES = 4;
/** End magic and checksum over the blocks' checksums. */
const TRAILER_BITS = 48 + 32;

export async function* bunzip2(source: ByteSource): Chunks {
  const input = new InputWindow(source, MAX_BLOCK_BYTES + (1 << 18));
  for (let streams = 0; await input.need(1); streams++) {
    await input.need(STREAM_HEADER_BYTES);
    const level = streamLevel(input.bytes);
    if (level === null) {
      if (streams > 0 && input.bytes.every((byte) => byte === 0)) return;
      throw new DamagedInput('bytes after the end of the bzip2 data are not bzip2: passed over');
    }
    yield* oneStream(input, level);
  }
}

async function* oneStream(input: InputWindow, level: number): Chunks {
  input.drop(STREAM_HEADER_BYTES);
  let bit = 0;
  let streamCrc = 0;
  for (;;) {
    await input.need(MAX_BLOCK_BYTES);
    const magic = bitsAt(input.bytes, bit, 48);
    if (magic === END_MAGIC) {
      if (bitsAt(input.bytes, bit + 48, 32) !== streamCrc) {
        throw new DamagedInput('the bzip2 data is damaged: its checksum does not hold');
      }
      input.drop(Math.ceil((bit + TRAILER_BITS) / 8));
      return;
    }
    if (magic !== BLOCK_MAGIC)
      throw new DamagedInput('the bzip2 data is damaged: no block where one must begin');
    streamCrc = (bitsAt(input.bytes, bit + 48, 32) ^ ((streamCrc << 1) | (streamCrc >>> 31))) >>> 0;
    const block = new Block(input.bytes, level);
    block.decode(bit);
    yield* block.output();
    bit = block.nextMagic();
    input.drop(bit >> 3);
    bit &= 7;
  }
}

function streamLevel(bytes: Uint8Array): number | null {
  const level = (bytes[3] ?? 0) - 0x30;
  return bytes[0] === 0x42 && bytes[1] === 0x5a && bytes[2] === 0x68 && level >= 1 && level <= 9
    ? level
    : null;
}

/** @throws DamagedInput where the bytes do not reach so far */
function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  if (bit + count > bytes.length * 8) throw cutOff();
  let value = 0;
  for (let at = bit; at < bit + count; at++) {
    value = value * 2 + (((bytes[at >> 3] as number) >> (7 - (at & 7))) & 1);
  }
  return value;
}

function cutOff(): DamagedInput {
  return new DamagedInput('the bzip2 data is cut off');
}

/** What seek-bzip reads from and writes to while it decodes one block. */
class Block {
  private readonly bytes: Uint8Array;
  private readonly level: number;
  private at = 0;
  private readonly chunks: Uint8Array[] = [];
  private chunk = new Uint8Array(OUTPUT_CHUNK_BYTES);
  private written = 0;

  constructor(bytes: Uint8Array, level: number) {
    this.bytes = bytes;
    this.level = level;
  }

  decode(bit: number): void {
    try {
      Bunzip.decodeBlock(this, bit, this);
    } catch (cause) {
      if (cause instanceof DamagedInput) throw cause;
      throw new DamagedInput(
        `the bzip2 data is damaged (${cause instanceof Error ? cause.message : cause})`,
        {
          cause,
        },
      );
    }
  }

  /** @returns the bit at which the next block, or the stream's end, begins */
  nextMagic(): number {
    // The block's last bit lies in the byte before `at`: the next one's magic begins right behind it.
    for (let next = this.at * 8 - 7; next <= this.at * 8; next++) {
      const magic = bitsAt(this.bytes, next, 48);
      if (magic === BLOCK_MAGIC || magic === END_MAGIC) return next;
    }
    throw new DamagedInput('the bzip2 data is damaged: no block where one must begin');
  }

  *output(): Generator<Uint8Array, void, void> {
    yield* this.chunks;
    yield this.chunk.subarray(0, this.written);
  }

  read(into: Uint8Array, offset: number, length: number): number {
    into.set([0x42, 0x5a, 0x68, 0x30 + this.level].slice(0, length), offset);
    return length;
  }

  seek(at: number): void {
    this.at = at;
  }

  readByte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw cutOff();
    return byte;
  }

  writeByte(byte: number): void {
    if (this.written === OUTPUT_CHUNK_BYTES) {
      this.chunks.push(this.chunk);
      this.chunk = new Uint8Array(OUTPUT_CHUNK_BYTES);
      this.written = 0;
    }
    this.chunk[this.written++] = byte;
  }
}
