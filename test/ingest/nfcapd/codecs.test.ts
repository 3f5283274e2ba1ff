import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { decodeBzip2 } from '../../../src/ingest/nfcapd/bzip2.ts';
import { MALFORMED, OUTPUT_FULL } from '../../../src/ingest/nfcapd/copy.ts';
import { decodeLz4 } from '../../../src/ingest/nfcapd/lz4.ts';
import { decodeLzo } from '../../../src/ingest/nfcapd/lzo.ts';
import { decodeZstd } from '../../../src/ingest/nfcapd/zstd.ts';
import { compressByTool, compressLz4, compressLzo, HAS_BZIP2, HAS_ZSTD, storeZstd } from './compress.ts';

type Decode = typeof decodeLz4;

const GUARD = 64;
const FILL = 0xa5;

/** Decodes between guards, in shared memory as in a slab; fails if anything beside [at, end) was written. */
function decodeGuarded(
  decode: Decode,
  packed: Uint8Array,
  room: number,
): { answer: number; bytes: Uint8Array } {
  const input = new Uint8Array(new SharedArrayBuffer(packed.length + 2 * GUARD)).fill(FILL);
  input.set(packed, GUARD);
  const output = new Uint8Array(room + 2 * GUARD).fill(FILL);
  const answer = decode(
    new DataView(input.buffer),
    GUARD,
    GUARD + packed.length,
    new DataView(output.buffer),
    GUARD,
    GUARD + room,
  );
  expect(output.subarray(0, GUARD).every((byte) => byte === FILL)).toBe(true);
  expect(output.subarray(GUARD + room).every((byte) => byte === FILL)).toBe(true);
  return { answer, bytes: output.slice(GUARD, Math.max(answer, GUARD)) };
}

/** Bytes that repeat as records do: near and far, short and long. */
const repetitive = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.record({ back: fc.integer({ min: 1, max: 60_000 }), length: fc.integer({ min: 1, max: 700 }) }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => {
    const out: number[] = [];
    for (const part of parts) {
      if (part instanceof Uint8Array) out.push(...part);
      else
        for (let n = 0; n < part.length; n++) out.push(out[Math.max(out.length - part.back, 0)] ?? n & 255);
    }
    return Uint8Array.from(out);
  });

const OWN = [
  ['LZ4', decodeLz4, compressLz4],
  ['LZO', decodeLzo, compressLzo],
  ['zstd', decodeZstd, storeZstd],
] as const;

describe.each(OWN)('%s', (_name, decode, compress) => {
  test.prop([repetitive], { seed: 1, numRuns: 300, endOnFailure: true })(
    'gives back what was compressed',
    (data) => {
      const { answer, bytes } = decodeGuarded(decode, compress(data), data.length);
      expect(answer).toBe(GUARD + data.length);
      expect(bytes).toEqual(data);
    },
  );

  test.prop([repetitive, fc.integer({ min: 1, max: 50 })], { seed: 2, numRuns: 100, endOnFailure: true })(
    'never writes beyond the room it is given',
    (data, missing) => {
      fc.pre(data.length > 0);
      const { answer } = decodeGuarded(decode, compress(data), Math.max(data.length - missing, 0));
      expect(answer).toBe(OUTPUT_FULL);
    },
  );

  test.prop([repetitive, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat()], {
    seed: 3,
    numRuns: 1_000,
    endOnFailure: true,
  })('survives any damage: an answer, never an exception', (data, place, flip, cut) => {
    const packed = compress(data).slice();
    packed[place % packed.length] = (packed[place % packed.length] as number) ^ flip;
    const { answer } = decodeGuarded(
      decode,
      packed.subarray(0, packed.length - (cut % 8)),
      data.length + 100,
    );
    expect(answer === MALFORMED || answer === OUTPUT_FULL || answer >= GUARD).toBe(true);
  });

  test.prop([fc.uint8Array({ maxLength: 300 })], { seed: 4, numRuns: 2_000, endOnFailure: true })(
    'survives noise',
    (noise) => {
      const { answer } = decodeGuarded(decode, noise, 1_000);
      expect(answer === MALFORMED || answer === OUTPUT_FULL || answer >= GUARD).toBe(true);
    },
  );

  it('refuses no input at all', () => {
    expect(decodeGuarded(decode, new Uint8Array(0), 100).answer).toBe(MALFORMED);
  });

  it('refuses input that is cut anywhere', () => {
    const data = Uint8Array.from({ length: 2_000 }, (_, n) => (n * n) >> 5);
    const packed = compress(data);
    for (let length = 0; length < packed.length; length++) {
      const { answer } = decodeGuarded(decode, packed.subarray(0, length), data.length + 10);
      // An LZ4 block that ends behind literals has no mark of its end.
      if (decode === decodeLz4 && answer > 0) expect(answer).toBeLessThan(GUARD + data.length);
      else expect(answer).toBe(MALFORMED);
    }
  });
});

