// The decoder's thread: watched, ended, replaced.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ByteSource } from '../../../src/ingest/byte-source.ts';
import type { LineSource } from '../../../src/ingest/parquet/decoder.ts';
import { openParquet } from '../../../src/ingest/parquet/reader.ts';
import { DecoderThread } from '../../../src/ingest/parquet/thread.ts';
import { Slab } from '../../../src/ingest/slab.ts';
import { NOW_MS } from '../csv/tables.ts';

const BUILT = join(import.meta.dirname, '../../../dist/workers/parquet.js');
const FIXTURE = join(import.meta.dirname, 'fixtures/codec-none.parquet');
const scratch = mkdtempSync(join(tmpdir(), 'parquet-thread-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const source: ByteSource = {
  name: FIXTURE,
  totalBytes: null,
  consumedBytes: 0,
  read: () => 0,
  close: async () => {},
};
const thread = (name: string) => join(import.meta.dirname, 'threads', name);

async function readAll(lines: LineSource) {
  const problems: string[] = [];
  const reader = openParquet(source, new Uint8Array(0), {
    nowMs: NOW_MS,
    onProblem: ({ what }) => problems.push(what),
    lines,
  });
  const slab = Slab.allocate(0, 1 << 17, 4);
  let bytes = 0;
  let undecodable = 0;
  for (let filled = await reader.fill(slab); filled; filled = await reader.fill(slab)) {
    if (filled.batch.kind === 'csv') bytes += filled.batch.length;
    undecodable += filled.groups[0]?.undecodable ?? 0;
  }
  await reader.close();
  return { bytes, undecodable, problems };
}

describe('Parquet thread', () => {
  it('a decoder that does not come to an end is replaced, and its row group passed over', async () => {
    const lines = new DecoderThread(
      thread('stuck.mjs'),
      { path: FIXTURE, map: undefined },
      { patienceMs: 1_000 },
    );
    expect(await readAll(lines)).toEqual({
      bytes: 1,
      undecodable: 1,
      problems: ['rows 1 to 700 cannot be read: the decoder did not come to an end within 1 s'],
    });
  });

  it('a decoder that takes too much memory is ended before the process is', async () => {
    const lines = new DecoderThread(
      thread('hungry.mjs'),
      { path: FIXTURE, map: undefined },
      { maxHeapMib: 32 },
    );
    const { bytes, problems } = await readAll(lines);
    expect(bytes).toBe(0);
    expect(problems).toEqual([
      expect.stringMatching(/^the footer cannot be read: the decoder failed: .*memory/),
    ]);
  });

  it.skipIf(!existsSync(BUILT))('the built thread fills shared memory', async () => {
    const { bytes, problems } = await readAll(new DecoderThread(BUILT, { path: FIXTURE, map: undefined }));
    expect(problems).toEqual([]);
    expect(bytes).toBeGreaterThan(1000);
  });

  it.skipIf(!existsSync(BUILT))(
    'bytes overwritten anywhere end in problems, and the next file is read',
    async () => {
      const bytes = readFileSync(FIXTURE);
      const path = join(scratch, 'fuzzed.parquet');
      let seed = 20_261_103;
      const random = (below: number) => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return Math.floor((seed / 2 ** 32) * below);
      };
      const limits = { patienceMs: 300, maxHeapMib: 64 };
      const until = Date.now() + 3_000;
      for (let run = 0; run < 40 && Date.now() < until; run++) {
        const fuzzed = Buffer.from(bytes);
        for (let n = random(4); n >= 0; n--) fuzzed[4 + random(bytes.length - 12)] = random(256);
        writeFileSync(path, fuzzed);
        await readAll(new DecoderThread(BUILT, { path, map: undefined }, limits));
      }
      copyFileSync(FIXTURE, path);
      const { problems } = await readAll(new DecoderThread(BUILT, { path, map: undefined }));
      expect(problems).toEqual([]);
    },
  );
});
