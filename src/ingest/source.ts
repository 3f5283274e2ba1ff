// Opens an input by its name and undoes its compression, recognised by content, never by the name's ending.
import { FlowSieveError } from '../core/errors.ts';
import { type ByteSource, RewoundSource } from './byte-source.ts';
import { openBytes } from './file-source.ts';

export type { ByteSource } from './byte-source.ts';

/** Compressions inside each other that are undone (a .gz in a .bz2). */
const MAX_NESTING = 2;
const MAGIC_BYTES = 16;

type Compression = 'gzip' | 'bzip2' | 'zstd';

/** @throws FlowSieveError INPUT_UNREADABLE, naming path and reason */
export async function openSource(path: string): Promise<ByteSource> {
  let source = openBytes(path);
  try {
    for (let nesting = 0; ; nesting++) {
      const peeked = await RewoundSource.peek(source, MAGIC_BYTES);
      source = peeked.source;
      const compression = recogniseCompression(peeked.head);
      if (compression === null) return source;
      if (nesting === MAX_NESTING) {
        throw new FlowSieveError(
          'INPUT_UNREADABLE',
          `cannot read ${source.name}: compressed more than ${MAX_NESTING} times over`,
        );
      }
      source = await decompress(compression, source);
    }
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** RFC 1952 § 2.3.1, RFC 8878 §§ 3.1.1 and 3.1.2; bzip2: `BZh`, level, and a block's or the end's magic. */
function recogniseCompression(head: Uint8Array): Compression | null {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b && c === 8) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (((a ?? 0) & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return 'zstd';
  if (a === 0x42 && b === 0x5a && c === 0x68 && d !== undefined && d >= 0x31 && d <= 0x39) {
    if (head[4] === 0x31 && head[5] === 0x41 && head[6] === 0x59) return 'bzip2';
    if (head[4] === 0x17 && head[5] === 0x72 && head[6] === 0x45) return 'bzip2';
  }
  return null;
}

async function decompress(compression: Compression, source: ByteSource): Promise<ByteSource> {
  const { DecompressedSource } = await import('./compression/decompressed-source.ts');
  switch (compression) {
    case 'gzip':
      return new DecompressedSource(source, (await import('./compression/gzip.ts')).gunzip(source));
    case 'zstd':
      return new DecompressedSource(source, (await import('./compression/zstd.ts')).unzstd(source));
    case 'bzip2':
      return new DecompressedSource(source, (await import('./compression/bzip2.ts')).bunzip2(source));
  }
}
