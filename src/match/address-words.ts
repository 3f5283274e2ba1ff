// The text of an address, as flows carry it, back into the words that the index is asked with.
// Reads canonical text (dotted IPv4, RFC 5952 IPv6) and refuses what is no address; the edges parse with core.

const DOT = 0x2e;

/** Fills `words` (at least four). Returns the family, with IPv4-mapped IPv6 as 4; 0 = no address. */
export function addressWords(text: string, words: Uint32Array): 0 | 4 | 6 {
  return text.includes(':') ? ipv6Words(text, words) : ipv4Word(text, words) ? 4 : 0;
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

function ipv6Words(text: string, words: Uint32Array): 0 | 4 | 6 {
  const halves = text.split('::');
  if (halves.length > 2) return 0;
  const head = groupsOf(halves[0] as string);
  const tail = halves.length === 2 ? groupsOf(halves[1] as string) : [];
  if (!head || !tail) return 0;
  const zeros = 8 - head.length - tail.length;
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return 0;
  const groups = [...head, ...new Array<number>(zeros).fill(0), ...tail];
  for (let n = 0; n < 4; n++) {
    words[n] = (((groups[2 * n] as number) << 16) | (groups[2 * n + 1] as number)) >>> 0;
  }
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) {
    words[0] = words[3] as number;
    return 4;
  }
  return 6;
}

/** Groups of 16 bits between colons; a dotted end counts for two. `null` = malformed. */
function groupsOf(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [n, part] of parts.entries()) {
    if (n === parts.length - 1 && part.includes('.')) {
      const word = new Uint32Array(1);
      if (!ipv4Word(part, word)) return null;
      groups.push((word[0] as number) >>> 16, (word[0] as number) & 0xffff);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}
