// Where records of delimited text end. A quoted field may hold line breaks (RFC 4180 § 2.6), so a quote decides; without
// one, every line is a record.
import type { Delimiter } from './plan.ts';

export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const QUOTE = 0x22;
export const COMMENT = 0x23;
const SPACE = 0x20;
const TAB = 0x09;

/** Quotes open a field only at its beginning, spaces before it aside; elsewhere they are text like any other. */
export class RecordSplitter {
  private readonly delimiter: number;
  private readonly maxBytes: number;

  constructor(delimiter: Delimiter, maxBytes: number) {
    this.delimiter = delimiter.charCodeAt(0);
    this.maxBytes = maxBytes;
  }

  /**
   * Place after the record that begins at `from`, its line break included. A quote that is not closed within the longest
   * record allowed is damage: the record is then its first line alone.
   * -1 = bytes[0, end) do not tell; `final` = nothing comes after them.
   */
  recordEnd(bytes: Buffer, from: number, end: number, final: boolean): number {
    const limit = Math.min(end, from + this.maxBytes);
    let quoted = false;
    let atStart = bytes[from] !== COMMENT; // a comment ends with its line, whatever it quotes
    for (let at = from; at < limit; at++) {
      const byte = bytes[at];
      if (quoted) {
        if (byte !== QUOTE) continue;
        if (at + 1 < limit && bytes[at + 1] === QUOTE) at++;
        else quoted = false;
      } else if (byte === NEWLINE) {
        return at + 1;
      } else if (byte === this.delimiter) {
        atStart = bytes[from] !== COMMENT;
      } else if (byte === QUOTE && atStart) {
        quoted = true;
        atStart = false;
      } else if (byte !== SPACE && byte !== TAB) {
        atStart = false;
      }
    }
    if (!final && limit < from + this.maxBytes) return -1;
    const lineEnd = bytes.indexOf(NEWLINE, from);
    if (lineEnd >= 0 && lineEnd < end) return lineEnd + 1;
    return final ? end : -1;
  }

  /** Place after the last whole record of bytes[0, end), which begin with a record. */
  lastRecordEnd(bytes: Buffer, end: number, final: boolean): number {
    let done = 0;
    for (;;) {
      const quote = indexBefore(bytes, QUOTE, done, end);
      if (quote < 0) break;
      const from = lineStart(bytes, quote, done);
      const after = this.recordEnd(bytes, from, end, final);
      if (after < 0) return from;
      done = after;
    }
    if (final) return end;
    return Math.max(done, end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1);
  }

  /** Beginning of the last record of bytes[0, end), which begin with a record and are all there is. */
  lastRecordStart(bytes: Buffer, end: number): number {
    let from = this.lastRecordEnd(bytes, end, false);
    for (let next = from; next < end; ) {
      from = next;
      next = this.recordEnd(bytes, from, end, true);
    }
    return from;
  }

  /** Columns of the record in bytes[from, to). */
  countColumns(bytes: Uint8Array, from: number, to: number): number {
    let columns = 1;
    let quoted = false;
    let atStart = true;
    for (let at = from; at < to; at++) {
      const byte = bytes[at];
      if (quoted) {
        if (byte !== QUOTE) continue;
        if (bytes[at + 1] === QUOTE) at++;
        else quoted = false;
      } else if (byte === this.delimiter) {
        columns++;
        atStart = true;
      } else {
        if (byte === QUOTE && atStart) quoted = true;
        if (byte !== SPACE && byte !== TAB) atStart = false;
      }
    }
    return columns;
  }
}

/** First place of the byte in bytes[from, end); -1 = none. */
export function indexBefore(bytes: Buffer, byte: number, from: number, end: number): number {
  const at = bytes.indexOf(byte, from);
  return at < end ? at : -1;
}

/** Beginning of the line that holds `at`, not before `floor`. */
export function lineStart(bytes: Buffer, at: number, floor: number): number {
  return at === 0 ? floor : Math.max(bytes.lastIndexOf(NEWLINE, at - 1) + 1, floor);
}

/** Line breaks in words[0, end / 4) and the bytes up to `end`: four bytes a step, for it runs over all that is read. */
export function countLines(words: Int32Array, bytes: Uint8Array, end: number): number {
  const whole = end >>> 2;
  let count = 0;
  let lanes = 0;
  for (let word = 0; word < whole; ) {
    // Four counts side by side in `lanes`, added up before the uppermost reaches the sign.
    const until = Math.min(whole, word + 127);
    for (; word < until; word++) {
      const differs = (words[word] as number) ^ 0x0a0a0a0a;
      // 0x80 in each byte that is zero: exact, no carry leaves a byte.
      const zero = ~(((differs & 0x7f7f7f7f) + 0x7f7f7f7f) | differs | 0x7f7f7f7f);
      lanes = (lanes + (zero >>> 7)) | 0;
    }
    count += (lanes & 255) + ((lanes >>> 8) & 255) + ((lanes >>> 16) & 255) + (lanes >>> 24);
    lanes = 0;
  }
  for (let at = whole * 4; at < end; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}
