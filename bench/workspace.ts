// The temporary folder with the generated inputs: each made once, when first asked for, and only where the disk has room.
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Left free on the disk, whatever is generated. */
const SPARE_BYTES = 2 * 1024 ** 3;

export class Workspace {
  readonly folder: string;

  constructor(parent = tmpdir()) {
    this.folder = mkdtempSync(join(parent, 'flowsieve-bench-'));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The path of an input of about `bytes` bytes, which `make` writes when it is first asked for. */
  input(name: string, bytes: number, make: (path: string) => void): string {
    const path = this.path(name);
    if (existsSync(path)) return path;
    const { bavail, bsize } = statfsSync(this.folder);
    if (bavail * bsize < bytes + SPARE_BYTES) {
      const [needed, free] = [bytes + SPARE_BYTES, bavail * bsize].map((n) => (n / 1024 ** 3).toFixed(1));
      throw new Error(
        `${name} needs ${needed} GiB, ${this.folder} has ${free}: name a larger disk with --folder DIR`,
      );
    }
    process.stderr.write(`  making ${name} (${(bytes / 1e6).toFixed(0)} MB)\n`);
    make(path);
    return path;
  }

  /** Inputs that no later row needs. */
  discard(...names: string[]): void {
    for (const name of names) rmSync(this.path(name), { force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
