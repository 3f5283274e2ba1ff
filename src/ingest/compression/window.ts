// A sliding window over a compressed source, for formats whose structure must be seen before a decoder may have it.
import { type ByteSource, readFully } from '../byte-source.ts';

export class InputWindow {
  private readonly source: ByteSource;
  private readonly buffer: Uint8Array;
  private start = 0;
  private end = 0;
  /** Bytes dropped so far: the offset in the source of `bytes[0]`. */
  offset = 0;

  /** @param capacity the most that can be asked for at once */
  constructor(source: ByteSource, capacity: number) {
    this.source = source;
    this.buffer = new Uint8Array(capacity);
  }

  /** What is at hand; valid until the next `need`. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(this.start, this.end);
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Reads on until `length` bytes are at hand. @returns false where the source ends before */
  async need(length: number): Promise<boolean> {
    if (this.length >= length) return true;
    this.buffer.copyWithin(0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
    this.end += await readFully(this.source, this.buffer.subarray(this.end));
    return this.length >= length;
  }

  /** Lets go of `length` bytes at the front. */
  drop(length: number): void {
    this.start += length;
    this.offset += length;
  }
}
