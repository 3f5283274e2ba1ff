// Text taken four bytes at a time: where a column ends, IPv4 addresses, times compared as they stand. Little-endian words;
// all of it may read up to sixteen bytes beyond the text it is given.
import { NEWLINE, RETURN } from './lines.ts';

const PLUS = 0x2b;
const MINUS = 0x2d;

/** A byte four times over. */
export function fourTimes(byte: number): number {
  return Math.imul(byte, 0x01010101);
}

/** Place of the next delimiter, which is given four times over. One must come. */
export function columnEnd(view: DataView, from: number, delimiters: number): number {
  for (let at = from; ; at += 4) {
    const differs = view.getInt32(at, true) ^ delimiters;
    // The lowest 0x80 marks the first byte that is zero.
    const zeros = (differs - 0x01010101) & ~differs & 0x80808080;
    if (zeros !== 0) return at + ((31 - Math.clz32(zeros & -zeros)) >> 3);
  }
}

/** The address last read by readIpv4. */
export let ipv4 = 0;

const FOUR_DIGITS = 0x30303030;
const THREE_DOTS = 0x2e2e2e;
/** The least value of one, two and three digits (0, 10, 100), a byte each: below it stands a leading zero. */
const LEAST_VALUES = 0x640a00;

/**
 * Reads dotted decimal up to the delimiter or the end of the line. Returns the place of the byte after it; -1 = not IPv4 in plain
 * form (it may be padded, IPv6, or none). Branches on the data cost more than arithmetic here: where the four parts end
 * is taken from sixteen bytes at once, and whatever is wrong is gathered and asked for at the end.
 */
export function readIpv4(view: DataView, from: number, delimiter: number): number {
  let ends =
    nonDigits(view.getInt32(from, true)) |
    (nonDigits(view.getInt32(from + 4, true)) << 4) |
    (nonDigits(view.getInt32(from + 8, true)) << 8) |
    (nonDigits(view.getInt32(from + 12, true)) << 12);
  let address = 0;
  let stops = 0;
  let wrong = 0; // negative once something is; behind four digits or more no dot is found
  let at = 0;
  for (let part = 0; part < 4; part++) {
    const end = 31 - Math.clz32(ends & -ends);
    ends &= ends - 1;
    const length = end - at;
    const word = view.getInt32(from + at, true);
    const digits = (word ^ FOUR_DIGITS) << (32 - 8 * length);
    const value = ((digits >>> 8) & 255) * 100 + ((digits >>> 16) & 255) * 10 + (digits >>> 24);
    wrong |= (length - 1) | (255 - value) | (value - ((LEAST_VALUES >>> (8 * length - 8)) & 255));
    stops = (stops << 8) | ((word >>> (8 * length)) & 255);
    address = (address << 8) | value;
    at = end + 1;
  }
  ipv4 = address;
  const stop = stops & 255;
  if (wrong < 0 || stops >>> 8 !== THREE_DOTS || (stop !== delimiter && stop !== NEWLINE && stop !== RETURN))
    return -1;
  return from + at - 1;
}

/** A bit for each of the word's four bytes that is no digit, the first byte's lowest. */
function nonDigits(word: number): number {
  const digits = word ^ FOUR_DIGITS;
  // Adding 0x76 carries 10 and above into the byte's high bit, and never beyond the byte.
  const others = (((digits & 0x7f7f7f7f) + 0x76767676) | digits) & 0x80808080;
  return Math.imul(others >>> 7, 0x10204080) >>> 28;
}

/** Characters; what is shorter is left to those who read it. */
const SHORTEST_TIME = 8;

/**
 * Compares two times as text: below, above or equal to 0. They must be of one length, and the number in which they first
 * differ of as many digits in both; NaN = they are not, or an offset from UTC makes the text say little.
 */
export function compareText(
  view: DataView,
  from: number,
  to: number,
  otherFrom: number,
  otherTo: number,
): number {
  const length = to - from;
  if (length !== otherTo - otherFrom) return Number.NaN;
  let same = 0;
  while (same < length - 4 && view.getInt32(from + same, true) === view.getInt32(otherFrom + same, true))
    same += 4;
  while (same < length && view.getUint8(from + same) === view.getUint8(otherFrom + same)) same++;
  if (same === length) return 0;
  if (length < SHORTEST_TIME) return Number.NaN;
  for (let n = same; n < length; n++) {
    const here = isDigit(view.getUint8(from + n));
    if (here !== isDigit(view.getUint8(otherFrom + n))) return Number.NaN;
    if (!here) {
      if (n === same) return Number.NaN;
      break;
    }
  }
  if (hasOffset(view, to) || hasOffset(view, otherTo)) return Number.NaN;
  return view.getUint8(from + same) - view.getUint8(otherFrom + same);
}

/** Whether the text that ends here may end in an offset from UTC: ±hh, ±hhmm, ±hh:mm. Wrongly said of a date alone. */
function hasOffset(view: DataView, to: number): boolean {
  return isSign(view.getUint8(to - 3)) || isSign(view.getUint8(to - 5)) || isSign(view.getUint8(to - 6));
}

function isSign(byte: number): boolean {
  return byte === PLUS || byte === MINUS;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
