// Addresses and prefixes as people write them in lists: strict, and canonical on the way out. Flows never come here.
import ipaddr from 'ipaddr.js';
import type { Parsed } from './time.ts';

/** An address is a prefix of full length. IPv4-mapped IPv6 arrives as IPv4. */
export interface Prefix {
  readonly family: 4 | 6;
  /** Inclusive bounds. IPv4: one u32 word; IPv6: four, high first. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Bits of the network. */
  readonly length: number;
  /** `203.0.113.7`, `203.0.113.0/24`, RFC 5952 for IPv6; no length on a single address. */
  readonly text: string;
}

const DECIMAL = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^(${DECIMAL})\\.(${DECIMAL})\\.(${DECIMAL})\\.(${DECIMAL})$`);
const IPV6 = /^(?=.*:)[0-9a-fA-F:]{2,39}(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})?$/;
const LENGTH = /^(?:0|[1-9]\d{0,2})$/;

export function parsePrefix(text: string): Parsed<Prefix> {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const words = parseAddress(address);
  if (words === null) return { problem: addressProblem(address) };
  const written = slash < 0 ? null : text.slice(slash + 1);
  if (written !== null && !LENGTH.test(written))
    return { problem: 'the prefix length is not a decimal number' };
  return prefixOf(words, written === null ? null : Number(written));
}

function prefixOf(words: readonly number[], written: number | null): Parsed<Prefix> {
  if (isMapped(words)) {
    if (written !== null && written < 96) return { problem: 'an IPv4-mapped prefix is of 96 bits or more' };
    return prefixOf([words[3] as number], written === null ? null : written - 96);
  }
  const bits = words.length * 32;
  const length = written ?? bits;
  if (length > bits) return { problem: `a prefix of this family has at most ${bits} bits` };
  const first = words.map((word, at) => (word & maskOf(length - at * 32)) >>> 0);
  const last = words.map((word, at) => (word | ~maskOf(length - at * 32)) >>> 0);
  const text = length === bits ? formatWords(first) : `${formatWords(first)}/${length}`;
  if (first.some((word, at) => word !== words[at])) {
    return { problem: `bits are set behind the prefix: the network is ${text}` };
  }
  return { value: { family: words.length === 1 ? 4 : 6, first, last, length, text } };
}

/** The mask of one word of which `bits` (any number; below 0 and over 32 are allowed) belong to the network. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

function isMapped(words: readonly number[]): boolean {
  return words.length === 4 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}

function parseAddress(text: string): number[] | null {
  const four = IPV4.exec(text);
  if (four) {
    return [
      ((Number(four[1]) << 24) | (Number(four[2]) << 16) | (Number(four[3]) << 8) | Number(four[4])) >>> 0,
    ];
  }
  if (!IPV6.test(text) || /[0-9a-fA-F]{5}/.test(text) || !hasCanonicalTail(text)) return null;
  const groups = withoutDots(text);
  if (!ipaddr.IPv6.isValid(groups)) return null;
  const bytes = ipaddr.IPv6.parse(groups).toByteArray();
  return [0, 4, 8, 12].map(
    (at) =>
      (((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number)) >>>
      0,
  );
}

/** The last 32 bits in hexadecimal: ipaddr.js takes ::1.2.3.4, which is no IPv4-mapped address, for one. */
function withoutDots(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}

function hasCanonicalTail(text: string): boolean {
  return !text.includes('.') || IPV4.test(text.slice(text.lastIndexOf(':') + 1));
}

function addressProblem(text: string): string {
  if (text.includes('%')) return 'an address with a zone id names an interface, not a host';
  if (text.includes('[.]') || text.includes('(.)')) return 'a defanged address: write the dots plainly';
  if (/^[\d.]+$/.test(text)) {
    if (text.split('.').some((part) => /^0\d/.test(part))) {
      return 'a part with a leading zero may be read as octal: write it without';
    }
    if (text.split('.').length < 4) return 'a short form: write all four parts';
  }
  return 'not an IPv4 or IPv6 address, or a prefix of one';
}

/** Canonical text of a prefix given by its inclusive bounds. */
export function formatPrefix(prefix: Pick<Prefix, 'first' | 'last'>): string {
  const length = prefixLength(prefix);
  const text = formatWords(prefix.first);
  return length === prefix.first.length * 32 ? text : `${text}/${length}`;
}

/** Bits of the network. */
export function prefixLength({ first, last }: Pick<Prefix, 'first' | 'last'>): number {
  const free = first.reduce((bits, word, at) => bits + 32 - Math.clz32(word ^ (last[at] as number)), 0);
  return first.length * 32 - free;
}

/** Canonical text of an address given as words. */
function formatWords(words: readonly number[]): string {
  if (words.length === 1) return dotted(words[0] as number);
  const parts = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  return new ipaddr.IPv6(parts).toRFC5952String();
}

function dotted(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}
