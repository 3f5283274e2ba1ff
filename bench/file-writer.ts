// Writes a large file in pieces of some MiB: what does not fit in the current piece goes to the next.
import { closeSync, openSync, writeSync } from 'node:fs';

const PIECE_BYTES = 8 * 1024 * 1024;

export class FileWriter {
  readonly bytes = Buffer.allocUnsafe(PIECE_BYTES);
  readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, PIECE_BYTES);
  /** Where the next byte goes in `bytes`. */
  at = 0;
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  /** Makes room for `length` more bytes, at most a piece. */
  reserve(length: number): void {
    if (this.at + length > PIECE_BYTES) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    writeSync(this.file, this.bytes, 0, this.at);
    this.at = 0;
  }
}
