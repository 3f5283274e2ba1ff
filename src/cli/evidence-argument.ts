// Evidence as it is named on the command line: by its digest, or as a file whose digest is taken. The file is not kept.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { FlowSieveError } from '../core/errors.ts';

const DIGEST = /^[0-9a-fA-F]{64}$/;

/** @returns SHA-256, hexadecimal; nothing where nothing was named */
export async function evidenceDigest(named: string | undefined): Promise<string | undefined> {
  if (named === undefined) return undefined;
  if (DIGEST.test(named)) return named.toLowerCase();
  const digest = createHash('sha256');
  try {
    await pipeline(createReadStream(named), digest);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError(
      'INPUT_UNREADABLE',
      `--evidence ${named}: neither a SHA-256 digest nor a file that can be read (${code})`,
      { cause },
    );
  }
  return digest.digest('hex');
}
