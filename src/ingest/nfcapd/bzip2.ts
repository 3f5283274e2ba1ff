// bzip2 blocks, through seek-bzip, which is loaded when the first one comes: few files have them.
import { createRequire } from 'node:module';
import { MALFORMED, OUTPUT_FULL } from './copy.ts';

interface Bunzip {
  /** Decodes a whole stream and verifies its checksums. @throws TypeError where it is malformed */
  decode(input: object, output: { writeByte(byte: number): void }): void;
}

const require = createRequire(import.meta.url);
const FULL = new Error('output full');

/** As `decodeLz4`. */
export function decodeBzip2(
  input: DataView,
  from: number,
  to: number,
  output: DataView,
  at: number,
  end: number,
): number {
  const bunzip = require('seek-bzip') as Bunzip;
  let i = from;
  let o = at;
  const readByte = (): number => {
    if (i >= to) throw new TypeError('input ended');
    return input.getUint8(i++);
  };
  const stream = {
    readByte,
    read(into: Uint8Array, offset: number, length: number): number {
      for (let n = 0; n < length; n++) into[offset + n] = readByte();
      return length;
    },
  };
  const sink = {
    writeByte(byte: number): void {
      if (o >= end) throw FULL;
      output.setUint8(o++, byte);
    },
  };
  try {
    bunzip.decode(stream, sink);
    return o;
  } catch (error) {
    return error === FULL ? OUTPUT_FULL : MALFORMED;
  }
}
