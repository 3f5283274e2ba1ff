// LZO1X, as minilzo's lzo1x_1_compress writes it (described in the Linux kernel's Documentation/staging/lzo.rst).
// An instruction byte says match or literal run; what it means below 16 depends on what came before.
import { copyBytes, copySixteen, MALFORMED, OUTPUT_FULL, repeatBytes } from './copy.ts';

/** State after a literal run; otherwise the number of literals that trailed the last match, 0 to 3. */
const AFTER_RUN = 4;
/** Bytes that the short path may read or write beyond its position: four trailing literals; sixteen of match, and these. */
const INPUT_ROOM = 4;
const OUTPUT_ROOM = 20;

/**
 * Decodes input[from, to) into output[at, end). Neither reads nor writes outside these.
 * @returns the position after the last byte written; MALFORMED or OUTPUT_FULL
 */
export function decodeLzo(
  input: DataView,
  from: number,
  to: number,
  output: DataView,
  at: number,
  end: number,
): number {
  let i = from;
  let o = at;
  const roomyTo = to - INPUT_ROOM;
  const roomyEnd = end - OUTPUT_ROOM;
  let state = 0;
  if (i < to && input.getUint8(i) > 17) {
    const literals = input.getUint8(i++) - 17;
    if (literals > to - i) return MALFORMED;
    if (literals > end - o) return OUTPUT_FULL;
    copyBytes(input, i, output, o, literals);
    i += literals;
    o += literals;
    state = literals < 4 ? literals : AFTER_RUN;
  }
  while (i < to) {
    const instruction = input.getUint8(i++);
    let length: number;
    let distance: number;
    let trailing: number;
    if (instruction >= 64) {
      if (i >= to) return MALFORMED;
      length = (instruction >>> 5) + 1;
      distance = (input.getUint8(i++) << 3) + ((instruction >>> 2) & 7) + 1;
      trailing = instruction & 3;
    } else if (instruction >= 16) {
      const long = instruction >= 32;
      const mask = long ? 31 : 7;
      length = instruction & mask;
      if (length === 0) {
        length = mask;
        while (i < to && input.getUint8(i) === 0) {
          length += 255;
          i++;
        }
        if (i >= to) return MALFORMED;
        length += input.getUint8(i++);
      }
      length += 2;
      if (to - i < 2) return MALFORMED;
      const word = input.getUint16(i, true);
      i += 2;
      trailing = word & 3;
      distance = word >>> 2;
      if (long) distance += 1;
      else {
        distance += (instruction & 8) << 11;
        if (distance === 0) return i === to ? o : MALFORMED; // the end marker
        distance += 16_384;
      }
    } else if (state === 0) {
      let literals = instruction;
      if (literals === 0) {
        literals = 15;
        while (i < to && input.getUint8(i) === 0) {
          literals += 255;
          i++;
        }
        if (i >= to) return MALFORMED;
        literals += input.getUint8(i++);
      }
      literals += 3;
      if (literals > to - i) return MALFORMED;
      if (literals > end - o) return OUTPUT_FULL;
      if (literals <= 16 && to - i >= 16 && end - o >= 16) copySixteen(input, i, output, o);
      else copyBytes(input, i, output, o, literals);
      i += literals;
      o += literals;
      state = AFTER_RUN;
      continue;
    } else {
      if (i >= to) return MALFORMED;
      const high = input.getUint8(i++) << 2;
      length = state === AFTER_RUN ? 3 : 2;
      distance = high + (instruction >>> 2) + (state === AFTER_RUN ? 2049 : 1);
      trailing = instruction & 3;
    }
    if (distance > o - at) return MALFORMED;
    state = trailing;
    if (length <= 16 && distance >= 4 && i <= roomyTo && o <= roomyEnd) {
      copySixteen(output, o - distance, output, o);
      o += length;
      output.setInt32(o, input.getInt32(i, true), true);
    } else {
      if (length > end - o) return OUTPUT_FULL;
      repeatBytes(output, o, distance, length);
      o += length;
      if (trailing > to - i) return MALFORMED;
      if (trailing > end - o) return OUTPUT_FULL;
      copyBytes(input, i, output, o, trailing);
    }
    i += trailing;
    o += trailing;
  }
  return MALFORMED; // no end marker
}
