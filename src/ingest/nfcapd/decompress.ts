// A block as its records: as it stands, or decompressed.
import { decodeBzip2 } from './bzip2.ts';
import { OUTPUT_FULL } from './copy.ts';
import { decodeLz4 } from './lz4.ts';
import { decodeLzo } from './lzo.ts';
import type { Compression } from './plan.ts';
import { decodeZstd } from './zstd.ts';

type Decoder = typeof decodeLz4;

const DECODERS: Readonly<Record<Exclude<Compression, 'none'>, Decoder>> = {
  lzo: decodeLzo,
  bzip2: decodeBzip2,
  lz4: decodeLz4,
  zstd: decodeZstd,
};

/** input[from, to) into output[at, end). @returns the end of what was written; MALFORMED or OUTPUT_FULL */
export function decompressBlock(
  compression: Exclude<Compression, 'none'>,
  input: DataView,
  from: number,
  to: number,
  output: DataView,
  at: number,
  end: number,
): number {
  return DECODERS[compression](input, from, to, output, at, end);
}

/** What is wrong with a block that could not be decompressed. */
export function decompressionProblem(compression: Compression, answer: number, limit: number): string {
  return answer === OUTPUT_FULL
    ? `a ${compression} block is larger than ${limit} bytes when decompressed: passed over`
    : `a ${compression} block is damaged: passed over`;
}