describe('LZ4', () => {
  it('refuses a distance of zero, and one before the beginning', () => {
    expect(decodeGuarded(decodeLz4, Uint8Array.of(0x10, 1, 0, 0, 0x50, 1, 2, 3, 4, 5), 100).answer).toBe(
      MALFORMED,
    );
    expect(decodeGuarded(decodeLz4, Uint8Array.of(0x10, 1, 2, 0, 0x50, 1, 2, 3, 4, 5), 100).answer).toBe(
      MALFORMED,
    );
  });
});

describe('LZO', () => {
  it('refuses bytes after the end marker', () => {
    const packed = compressLzo(Uint8Array.of(1, 2, 3, 4, 5));
    expect(decodeGuarded(decodeLzo, Uint8Array.of(...packed, 0), 100).answer).toBe(MALFORMED);
  });

  it('knows the two short matches that stand behind literals', () => {
    // 21 literals; then three bytes from 2049 back, which is before the beginning.
    const far = Uint8Array.of(17 + 21, ...new Uint8Array(21), 0, 0, 17, 0, 0);
    expect(decodeGuarded(decodeLzo, far, 100).answer).toBe(MALFORMED);
    // Four literals, a match of three with one literal behind it, then two bytes from one back.
    const near = Uint8Array.of(17 + 4, 1, 2, 3, 4, (2 << 5) | (3 << 2) | 1, 0, 9, 0, 0, 17, 0, 0);
    expect([...decodeGuarded(decodeLzo, near, 100).bytes]).toEqual([1, 2, 3, 4, 1, 2, 3, 9, 9, 9]);
  });
});

describe.skipIf(!HAS_ZSTD)('zstd, by the zstd tool', () => {
  test.prop([repetitive], { seed: 5, numRuns: 20, endOnFailure: true })(
    'gives back what was compressed',
    (data) => {
      fc.pre(data.length > 0);
      const packed = compressByTool('zstd', data) as Uint8Array;
      expect(decodeGuarded(decodeZstd, packed, data.length).bytes).toEqual(data);
    },
  );
});

describe.skipIf(!HAS_BZIP2)('bzip2, by the bzip2 tool', () => {
  const data = Uint8Array.from({ length: 5_000 }, (_, n) => (n * n) >> 6);
  const packed = HAS_BZIP2 ? (compressByTool('bzip2', data) as Uint8Array) : new Uint8Array(0);

  it('gives back what was compressed', () => {
    expect(decodeGuarded(decodeBzip2, packed, data.length).bytes).toEqual(data);
  });

  it('never writes beyond the room it is given', () => {
    expect(decodeGuarded(decodeBzip2, packed, data.length - 1).answer).toBe(OUTPUT_FULL);
  });

  test.prop([fc.nat(packed.length * 8), fc.nat(packed.length)], {
    seed: 6,
    numRuns: 200,
    endOnFailure: true,
  })('survives any damage', (bit, length) => {
    const damaged = packed.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(decodeGuarded(decodeBzip2, damaged, data.length + 100).answer).toBeLessThan(
      data.length + GUARD + 1,
    );
    expect(decodeGuarded(decodeBzip2, packed.subarray(0, length), data.length + 100).answer).toBeLessThan(
      length === packed.length ? Number.POSITIVE_INFINITY : 0,
    );
  });
});
