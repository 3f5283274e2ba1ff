// Text into a file that is there whole or not at all, and readable to its owner alone.
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { FlowSieveError } from '../core/errors.ts';

const FLUSH_CHARACTERS = 64 * 1024;

export class FileWriter {
  private readonly path: string;
  private readonly partial: string;
  private readonly descriptor: number;
  private pending = '';

  /** @throws FlowSieveError USAGE */
  constructor(path: string) {
    this.path = path;
    this.partial = `${path}.${process.pid}.part`;
    try {
      this.descriptor = openSync(this.partial, 'wx', 0o600);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new FlowSieveError('USAGE', `${path}: cannot be written (${code})`, { cause });
    }
  }

  text(piece: string): void {
    this.pending += piece;
    if (this.pending.length >= FLUSH_CHARACTERS) this.flush();
  }

  end(): void {
    this.flush();
    closeSync(this.descriptor);
    renameSync(this.partial, this.path);
  }

  /** Nothing of it stays. */
  abandon(): void {
    closeSync(this.descriptor);
    rmSync(this.partial, { force: true });
  }

  private flush(): void {
    const bytes = Buffer.from(this.pending, 'utf8');
    for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
    this.pending = '';
  }
}
