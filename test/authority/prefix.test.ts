import { describe, expect, it } from 'vitest';
import { formatPrefix, parsePrefix } from '../../src/core/prefix.ts';

describe('addresses and prefixes are canonicalised', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7/32', '203.0.113.7'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::1/128', '2001:db8::1'],
    ['2001:db8::/48', '2001:db8::/48'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::203.0.113.7', '::cb00:7107'],
    ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['::', '::'],
  ])('%s is %s', (text, canonical) => {
    const parsed = parsePrefix(text);
    expect(parsed).toMatchObject({ value: { text: canonical } });
    if ('value' in parsed) expect(formatPrefix(parsed.value)).toBe(canonical);
  });

  it('gives inclusive bounds in words, high first', () => {
    expect(parsePrefix('203.0.113.128/25')).toMatchObject({
      value: { family: 4, first: [0xcb007180], last: [0xcb0071ff], length: 25 },
    });
    expect(parsePrefix('2001:db8:0:1::/63')).toMatchObject({
      problem: expect.stringContaining('2001:db8::/63'),
    });
    expect(parsePrefix('2001:db8::/63')).toMatchObject({
      value: {
        family: 6,
        first: [0x20010db8, 0, 0, 0],
        last: [0x20010db8, 1, 0xffffffff, 0xffffffff],
        length: 63,
      },
    });
  });
});

describe('what may be read in two ways is refused', () => {
  it.each([
    ['010.1.1.1', 'octal'],
    ['10.1', 'short form'],
    ['256.1.1.1', 'not an IPv4'],
    ['fe80::1%eth0', 'zone id'],
    ['203[.]0[.]113[.]7', 'defanged'],
    ['203.0.113.7/24', 'the network is 203.0.113.0/24'],
    ['203.0.113.7/33', 'at most 32'],
    ['203.0.113.0/024', 'decimal number'],
    ['203.0.113.0/', 'decimal number'],
    ['2001:db8::1::2', 'not an IPv4'],
    ['02001:db8::', 'not an IPv4'],
    ['::ffff:010.0.0.1', 'not an IPv4'],
    ['::ffff:0:0/95', '96 bits'],
    ['example.org', 'not an IPv4'],
    ['', 'not an IPv4'],
    [' 203.0.113.7', 'not an IPv4'],
    ['0x7f000001', 'not an IPv4'],
    ['2130706433', 'short form'],
  ])('%s', (text, problem) => {
    expect(parsePrefix(text)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});
