// Addresses as text: strict, beside the edges' own parser.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrefix } from '../../../src/core/prefix.ts';
import { readAddress } from '../../../src/ingest/csv/address.ts';

function read(text: string): number[] | null {
  const words = new Int32Array(4);
  const bytes = Buffer.from(`>${text}<`);
  const family = readAddress(bytes, 1, bytes.length - 1, words);
  if (family === 0) return null;
  return Array.from(words.subarray(0, family === 4 ? 1 : 4), (word) => word >>> 0);
}

/** The strict parser of lists. */
function reference(text: string): number[] | null {
  if (text.includes('/')) return null;
  const parsed = parsePrefix(text);
  return 'value' in parsed ? [...parsed.value.first] : null;
}

const hex = fc.constantFrom(
  '0',
  '1',
  'f',
  '00',
  'ff',
  '0000',
  'ffff',
  '2001',
  'db8',
  'DB8',
  '12345',
  'g',
  '',
);
const pieces = fc.constantFrom(':', '::', ':', '.', '1', '255', '256', '01', '192.0.2.1', 'ffff', ' ');

describe('addresses', () => {
  it.each([
    ['192.0.2.1', [0xc0000201]],
    ['  192.0.2.1 ', [0xc0000201]],
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['2001:db8::', [0x20010db8, 0, 0, 0]],
    ['2001:DB8:0:0:1::2', [0x20010db8, 0, 0x00010000, 2]],
    ['1:2:3:4:5:6:7:8', [0x10002, 0x30004, 0x50006, 0x70008]],
    ['1:2:3:4:5:6:7::', [0x10002, 0x30004, 0x50006, 0x70000]],
    ['::ffff:192.0.2.1', [0xc0000201]],
    ['64:ff9b::192.0.2.1', [0x0064ff9b, 0, 0, 0xc0000201]],
  ])('%j is read', (text, words) => {
    expect(read(text)).toEqual(words);
  });

  it.each([
    '',
    ' ',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1.2.3.04',
    '1.2.3.',
    '.1.2.3',
    '1..2.3',
    '1.2.3.4 5',
    '0x1.2.3.4',
    '16909060',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:',
    '12345::',
    '::g',
    '::1.2.3',
    '::1.2.3.4.5',
    '1.2.3.4::',
    'fe80::1%eth0',
    '[::1]',
    '00:11:22:33:44:55',
    '::1:',
  ])('%j is refused', (text) => {
    expect(read(text)).toBeNull();
  });

  it('agrees with the parser of lists on any text', () => {
    const text = fc.oneof(
      fc.array(hex, { maxLength: 9 }).map((groups) => groups.join(':')),
      fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join('')),
      fc.ipV4(),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(text, (each) => {
        // ::192.0.2.1 is no IPv4-mapped address (RFC 4291 § 2.5.5.1), though the other may take it for one.
        fc.pre(each === each.trim() && !/^::[\d.]+$/.test(each));
        expect(read(each)).toEqual(reference(each));
      }),
      { seed: 20_261_104, numRuns: 5_000 },
    );
  });
});
