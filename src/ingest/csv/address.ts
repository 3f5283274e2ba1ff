// Addresses as text, read straight from bytes into words, strictly: four decimal parts without leading zeros, or RFC 4291
// § 2.2 text. What inet_aton would guess at (octal, short forms) is refused: a flow must not match by a guess.

const SPACE = 0x20;
const DOT = 0x2e;
const COLON = 0x3a;

const groups = new Uint16Array(8);

/**
 * Reads bytes[from, to), spaces around the address allowed. Fills `words`: one word for IPv4, four for IPv6, high first.
 * Returns the family, with IPv4-mapped IPv6 (::ffff:0:0/96) as 4; 0 = no address.
 */
export function readAddress(bytes: Uint8Array, from: number, to: number, words: Int32Array): 0 | 4 | 6 {
  while (from < to && bytes[from] === SPACE) from++;
  while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === 0x0d)) to--;
  for (let at = from; at < to && at < from + 5; at++) {
    if (bytes[at] === COLON) return readIpv6(bytes, from, to, words);
  }
  return readIpv4(bytes, from, to, words) ? 4 : 0;
}

function readIpv4(bytes: Uint8Array, from: number, to: number, words: Int32Array): boolean {
  let word = 0;
  let part = 0;
  let digits = 0;
  let parts = 1;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === DOT) {
      if (digits === 0 || parts === 4) return false;
      word = (word << 8) | part;
      part = 0;
      digits = 0;
      parts++;
      continue;
    }
    const digit = byte - 0x30;
    if (digit < 0 || digit > 9 || (digits > 0 && part === 0)) return false;
    part = part * 10 + digit;
    if (part > 255) return false;
    digits++;
  }
  words[0] = (word << 8) | part;
  return parts === 4 && digits > 0;
}

function readIpv6(bytes: Uint8Array, from: number, to: number, words: Int32Array): 0 | 4 | 6 {
  let count = 0;
  let gapAt = -1;
  let at = from;
  if (bytes[at] === COLON && (bytes[at + 1] !== COLON || at + 1 >= to)) return 0;
  while (at < to) {
    if (bytes[at] === COLON && at + 1 < to && bytes[at + 1] === COLON) {
      if (gapAt >= 0) return 0;
      gapAt = count;
      at += 2;
      continue;
    }
    if (count > 0 && count !== gapAt && bytes[at] === COLON) at++; // behind a gap stands none
    if (count === 8) return 0;
    const start = at;
    let group = 0;
    for (let digit = hexDigit(bytes, at, to); digit >= 0; digit = hexDigit(bytes, ++at, to)) {
      group = (group << 4) | digit;
      if (at - start > 3) return 0;
    }
    if (at < to && bytes[at] === DOT) {
      if (count > 6 || !readIpv4(bytes, start, to, words)) return 0;
      groups[count++] = (words[0] as number) >>> 16;
      groups[count++] = (words[0] as number) & 0xffff;
      break;
    }
    if (at === start || (at < to && bytes[at] !== COLON)) return 0;
    groups[count++] = group;
  }
  if (gapAt < 0 ? count !== 8 : count > 7) return 0;
  spread(count, gapAt);
  for (let word = 0; word < 4; word++)
    words[word] = ((groups[2 * word] as number) << 16) | (groups[2 * word + 1] as number);
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) {
    words[0] = words[3] as number;
    return 4;
  }
  return 6;
}

/** Moves the groups after `::` to the end and fills the gap with zeros. */
function spread(count: number, gapAt: number): void {
  if (gapAt < 0) return;
  const after = count - gapAt;
  for (let n = 1; n <= after; n++) groups[8 - n] = groups[count - n] as number;
  groups.fill(0, gapAt, 8 - after);
}

function hexDigit(bytes: Uint8Array, at: number, to: number): number {
  if (at >= to) return -1;
  const byte = bytes[at] as number;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
