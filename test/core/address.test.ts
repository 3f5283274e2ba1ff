import { isIPv6 } from 'node:net';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../src/core/address.ts';

test('IPv4 is dotted decimal, whatever the sign of the word', () => {
  expect(formatIpv4(0xc0000201)).toBe('192.0.2.1');
  expect(formatIpv4(0xc0000201 | 0)).toBe('192.0.2.1');
  expect(formatIpv4(0)).toBe('0.0.0.0');
});

test.each([
  [[0, 0, 0, 0], '::'],
  [[0, 0, 0, 1], '::1'],
  [[0x20010db8, 0, 0, 1], '2001:db8::1'],
  [[0x20010db8, 0, 0, 0], '2001:db8::'],
  [[0x20010db8, 0x0000_0001, 0x0001_0001, 0x0001_0001], '2001:db8:0:1:1:1:1:1'],
  [[0x20010db8, 0, 0x0001_0000, 0x0000_0001], '2001:db8::1:0:0:1'],
  [[0x20010000, 0x0000_0001, 0, 0x0000_0001], '2001:0:0:1::1'],
  [[0xfe80_0000, 0, 0x020c_29ff, 0xfe83_3b6e], 'fe80::20c:29ff:fe83:3b6e'],
  [[0, 0, 1, 0x0002_0003], '::1:2:3'],
] as const)('IPv6 %o prints as RFC 5952 has it: %s', ([w0, w1, w2, w3], text) => {
  expect(formatIpv6(w0, w1, w2, w3)).toBe(text);
});

test('an IPv4-mapped address prints as IPv4', () => {
  expect(formatIpv6(0, 0, 0xffff, 0xc0000201)).toBe('192.0.2.1');
});

const word = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0x10000), fc.integer({ min: 0, max: 0xffff_ffff }));

property.prop([word, word, word, word], { seed: 5952, numRuns: 500 })(
  'every address prints as the URL parser prints it',
  (w0, w1, w2, w3) => {
    const text = formatIpv6(w0, w1, w2, w3);
    expect(formatIpv6(w0 | 0, w1 | 0, w2 | 0, w3 | 0)).toBe(text);
    if (!text.includes(':')) return;
    expect(isIPv6(text)).toBe(true);
    expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
  },
);
