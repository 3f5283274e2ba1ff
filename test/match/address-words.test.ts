import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { formatIpv4, formatIpv6 } from '../../src/core/address.ts';
import { addressWords } from '../../src/match/address-words.ts';

const words = new Uint32Array(4);
const word = fc.oneof(
  fc.constantFrom(0, 1, 0xffff, 0x1_0000, 0xffff_ffff),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);

describe('words of an address', () => {
  test.prop([word], { seed: 1 })('are those its IPv4 text was made of', (address) => {
    expect(addressWords(formatIpv4(address), words)).toBe(4);
    expect(words[0]).toBe(address);
  });

  test.prop([fc.tuple(word, word, word, word)], { seed: 2, numRuns: 500 })(
    'are those its IPv6 text was made of',
    ([w0, w1, w2, w3]) => {
      const mapped = w0 === 0 && w1 === 0 && w2 === 0xffff;
      expect(addressWords(formatIpv6(w0, w1, w2, w3), words)).toBe(mapped ? 4 : 6);
      expect(mapped ? [words[0]] : [...words]).toEqual(mapped ? [w3] : [w0, w1, w2, w3]);
    },
  );

  it('are read from every shape of IPv6 text', () => {
    for (const [text, expected] of [
      ['::', [0, 0, 0, 0]],
      ['::1', [0, 0, 0, 1]],
      ['1::', [0x1_0000, 0, 0, 0]],
      ['2001:DB8:0:0:0:0:0:7', [0x2001_0db8, 0, 0, 7]],
      ['1:2:3:4:5:6:7::', [0x1_0002, 0x3_0004, 0x5_0006, 0x7_0000]],
      ['64:ff9b::192.0.2.1', [0x64_ff9b, 0, 0, 0xc000_0201]],
    ] as const) {
      expect(addressWords(text, words), text).toBe(6);
      expect([...words], text).toEqual(expected);
    }
    expect(addressWords('::ffff:192.0.2.1', words)).toBe(4);
    expect(words[0]).toBe(0xc000_0201);
  });

  it('are none where the text is no address', () => {
    const wrong =
      '|1.2.3|1.2.3.4.5|1.2.3.256|1.2.3.0004|1..2.3|1.2.3.|.1.2.3|1.2.3.4 |a.b.c.d|:|:::|1:2:3:4:5:6:7|' +
      '1:2:3:4:5:6:7:8:9|1::2::3|12345::|g::|1:2:3:4:5:6:7:8::|fe80::1%eth0|::1.2.3|1.2.3.4::|:1:2:3:4:5:6:7';
    for (const text of wrong.split('|')) expect(addressWords(text, words), text).toBe(0);
  });
});
