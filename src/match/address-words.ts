// The text of an address, as flows carry it, back into the words that the index is asked with. Once per address of a record
// that met the list, so without a pattern or an array; what people write in lists is read by core/prefix.ts.

const DOT = 0x2e;
const COLON = 0x3a;
const groups = new Uint16Array(8);

/** Fills `words` (at least four). Returns the family, with IPv4-mapped IPv6 as 4; 0 = no address. */
export function addressWords(text: string, words: Uint32Array): 0 | 4 | 6 {
  if (!text.includes(':')) return ipv4Word(text, words) ? 4 : 0;
  if (!readGroups(text, words)) return 0;
  for (let n = 0; n < 4; n++) words[n] = ((groups[n * 2] as number) << 16) | (groups[n * 2 + 1] as number);
  if (words[0] !== 0 || words[1] !== 0 || words[2] !== 0xffff) return 6;
  words[0] = words[3] as number;
  return 4;
}

/** Fills the first word. */
function ipv4Word(text: string, words: Uint32Array): boolean {
  let word = 0;
  let octet = 0;
  let digits = 0;
  let octets = 1;
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    if (code === DOT) {
      if (digits === 0 || octets === 4) return false;
      word = word * 256 + octet;
      octet = 0;
      digits = 0;
      octets++;
    } else {
      const digit = code - 0x30;
      if (digit < 0 || digit > 9 || digits === 3) return false;
      octet = octet * 10 + digit;
      if (octet > 255) return false;
      digits++;
    }
  }
  words[0] = word * 256 + octet;
  return octets === 4 && digits > 0;
}

/** Fills `groups` (RFC 4291 § 2.2); `words` is used for a dotted end. */
function readGroups(text: string, words: Uint32Array): boolean {
  let count = 0;
  let gap = text.startsWith('::') ? 0 : -1;
  let n = gap === 0 ? 2 : 0;
  while (n < text.length) {
    const start = n;
    let group = 0;
    let digit = hexDigit(text.charCodeAt(n));
    while (digit >= 0 && n - start < 4) {
      group = group * 16 + digit;
      digit = hexDigit(text.charCodeAt(++n));
    }
    if (text.charCodeAt(n) === DOT) {
      if (count > 6 || !ipv4Word(text.slice(start), words)) return false;
      groups[count++] = (words[0] as number) >>> 16;
      groups[count++] = words[0] as number;
      break;
    }
    if (n === start || count === 8) return false;
    groups[count++] = group;
    if (n === text.length) break;
    if (text.charCodeAt(n++) !== COLON || n === text.length) return false;
    if (text.charCodeAt(n) === COLON) {
      if (gap >= 0) return false;
      gap = count;
      n++;
    }
  }
  if (gap < 0) return count === 8;
  if (count === 8) return false;
  groups.copyWithin(8 - (count - gap), gap, count);
  groups.fill(0, gap, 8 - (count - gap));
  return true;
}

/** -1 = none; also past the text's end, where the code is NaN. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
