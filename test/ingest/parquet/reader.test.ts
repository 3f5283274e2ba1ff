// Parquet files written by pyarrow and DuckDB (fixtures/make.py): every kind of timestamp, address and compression gives the
// same flows, by the rule under which the fixtures were made.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata } from 'hyparquet';
import { afterAll, describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/core/flow.ts';
import type { ByteSource } from '../../../src/ingest/byte-source.ts';
import { parseColumnMap } from '../../../src/ingest/csv/columns.ts';
import { csvRecords } from '../../../src/ingest/csv/records.ts';
import { scanCsv } from '../../../src/ingest/csv/scan.ts';
import { ParquetDecoder } from '../../../src/ingest/parquet/decoder.ts';
import { openParquet, type ParquetOptions } from '../../../src/ingest/parquet/reader.ts';
import { Slab } from '../../../src/ingest/slab.ts';
import { Findings } from '../../../src/match/findings.ts';
import { countsOf, EVALUATION, indexOfAddresses, NOW_MS } from '../csv/tables.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const START_MS = 1_735_700_000_000;
const scratch = mkdtempSync(join(tmpdir(), 'parquet-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Flow n of every fixture; see make.py. */
function flowOf(n: number): Flow {
  const startMs = START_MS + 1000 * n + (n % 1000);
  return {
    src: `192.0.2.${n % 256}`,
    dst: n % 5 === 0 ? (n === 0 ? '2001:db8::' : `2001:db8::${n.toString(16)}`) : `198.51.100.${n % 100}`,
    srcPort: 1024 + n,
    dstPort: 443,
    protocol: 6,
    bytes: 100 * n,
    packets: n % 7 === 0 ? null : n,
    startMs,
    endMs: startMs + 2500,
    exportMs: startMs + 2500,
    timeSource: 'absolute',
    swappedTimes: false,
    tcpFlags: null,
    sampling: null,
    alternates: [],
  };
}
const flowsTo = (count: number) => Array.from({ length: count }, (_, n) => flowOf(n));

const sourceNamed = (name: string): ByteSource => ({
  name,
  totalBytes: null,
  consumedBytes: 0,
  read: () => 0,
  close: async () => {},
});

interface Read {
  readonly flows: Flow[];
  readonly rows: number[];
  readonly problems: string[];
  readonly positions: number[];
  readonly undecodable: number;
}

async function read(
  path: string,
  options: Partial<ParquetOptions> & { slabBytes?: number } = {},
): Promise<Read> {
  const problems: string[] = [];
  const reader = openParquet(sourceNamed(path), new Uint8Array(0), {
    nowMs: NOW_MS,
    onProblem: ({ what }) => problems.push(what),
    lines: new ParquetDecoder({ path, map: options.columns }),
    ...options,
  });
  const slab = Slab.allocate(0, options.slabBytes ?? 1 << 18, 4);
  const flows: Flow[] = [];
  const rows: number[] = [];
  const positions: number[] = [];
  let undecodable = 0;
  for (let filled = await reader.fill(slab); filled; filled = await reader.fill(slab)) {
    if (filled.batch.kind !== 'csv') throw new Error('not a csv batch');
    for await (const record of csvRecords(slab, filled.batch)) {
      flows.push(...record.flows);
      rows.push(record.line);
      if (record.problem) problems.push(`row ${record.line}: ${record.problem}`);
    }
    positions.push(filled.position);
    undecodable += filled.groups[0]?.undecodable ?? 0;
  }
  await reader.close();
  return { flows, rows, problems, positions, undecodable };
}

const files = readdirSync(FIXTURES).filter((name) => /^(codec|time|address|duckdb).*\.parquet$/.test(name));

describe('Parquet reader', () => {
  it.each(files)('%s holds the flows that were written', async (name) => {
    const { flows, problems } = await read(join(FIXTURES, name));
    expect(problems).toEqual([]);
    expect(flows).toEqual(flowsTo(20));
  });

  it('several row groups, in slabs of any size; columns that tell nothing are passed over', async () => {
    for (const slabBytes of [66_000, 80_000, 1 << 20]) {
      const { flows, rows, problems } = await read(join(FIXTURES, 'groups.parquet'), { slabBytes });
      expect(problems).toEqual([]);
      expect(flows).toEqual(flowsTo(2000));
      expect(rows).toEqual(flows.map((_, n) => n + 1));
    }
  });

  it('a resumed reading goes on with the next row', async () => {
    const { positions } = await read(join(FIXTURES, 'groups.parquet'), { slabBytes: 68_000 });
    expect(positions.length).toBeGreaterThan(3);
    for (const position of [positions[0], 700, 701, positions[3], 1999, 2000]) {
      const { flows, rows } = await read(join(FIXTURES, 'groups.parquet'), {
        resume: { position: position as number },
      });
      expect(flows).toEqual(flowsTo(2000).slice(position));
      expect(rows[0] ?? 2001).toBe((position as number) + 1);
    }
  });

  it('timestamps without a zone are local to the zone of the mapping', async () => {
    const columns = parseColumnMap('timezone=Europe/Brussels');
    const { flows } = await read(join(FIXTURES, 'local-time.parquet'), { columns });
    expect(flows).toEqual(flowsTo(20)); // 2025-01-01: one hour ahead of UTC
  });

  it('a mapping names the columns where their names are not known', async () => {
    const columns = parseColumnMap('src=dstAddr,dst=srcAddr');
    const { flows } = await read(join(FIXTURES, 'codec-none.parquet'), { columns });
    expect(flows.map(({ src, dst }) => [dst, src])).toEqual(flowsTo(20).map(({ src, dst }) => [src, dst]));
  });

  it('missing address columns are named', async () => {
    const { problems, flows } = await read(join(FIXTURES, 'no-addresses.parquet'));
    expect(flows).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/lack a source address \(sa, srcaddr.*destination address.*--columns/),
    ]);
  });

  it('standard input, a missing and a compressed file are refused in words', async () => {
    const compressed = join(scratch, 'flows.parquet.gz');
    writeFileSync(compressed, Buffer.from([0x1f, 0x8b, 8, 0]));
    for (const name of ['<stdin>', join(scratch, 'none'), compressed]) {
      const { problems } = await read(name);
      expect(problems).toEqual([expect.stringContaining('decompress it first')]);
    }
  });

  it.each([
    [1, 0, 700],
    [3, 1400, 2000],
  ])('damage in row group %i is reported and counted, and the others are read', async (number, from, to) => {
    const bytes = readFileSync(join(FIXTURES, 'groups.parquet'));
    const column = parquetMetadata(bytes).row_groups[number - 1]?.columns[3]?.meta_data;
    expect(column?.path_in_schema).toEqual(['srcAddr']);
    const place = Number(column?.dictionary_page_offset ?? column?.data_page_offset);
    bytes.fill(0xff, place, place + Number(column?.total_compressed_size));
    const name = join(scratch, 'damaged.parquet');
    writeFileSync(name, bytes);
    const { flows, problems, undecodable } = await read(name);
    expect(undecodable).toBe(1);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`rows ${from + 1} to ${to} (row group ${number}) cannot be read: `);
    expect(flows).toEqual(flowsTo(2000).filter((_, n) => n < from || n >= to));
  });

  it('a file cut anywhere ends in a problem, not in an error', async () => {
    const bytes = readFileSync(join(FIXTURES, 'codec-snappy.parquet'));
    for (const length of [4, 5, 11, 12, 100, bytes.length - 1]) {
      const name = join(scratch, 'cut.parquet');
      writeFileSync(name, bytes.subarray(0, length));
      const { problems, flows } = await read(name);
      expect(flows).toEqual([]);
      expect(problems).toHaveLength(1);
    }
  });

  it('the scanner finds what the records hold', async () => {
    const index = indexOfAddresses(['198.51.100.7', '2001:db8::a', '192.0.2.200']);
    const listed = new Set(['198.51.100.7', '2001:db8::a', '192.0.2.200']);
    const expected = flowsTo(2000).filter(
      ({ src, dst }) => listed.has(src as string) || listed.has(dst as string),
    );
    const reader = openParquet(sourceNamed(join(FIXTURES, 'groups.parquet')), new Uint8Array(0), {
      nowMs: NOW_MS,
      onProblem: () => {},
      lines: new ParquetDecoder({ path: join(FIXTURES, 'groups.parquet'), map: undefined }),
    });
    const slab = Slab.allocate(0, 1 << 17, 4);
    const findings = new Findings();
    for (let filled = await reader.fill(slab); filled; filled = await reader.fill(slab)) {
      if (filled.batch.kind === 'csv') await scanCsv(slab, filled.batch, index, EVALUATION, findings);
    }
    await reader.close();
    expect(countsOf([findings.toResult(1)])).toMatchObject({
      records: 2000,
      matched: expected.length,
      undecodable: 0,
    });
  });
});
