// A file's bytes in the order of its blocks. With a block it reads the next one's header, so that a block costs one read and
// nothing is left over to be carried to the next slab.
import { type ByteSource, DamagedInput } from '../byte-source.ts';
import { BLOCK_HEADER_BYTES } from './header.ts';

const SKIP_BYTES = 1024 * 1024;
/** What may be given back: less than the longest record. */
const MAX_UNREAD_BYTES = 65_535;

export class BlockInput {
  /** Offset in the input of the next byte that `read` gives. */
  position = 0;
  /** What the input's compression was damaged by: it ends there. */
  damage: string | null = null;
  private readonly source: ByteSource;
  private readonly ahead = new Uint8Array(MAX_UNREAD_BYTES + BLOCK_HEADER_BYTES);
  private aheadBytes = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /**
   * Reads `length` bytes into the beginning of `into`, fewer at the input's end. Where `into` is longer by a block header,
   * that is read as well and kept: what stands behind `length` bytes is overwritten.
   */
  async read(into: Uint8Array, length: number): Promise<number> {
    const kept = Math.min(this.aheadBytes, length);
    into.set(this.ahead.subarray(0, kept));
    this.ahead.copyWithin(0, kept, this.aheadBytes);
    this.aheadBytes -= kept;
    let got = kept;
    if (got < length) {
      const wanted = Math.min(into.length, length + BLOCK_HEADER_BYTES);
      got += await this.readOn(into.subarray(kept, wanted));
      if (got > length) {
        this.ahead.set(into.subarray(length, got));
        this.aheadBytes = got - length;
        got = length;
      }
    }
    this.position += got;
    return got;
  }

  /** Gives back the last bytes read, at most MAX_UNREAD_BYTES: the next `read` begins with them. */
  unread(bytes: Uint8Array): void {
    this.ahead.copyWithin(bytes.length, 0, this.aheadBytes);
    this.ahead.set(bytes);
    this.aheadBytes += bytes.length;
    this.position -= bytes.length;
  }

  /** @returns whether there were so many bytes */
  async skip(length: number): Promise<boolean> {
    const waste = new Uint8Array(Math.min(length, SKIP_BYTES));
    for (let left = length; left > 0; ) {
      const got = await this.read(
        waste.subarray(0, Math.min(left, waste.length)),
        Math.min(left, waste.length),
      );
      if (got === 0) return false;
      left -= got;
    }
    return true;
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private async readOn(into: Uint8Array): Promise<number> {
    if (this.damage !== null) return 0;
    let got = 0;
    try {
      while (got < into.length) {
        const read = this.source.read(into.subarray(got));
        const length = typeof read === 'number' ? read : await read;
        if (length === 0) break;
        got += length;
      }
    } catch (error) {
      if (!(error instanceof DamagedInput)) throw error;
      this.damage = error.message;
    }
    return got;
  }
}
