// Copying for the block decoders. Short copies are the rule: where there is room, sixteen bytes are moved without a
// loop, and what is too much is written over later. Ranges are the caller's to check.

/** What a decoder answers instead of a position, when it cannot go on. */
export const MALFORMED = -1;
export const OUTPUT_FULL = -2;

/** Sixteen bytes, in four steps: a repeat from at least four bytes back comes out right. */
export function copySixteen(input: DataView, from: number, output: DataView, at: number): void {
  output.setInt32(at, input.getInt32(from, true), true);
  output.setInt32(at + 4, input.getInt32(from + 4, true), true);
  output.setInt32(at + 8, input.getInt32(from + 8, true), true);
  output.setInt32(at + 12, input.getInt32(from + 12, true), true);
}

/** Copies exactly `length` bytes between two buffers. */
export function copyBytes(input: DataView, from: number, output: DataView, at: number, length: number): void {
  const stop = from + length;
  let i = from;
  let o = at;
  for (; i <= stop - 4; i += 4, o += 4) output.setInt32(o, input.getInt32(i, true), true);
  for (; i < stop; i++, o++) output.setUint8(o, input.getUint8(i));
}

/** Repeats what stands `distance` bytes before `at`: byte by byte in meaning, so a short distance gives a pattern. */
export function repeatBytes(output: DataView, at: number, distance: number, length: number): void {
  const stop = at + length;
  let o = at;
  if (distance >= 4) {
    for (; o <= stop - 4; o += 4) output.setInt32(o, output.getInt32(o - distance, true), true);
  }
  for (; o < stop; o++) output.setUint8(o, output.getUint8(o - distance));
}
