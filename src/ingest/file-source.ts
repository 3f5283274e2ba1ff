// Bytes as they lie: regular files are read synchronously straight into the caller's memory, pipes and sockets as streams.
import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { Readable } from 'node:stream';
import { FlowSieveError } from '../core/errors.ts';
import type { ByteSource } from './byte-source.ts';

export const STDIN = '-';

/** Words for what the system answers; others are given as the system names them. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EMFILE: 'too many open files',
  EIO: 'the device reports an error',
};

export function unreadable(name: string, cause: unknown): FlowSieveError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new FlowSieveError('INPUT_UNREADABLE', `cannot read ${name}: ${reason}`, { cause });
}

/** Opens a file or `-` without looking at its content. */
export function openBytes(path: string): ByteSource {
  const name = path === STDIN ? '<stdin>' : path;
  let fd: number;
  let stats: Stats;
  try {
    fd = path === STDIN ? 0 : openSync(path, 'r');
    stats = fstatSync(fd);
  } catch (cause) {
    throw unreadable(name, cause);
  }
  if (stats.isFile()) return new FileSource(name, fd, stats);
  if (path === STDIN) return new StreamSource(name, process.stdin);
  if (stats.isDirectory()) {
    closeSync(fd);
    throw unreadable(name, Object.assign(new Error('is a folder'), { code: 'EISDIR' }));
  }
  return new StreamSource(name, createReadStream('', { fd }));
}

class FileSource implements ByteSource {
  readonly name: string;
  readonly totalBytes: number;
  consumedBytes = 0;
  private fd: number | null;

  constructor(name: string, fd: number, stats: Stats) {
    this.name = name;
    this.fd = fd;
    this.totalBytes = stats.size;
  }

  read(into: Uint8Array): number {
    if (this.fd === null || into.length === 0) return 0;
    try {
      const length = readSync(this.fd, into, 0, into.length, null);
      this.consumedBytes += length;
      return length;
    } catch (cause) {
      throw unreadable(this.name, cause);
    }
  }

  async close(): Promise<void> {
    if (this.fd !== null && this.fd !== 0) closeSync(this.fd);
    this.fd = null;
  }
}

class StreamSource implements ByteSource {
  readonly name: string;
  readonly totalBytes = null;
  consumedBytes = 0;
  private readonly stream: Readable;
  private rest: Uint8Array = new Uint8Array(0);
  private ended = false;
  private failure: unknown = null;
  private wake: (() => void) | null = null;

  constructor(name: string, stream: Readable) {
    this.name = name;
    this.stream = stream;
    const awaken = (): void => this.wake?.();
    const end = (): void => {
      this.ended = true;
      awaken();
    };
    stream.on('readable', awaken);
    stream.on('end', end);
    stream.on('close', end);
    stream.on('error', (cause) => {
      this.failure = cause;
      end();
    });
  }

  async read(into: Uint8Array): Promise<number> {
    if (into.length === 0) return 0;
    while (this.rest.length === 0) {
      const chunk: unknown = this.stream.read();
      if (chunk instanceof Uint8Array) {
        this.rest = chunk;
      } else {
        if (this.failure) throw unreadable(this.name, this.failure);
        if (this.ended) return 0;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = null;
      }
    }
    const length = Math.min(this.rest.length, into.length);
    into.set(this.rest.subarray(0, length));
    this.rest = this.rest.subarray(length);
    this.consumedBytes += length;
    return length;
  }

  async close(): Promise<void> {
    this.stream.destroy();
  }
}
