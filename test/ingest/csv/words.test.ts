// What is read four bytes at a time, beside what reads byte by byte.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress } from '../../../src/ingest/csv/address.ts';
import { countLines } from '../../../src/ingest/csv/lines.ts';
import { TimeReader } from '../../../src/ingest/csv/time.ts';
import { columnEnd, compareText, fourTimes, ipv4, readIpv4 } from '../../../src/ingest/csv/words.ts';

const SETTINGS = { seed: 20_261_102, numRuns: 4_000 };

/** The texts one after the other, each with `end` behind it, and room to read beyond. */
function laidOut(texts: readonly string[], end: string): { bytes: Buffer; view: DataView; froms: number[] } {
  const froms: number[] = [];
  let text = '';
  for (const each of texts) {
    froms.push(text.length);
    text += each + end;
  }
  const bytes = Buffer.from(text.padEnd(text.length + 32, '7'), 'latin1');
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), froms };
}

const part = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map(String),
  fc.constantFrom(
    '0',
    '9',
    '10',
    '99',
    '100',
    '255',
    '256',
    '299',
    '00',
    '01',
    '001',
    '099',
    '1000',
    '',
    'a',
    '1a',
    '-1',
    ' 1',
  ),
);
const nearlyIpv4 = fc.oneof(
  fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.tuple(part, part, part, part).map((parts) => parts.join('.')),
  fc
    .tuple(part, part, part, part, fc.constantFrom('.', '..', ':', '/', ' ', '\0'))
    .map(([a, b, c, d, odd]) => `${a}.${b}${odd}${c}.${d}`),
);

describe('words', () => {
  it('an IPv4 address is read as byte by byte, or left to that', () => {
    fc.assert(
      fc.property(
        nearlyIpv4,
        fc.constantFrom(',', '|', ';', '\t', '\n', '\r'),
        fc.nat(3),
        (text, end, shift) => {
          const { bytes, view, froms } = laidOut(['x'.repeat(shift), text], end);
          const from = froms[1] as number;
          const delimiter = end === '\n' || end === '\r' ? ',' : end;
          const after = readIpv4(view, from, delimiter.charCodeAt(0));
          const words = new Int32Array(4);
          const plain = text.trim() === text && readAddress(bytes, from, from + text.length, words) === 4;
          expect(after).toBe(plain ? from + text.length : -1);
          if (plain) expect(ipv4).toBe(words[0]);
        },
      ),
      SETTINGS,
    );
  });

  it('a column ends at its first delimiter', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(',', '|', ';', '\t'),
        fc.nat(8),
        (content, delimiter, from) => {
          const bytes = Buffer.concat([Buffer.alloc(from, delimiter), content, Buffer.alloc(16, delimiter)]);
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
          expect(columnEnd(view, from, fourTimes(delimiter.charCodeAt(0)))).toBe(
            bytes.indexOf(delimiter, from),
          );
        },
      ),
      SETTINGS,
    );
  });

  it('times compared as text are in the order of their instants, or not compared', () => {
    const ms = fc.oneof(
      fc.integer({ min: 0, max: Date.UTC(2030, 0, 1) }),
      fc.integer({ min: Date.UTC(2025, 8, 9), max: Date.UTC(2025, 9, 11) }),
    );
    const shapes: ((at: number) => string)[] = [
      (at) => new Date(at).toISOString(),
      (at) => new Date(at).toISOString().slice(0, 19).replace('T', ' '),
      (at) => new Date(at).toISOString().slice(0, 23).replaceAll('-', '/'),
      (at) => new Date(at).toISOString().slice(0, 10),
      (at) => new Date(at).toISOString().slice(0, 19).replace(/-0/g, '-'),
      (at) =>
        new Date(at)
          .toISOString()
          .slice(0, 16)
          .replace(/-0|T0/g, (found) => found[0] as string),
      (at) => new Date(at).toISOString().replace('Z', at % 2 ? '+02:00' : '-01:00'),
      (at) => new Date(at).toISOString().slice(0, 19) + (at % 2 ? '+0200' : '-0100'),
      (at) => new Date(at).toISOString().slice(0, 19) + (at % 2 ? '+02' : '-01'),
      String,
      (at) => (at / 1000).toFixed(3),
      (at) => String(at / 1000),
      (at) => ` ${at}`,
    ];
    const reader = new TimeReader('UTC', 'auto');
    fc.assert(
      fc.property(
        ms,
        ms,
        fc.constantFrom(...shapes),
        fc.constantFrom(...shapes),
        fc.boolean(),
        (a, b, shape, other, same) => {
          const [one, two] = [shape(a), (same ? shape : other)(b)];
          const { bytes, view, froms } = laidOut([one, two], ',');
          const [from, otherFrom] = froms as [number, number];
          const order = compareText(view, from, from + one.length, otherFrom, otherFrom + two.length);
          const [oneMs, twoMs] = [
            reader.read(bytes, from, from + one.length),
            reader.read(bytes, otherFrom, otherFrom + two.length),
          ];
          if (order < 0) expect(oneMs <= twoMs).toBe(true);
          else if (order > 0) expect(oneMs >= twoMs).toBe(true);
          else if (order === 0) expect(one).toBe(two);
        },
      ),
      SETTINGS,
    );
  });

  it('line breaks are counted as one by one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(9), (content, modulo) => {
        const bytes = new Uint8Array((content.length + 7) & ~3);
        bytes.set(content.map((byte) => (modulo > 0 && byte % modulo === 0 ? 10 : byte)));
        const end = content.length;
        const expected = bytes.subarray(0, end).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
        expect(countLines(new Int32Array(bytes.buffer), bytes, end)).toBe(expected);
      }),
      { ...SETTINGS, numRuns: 400 },
    );
  });
});
