// A Parquet file's bytes at any place: the footer tells where the columns lie, so a stream will not do.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { AsyncBuffer } from 'hyparquet';

const MAGIC = 'PAR1';

export class ParquetFile implements AsyncBuffer {
  readonly byteLength: number;
  private readonly fd: number;
  private closed = false;

  private constructor(fd: number, byteLength: number) {
    this.fd = fd;
    this.byteLength = byteLength;
  }

  /** @returns null where the path names no regular file that begins as Parquet does (a pipe, a compressed file) */
  static open(path: string): ParquetFile | null {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch {
      return null;
    }
    const stats = fstatSync(fd);
    const file = new ParquetFile(fd, stats.size);
    if (stats.isFile() && Buffer.from(file.slice(0, MAGIC.length)).toString('latin1') === MAGIC) return file;
    file.close();
    return null;
  }

  /** Places come from the file itself: what lies outside is refused, and never allocated. */
  slice(start: number, end: number = this.byteLength): ArrayBuffer {
    if (!(start >= 0 && start <= end)) throw new Error(`bytes ${start} to ${end} are asked for`);
    const length = Math.min(end, this.byteLength) - Math.min(start, this.byteLength);
    const bytes = new Uint8Array(length);
    let read = 0;
    while (read < length) {
      const count = readSync(this.fd, bytes, read, length - read, start + read);
      if (count === 0) throw new Error(`the file ends at byte ${start + read}`);
      read += count;
    }
    return bytes.buffer;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.fd);
  }
}
