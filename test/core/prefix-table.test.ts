// Values by prefix: the longest that holds an address answers, as a scan of all of them would say.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type Prefix, parsePrefix } from '../../src/core/prefix.ts';
import { PrefixTable } from '../../src/core/prefix-table.ts';

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.value;
}

function tableOf(...texts: readonly string[]): PrefixTable<string> {
  return new PrefixTable(texts.map((text) => ({ prefix: prefix(text), value: text })));
}

describe('the longest prefix answers', () => {
  const table = tableOf(
    ...['192.0.2.0/24', '192.0.2.64/26', '192.0.2.64', '192.0.0.0/16', '0.0.0.0/32', '255.255.255.255'],
    ...['2001:db8::/32', '2001:db8:1::/48', '2001:db8:1::1', 'ffff::/16'],
  );
  it.each([
    ['192.0.1.255', '192.0.0.0/16'],
    ['192.0.2.0', '192.0.2.0/24'],
    ['192.0.2.63', '192.0.2.0/24'],
    ['192.0.2.64', '192.0.2.64'],
    ['192.0.2.65', '192.0.2.64/26'],
    ['192.0.2.127', '192.0.2.64/26'],
    ['192.0.2.128', '192.0.2.0/24'],
    ['192.0.2.255', '192.0.2.0/24'],
    ['192.0.3.0', '192.0.0.0/16'],
    ['192.0.255.255', '192.0.0.0/16'],
    ['192.1.0.0', undefined],
    ['191.255.255.255', undefined],
    ['0.0.0.0', '0.0.0.0/32'],
    ['0.0.0.1', undefined],
    ['255.255.255.254', undefined],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:db8::1', '2001:db8::/32'],
    ['2001:db8:1::', '2001:db8:1::/48'],
    ['2001:db8:1::1', '2001:db8:1::1'],
    ['2001:db8:1::2', '2001:db8:1::/48'],
    ['2001:db8:1:ffff:ffff:ffff:ffff:ffff', '2001:db8:1::/48'],
    ['2001:db8:2::', '2001:db8::/32'],
    ['2001:db9::', undefined],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff::/16'],
  ])('%s: %s', (address, expected) => {
    const { family, first } = prefix(address);
    const found = table.find(family, first);
    expect(found === undefined ? undefined : prefix(found).text).toBe(expected && prefix(expected).text);
  });
});

it('an empty table has no answer, and of two entries with one prefix the later counts', () => {
  expect(tableOf().find(4, [0])).toBeUndefined();
  const entries = ['first', 'second'].map((value) => ({ prefix: prefix('192.0.2.0/24'), value }));
  expect(new PrefixTable(entries).find(4, prefix('192.0.2.7').first)).toBe('second');
});

/** Few different bits, so that prefixes lie within each other, side by side, and at both ends of the address space. */
const word = fc.integer({ min: 0, max: 15 }).map((bits) => (((bits >> 2) << 30) | (bits & 3)) >>> 0);
const addressOf = (family: 4 | 6): fc.Arbitrary<number[]> => {
  const words = family === 4 ? 1 : 4;
  return fc.array(word, { minLength: words, maxLength: words });
};
const prefixOf = (family: 4 | 6): fc.Arbitrary<Prefix> =>
  fc
    .tuple(addressOf(family), fc.integer({ min: 0, max: family === 4 ? 32 : 128 }))
    .map(([address, length]) => {
      const mask = (at: number): number => {
        const bits = Math.min(32, Math.max(0, length - at * 32));
        return bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
      };
      const first = address.map((one, at) => (one & mask(at)) >>> 0);
      const last = address.map((one, at) => (one | ~mask(at)) >>> 0);
      return { family, first, last, length, text: `${first}/${length}` };
    });

function value(words: readonly number[]): bigint {
  return words.reduce((sum, one) => (sum << 32n) | BigInt(one), 0n);
}

describe.each([4, 6] as const)('IPv%i', (family) => {
  test.prop([fc.array(prefixOf(family), { maxLength: 15 }), addressOf(family)], { seed: 52, numRuns: 4_000 })(
    'answers as a scan of all prefixes',
    (prefixes, address) => {
      const table = new PrefixTable(prefixes.map((one) => ({ prefix: one, value: one.text })));
      const holding = prefixes.filter(
        ({ first, last }) => value(first) <= value(address) && value(address) <= value(last),
      );
      const longest = holding.toSorted((a, b) => b.length - a.length)[0];
      expect(table.find(family, address)).toBe(longest?.text);
    },
  );
});
