// LZ4 raw blocks (lz4_Block_format.md, 2022): sequences of a token, literals, a match. No frame, no checksum.
import { copyBytes, copySixteen, MALFORMED, OUTPUT_FULL, repeatBytes } from './copy.ts';

const MIN_MATCH = 4;
/** Longest literals and match of the short path: each fits in sixteen bytes. */
const SHORT_LITERALS = 14;
const SHORT_MATCH = 12;
/** Bytes that the short path may read or write beyond its position: sixteen literals; sixteen more of match. */
const INPUT_ROOM = 16;
const OUTPUT_ROOM = 32;

/**
 * Decodes input[from, to) into output[at, end). Neither reads nor writes outside these.
 * @returns the position after the last byte written; MALFORMED or OUTPUT_FULL
 */
export function decodeLz4(
  input: DataView,
  from: number,
  to: number,
  output: DataView,
  at: number,
  end: number,
): number {
  const roomyTo = to - INPUT_ROOM;
  const roomyEnd = end - OUTPUT_ROOM;
  let i = from;
  let o = at;
  while (i < to) {
    const token = input.getUint8(i++);
    let literals = token >>> 4;
    let length = token & 15;
    if (literals <= SHORT_LITERALS && i <= roomyTo && o <= roomyEnd) {
      copySixteen(input, i, output, o);
      i += literals;
      o += literals;
      const distance = input.getUint16(i, true);
      if (length <= SHORT_MATCH && distance >= 4 && distance <= o - at) {
        copySixteen(output, o - distance, output, o);
        i += 2;
        o += length + MIN_MATCH;
        continue;
      }
    } else {
      if (literals === 15) {
        let more = 255;
        while (more === 255) {
          if (i >= to) return MALFORMED;
          more = input.getUint8(i++);
          literals += more;
        }
      }
      if (literals > to - i) return MALFORMED;
      if (literals > end - o) return OUTPUT_FULL;
      copyBytes(input, i, output, o, literals);
      i += literals;
      o += literals;
      if (i === to) return o; // the last sequence has no match
      if (to - i < 2) return MALFORMED;
    }
    const distance = input.getUint16(i, true);
    i += 2;
    if (distance === 0 || distance > o - at) return MALFORMED;
    if (length === 15) {
      let more = 255;
      while (more === 255) {
        if (i >= to) return MALFORMED;
        more = input.getUint8(i++);
        length += more;
      }
    }
    length += MIN_MATCH;
    if (length > end - o) return OUTPUT_FULL;
    repeatBytes(output, o, distance, length);
    o += length;
  }
  return MALFORMED; // empty, or ended after a match
}
