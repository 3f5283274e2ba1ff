// Ranges of addresses: what meets them, at their boundaries and against a scan of every prefix.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { AddressRanges } from '../../src/authority/address-ranges.ts';
import { type Prefix, parsePrefix } from '../../src/core/prefix.ts';

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.value;
}

function rangesOf(family: 4 | 6, ...texts: readonly string[]): AddressRanges {
  return AddressRanges.of(family, texts.map(prefix));
}

describe('an address meets a range', () => {
  const ipv4 = rangesOf(4, '192.0.2.0/25', '198.51.100.7', '0.0.0.0/32', '255.255.255.255');
  const ipv6 = rangesOf(6, '2001:db8::/64', '2001:db8:0:2::1', '::', 'ffff::/16');
  it.each([
    [ipv4, '192.0.1.255', false],
    [ipv4, '192.0.2.0', true],
    [ipv4, '192.0.2.127', true],
    [ipv4, '192.0.2.128', false],
    [ipv4, '198.51.100.6', false],
    [ipv4, '198.51.100.7', true],
    [ipv4, '198.51.100.8', false],
    [ipv4, '0.0.0.0', true],
    [ipv4, '0.0.0.1', false],
    [ipv4, '255.255.255.254', false],
    [ipv4, '255.255.255.255', true],
    [ipv6, '2001:db7:ffff:ffff:ffff:ffff:ffff:ffff', false],
    [ipv6, '2001:db8::', true],
    [ipv6, '2001:db8::ffff:ffff:ffff:ffff', true],
    [ipv6, '2001:db8:0:1::', false],
    [ipv6, '2001:db8:0:2::1', true],
    [ipv6, '2001:db8:0:2::2', false],
    [ipv6, '::', true],
    [ipv6, '::1', false],
    [ipv6, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', true],
    [ipv6, 'fffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff', false],
  ])('at its boundaries (%#: %s)', (ranges, text, expected) => {
    expect(ranges.meets(prefix(text))).toBe(expected);
  });
});

it('a prefix meets a range that it lies in, that lies in it, and none beside it', () => {
  const ranges = rangesOf(4, '192.0.2.64/26');
  expect(ranges.meets(prefix('192.0.2.96/30'))).toBe(true);
  expect(ranges.meets(prefix('192.0.0.0/16'))).toBe(true);
  expect(ranges.meets(prefix('0.0.0.0/0'))).toBe(true);
  expect(ranges.meets(prefix('192.0.2.0/26'))).toBe(false);
  expect(ranges.meets(prefix('192.0.2.128/25'))).toBe(false);
});

it('overlapping and adjacent prefixes are one range; no prefixes are none', () => {
  expect(rangesOf(4, '192.0.2.128/25', '192.0.2.0/25', '192.0.2.0/26', '192.0.2.7').count).toBe(1);
  expect(rangesOf(6, '2001:db8:0:1::/64', '2001:db8::/64').count).toBe(1);
  expect(rangesOf(4, '255.255.255.255', '255.0.0.0/8').count).toBe(1);
  expect(rangesOf(4).count).toBe(0);
  expect(rangesOf(4).meets(prefix('0.0.0.0/0'))).toBe(false);
});

/** Few different bits, so that prefixes overlap, touch and lie in each other. */
const word = fc.integer({ min: 0, max: 15 }).map((bits) => ((bits << 28) | (bits & 3)) >>> 0);
const anyPrefix = (family: 4 | 6): fc.Arbitrary<Prefix> => {
  const words = family === 4 ? 1 : 4;
  return fc
    .tuple(fc.array(word, { minLength: words, maxLength: words }), fc.integer({ min: 1, max: words * 32 }))
    .map(([address, length]) => {
      const mask = (at: number): number => {
        const bits = Math.min(32, Math.max(0, length - at * 32));
        return bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
      };
      const first = address.map((one, at) => (one & mask(at)) >>> 0);
      const last = address.map((one, at) => (one | ~mask(at)) >>> 0);
      return { family, first, last, length, text: '' };
    });
};

/** As one number. */
function value(words: readonly number[]): bigint {
  return words.reduce((sum, one) => (sum << 32n) | BigInt(one), 0n);
}

describe.each([4, 6] as const)('IPv%i', (family) => {
  test.prop([fc.array(anyPrefix(family), { maxLength: 12 }), anyPrefix(family)], {
    seed: 45,
    numRuns: 3_000,
  })('meets what a scan of every prefix meets, stored and read back too', (listed, sought) => {
    const expected = listed.some(
      ({ first, last }) => value(first) <= value(sought.last) && value(sought.first) <= value(last),
    );
    const ranges = AddressRanges.of(family, listed);
    const readBack = AddressRanges.ofBytes(family, ranges.toBytes());
    expect(ranges.meets(sought)).toBe(expected);
    expect(readBack.meets(sought)).toBe(expected);
    expect(readBack.equals(ranges)).toBe(true);
  });
});
