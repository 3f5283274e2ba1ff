// Opening inputs: whatever the compression and however it ends, the bytes are those of the file.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type ByteSource, DamagedInput } from '../../src/ingest/byte-source.ts';
import { openSource } from '../../src/ingest/source.ts';
import { BZIP2_OF_DIGITS, DIGITS, ZSTD_OF_DIGITS } from '../support/compressed.ts';

const folder = mkdtempSync(join(tmpdir(), 'source-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(content: Uint8Array): string {
  const path = join(folder, `${++files}`);
  writeFileSync(path, content);
  return path;
}

interface Drained {
  readonly bytes: Buffer;
  readonly damage: string | null;
}

async function drain(source: ByteSource, step = 10_000): Promise<Drained> {
  const pieces: Buffer[] = [];
  const into = new Uint8Array(new SharedArrayBuffer(step));
  let damage: string | null = null;
  try {
    for (;;) {
      const length = await source.read(into);
      if (length === 0) break;
      pieces.push(Buffer.from(into.slice(0, length)));
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    damage = error.message;
  }
  await source.close();
  return { bytes: Buffer.concat(pieces), damage };
}

async function contentOf(content: Uint8Array): Promise<Drained> {
  return drain(await openSource(file(content)));
}

/** Not compressible: no decoder can be ahead of its input. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 7;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const COMPRESSED: readonly (readonly [string, Buffer])[] = [
  ['gzip', gzipSync(DIGITS)],
  ['bzip2', BZIP2_OF_DIGITS],
  ['zstd', ZSTD_OF_DIGITS],
];

describe('plain files', () => {
  it('are read at once, without a promise, into shared memory', async () => {
    const source = await openSource(file(Buffer.from('plain text, longer than any magic')));
    const into = new Uint8Array(new SharedArrayBuffer(64));
    const first = source.read(into);
    expect(first).toBe(16);
    expect(source.read(into.subarray(16))).toBe(17);
    expect(source.read(into)).toBe(0);
    expect(Buffer.from(into.slice(0, 33)).toString()).toBe('plain text, longer than any magic');
    expect(source.totalBytes).toBe(33);
    expect(source.consumedBytes).toBe(33);
    await source.close();
  });

  it('may be empty', async () => {
    expect(await contentOf(Buffer.alloc(0))).toEqual({ bytes: Buffer.alloc(0), damage: null });
  });

  it('that are missing or folders are named with the reason', async () => {
    await expect(openSource('/nowhere/export.pcap')).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: 'cannot read /nowhere/export.pcap: no such file',
    });
    await expect(openSource(folder)).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: `cannot read ${folder}: is a folder`,
    });
  });
});

describe.each(COMPRESSED)('%s', (_name, compressed) => {
  it('gives what was compressed', async () => {
    const { bytes, damage } = await contentOf(compressed);
    expect(damage).toBeNull();
    expect(bytes.equals(DIGITS)).toBe(true);
  });

  it('goes on through streams written after one another', async () => {
    const { bytes, damage } = await contentOf(Buffer.concat([compressed, compressed, compressed]));
    expect(damage).toBeNull();
    expect(bytes.equals(Buffer.concat([DIGITS, DIGITS, DIGITS]))).toBe(true);
  });

  it('that is cut anywhere gives a beginning of its content, then says so', async () => {
    for (const length of [compressed.length - 1, compressed.length - 9, compressed.length >> 1, 20]) {
      const { bytes, damage } = await contentOf(compressed.subarray(0, length));
      expect(damage).toMatch(/cut off/);
      expect(bytes.equals(DIGITS.subarray(0, bytes.length))).toBe(true);
    }
  });

  it('gives everything of whole streams before a cut one', async () => {
    const { bytes, damage } = await contentOf(Buffer.concat([compressed, compressed.subarray(0, 20)]));
    expect(damage).toMatch(/cut off/);
    expect(bytes.subarray(0, DIGITS.length).equals(DIGITS)).toBe(true);
  });

  it('followed by something else gives its content, then says so', async () => {
    const { bytes, damage } = await contentOf(
      Buffer.concat([compressed, Buffer.from('something else, and more of it')]),
    );
    expect(damage).toMatch(/passed over|incorrect header/);
    // zlib keeps the output of the step in which it meets what is not gzip.
    expect(bytes.length).toBeGreaterThan(DIGITS.length / 2);
    expect(bytes.equals(DIGITS.subarray(0, bytes.length))).toBe(true);
  });

  it('is undone when it lies within gzip', async () => {
    const { bytes, damage } = await contentOf(gzipSync(compressed));
    expect(damage).toBeNull();
    expect(bytes.equals(DIGITS)).toBe(true);
  });

  it('reports how much of the file is consumed', async () => {
    const source = await openSource(file(compressed));
    expect(source.totalBytes).toBe(compressed.length);
    await drain(source);
    expect(source.consumedBytes).toBe(compressed.length);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** In buffers that somebody still has. */
function heldOctets(): number {
  collectGarbage();
  // What the first found is given back aside; the second waits for that.
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

describe('damage', () => {
  it('in the middle of gzip leaves what came well before', async () => {
    const content = noise(500_000);
    const compressed = gzipSync(content);
    compressed.fill(0xff, 300_000, 300_200);
    const { bytes, damage } = await contentOf(compressed);
    expect(damage).toMatch(/gzip data is damaged/);
    expect(bytes.length).toBeGreaterThan(250_000);
    expect(bytes.subarray(0, 250_000).equals(content.subarray(0, 250_000))).toBe(true);
  });

  it('in the checksum of gzip costs nothing of its content', async () => {
    const content = noise(3_000);
    const compressed = gzipSync(content);
    compressed.writeUInt32LE(0, compressed.length - 8);
    const { bytes, damage } = await contentOf(compressed);
    expect(damage).toMatch(/incorrect data check/);
    expect(bytes.equals(content)).toBe(true);
  });

  it('in one bzip2 block leaves the blocks before', async () => {
    const compressed = Buffer.from(BZIP2_OF_DIGITS);
    compressed.writeUInt32BE(0, compressed.length - 60);
    const { bytes, damage } = await contentOf(compressed);
    expect(damage).toMatch(/bzip2 data is damaged/);
    expect(bytes.length).toBeGreaterThanOrEqual(99_000);
    expect(bytes.equals(DIGITS.subarray(0, bytes.length))).toBe(true);
  });

  it('a zstd window beyond the limit is refused, not allocated', async () => {
    const frame = Buffer.from('28b52ffd00a800000000000000000000000000', 'hex');
    expect((await contentOf(frame)).damage).toMatch(
      /needs a window of 2147483648 bytes; the limit is 134217728/,
    );
  });

  it('three compressions within each other are refused', async () => {
    await expect(openSource(file(gzipSync(gzipSync(gzipSync(DIGITS)))))).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringMatching(/compressed more than 2 times/),
    });
  });

  it('a bomb is read in pieces', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const source = await openSource(file(bomb));
    const into = new Uint8Array(1 << 20);
    const before = heldOctets();
    let total = 0;
    let most = 0;
    for (let length = await source.read(into); length > 0; length = await source.read(into)) {
      if (total >> 23 !== (total + length) >> 23) most = Math.max(most, heldOctets() - before);
      total += length;
    }
    await source.close();
    expect(total).toBe(64 << 20);
    expect(most).toBeLessThan(8 << 20);
  });
});

describe('a pipe', () => {
  const hasFifo = spawnSync('mkfifo', [join(folder, 'fifo')]).status === 0;

  it.skipIf(!hasFifo)('is read to its end, compressed or not (skipped where mkfifo is missing)', async () => {
    for (const content of [DIGITS, gzipSync(DIGITS)]) {
      const writer = spawn('sh', ['-c', `cat ${file(content)} > ${join(folder, 'fifo')}`]);
      const source = await openSource(join(folder, 'fifo'));
      expect(source.totalBytes).toBeNull();
      const { bytes, damage } = await drain(source, 70_001);
      expect(damage).toBeNull();
      expect(bytes.equals(DIGITS)).toBe(true);
      expect(source.consumedBytes).toBe(content.length);
      writer.kill();
    }
  });
});
