// Address text in canonical form, made only where a record is shown or kept. Words are big-endian; any
// signedness.

const OCTETS: readonly string[] = Array.from({ length: 256 }, (_, n) => String(n));

/** Dotted decimal. */
export function formatIpv4(address: number): string {
  return `${OCTETS[address >>> 24]}.${OCTETS[(address >>> 16) & 255]}.${OCTETS[(address >>> 8) & 255]}.${OCTETS[address & 255]}`;
}

const groups = new Uint16Array(8);

/**
 * RFC 5952 § 4: lower case, no leading zeros, the first longest run of two or more zero groups shortened.
 * IPv4-mapped (::ffff:0:0/96) prints as IPv4.
 */
export function formatIpv6(w0: number, w1: number, w2: number, w3: number): string {
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return formatIpv4(w3);
  groups[0] = w0 >>> 16;
  groups[1] = w0;
  groups[2] = w1 >>> 16;
  groups[3] = w1;
  groups[4] = w2 >>> 16;
  groups[5] = w2;
  groups[6] = w3 >>> 16;
  groups[7] = w3;
  let runAt = -1;
  let runLength = 1;
  for (let at = 0; at < 8; at++) {
    const from = at;
    while (at < 8 && groups[at] === 0) at++;
    if (at - from > runLength) {
      runAt = from;
      runLength = at - from;
    }
  }
  let text = '';
  for (let at = 0; at < 8; at++) {
    if (at === runAt) {
      text += '::';
      at += runLength - 1;
      continue;
    }
    if (at > 0 && at !== runAt + runLength) text += ':';
    text += groups[at]!.toString(16);
  }
  return text;
}
