// Drives one of node:zlib's decoders so that its memory stays flat: one compressed piece in, its output out, then the next.
import type { Transform } from 'node:stream';
import { DamagedInput } from '../byte-source.ts';
import type { Chunks } from './decompressed-source.ts';

/** Bytes of output that one step of the decoder gives; a piece that expands to more is handed on in several. */
const OUTPUT_CHUNK_BYTES = 262_144;

/**
 * Options under which no output is lost when the input turns out damaged: with a mark of 1 the decoder takes its next
 * step only once everything it gave has been read.
 */
export const FLAT_MEMORY = { chunkSize: OUTPUT_CHUNK_BYTES, highWaterMark: 1 } as const;

/** @param format for messages: `gzip`, `zstd` */
export async function* throughDecoder(
  decoder: Transform & { readonly bytesWritten: number },
  pieces: AsyncIterable<Uint8Array>,
  format: string,
): Chunks {
  const output: Uint8Array[] = [];
  let ended = false;
  let failure: Error | null = null;
  let idle = true;
  let wake: (() => void) | null = null;
  const signal = (): void => wake?.();
  decoder.on('data', (chunk: Uint8Array) => {
    output.push(chunk);
    decoder.pause();
    signal();
  });
  decoder.on('end', () => {
    ended = true;
    signal();
  });
  decoder.on('error', (error: Error) => {
    failure = error;
    signal();
  });
  const settle = async function* (until: () => boolean): Chunks {
    for (;;) {
      const chunk = output.shift();
      if (chunk) yield chunk;
      else if (failure)
        throw new DamagedInput(`the ${format} data is damaged or cut off (${failure.message})`);
      else if (until()) return;
      else {
        decoder.resume();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
    }
  };
  try {
    let given = 0;
    for await (const piece of pieces) {
      idle = false;
      given += piece.length;
      decoder.write(piece, () => {
        idle = true;
        signal();
      });
      yield* settle(() => idle || ended);
      if (ended) {
        const passedOver = piece.subarray(Math.max(0, piece.length - (given - decoder.bytesWritten)));
        if (passedOver.some((byte) => byte !== 0)) {
          throw new DamagedInput(`bytes after the end of the ${format} data are not ${format}: passed over`);
        }
        return;
      }
    }
    decoder.end();
    yield* settle(() => ended);
  } finally {
    decoder.destroy();
  }
}
