// The scanner beside its naive twin: fast-csv on the whole text, then every row judged by its cells. They must agree on
// matches and on every counter, however the rows are written and wherever the batches are cut.

import fc from 'fast-check';
import { parseString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { findHeader } from '../../../src/ingest/csv/header.ts';
import type { CsvPlan } from '../../../src/ingest/csv/plan.ts';
import { MAX_LINE_BYTES } from '../../../src/ingest/csv/plan.ts';
import { RowVerdict } from '../../../src/ingest/csv/verdict.ts';
import { Findings } from '../../../src/match/findings.ts';
import type { FoundMatch } from '../../../src/match/messages.ts';
import { countsOf, EVALUATION, indexOfAddresses, NOW_MS, type Scanned, scanOf } from './tables.ts';

const LISTED = ['192.0.2.7', '198.51.100.0/28', '203.0.113.255', '2001:db8::7', '2001:db8:1::/48', '0.0.0.1'];
const index = indexOfAddresses(LISTED);

/** The naive twin. */
async function twinOf(text: string): Promise<Pick<Scanned, 'counts' | 'matches'>> {
  const found = findHeader(Buffer.from(text), true, undefined);
  if (found === 'incomplete' || 'problem' in found) throw new Error('no header');
  const plan: CsvPlan = {
    delimiter: found.delimiter,
    columns: found.columns,
    header: found.header,
    timezone: 'UTC',
    timeFormat: 'auto',
    maxLineBytes: MAX_LINE_BYTES,
    unit: 'line',
    nowMs: NOW_MS,
  };
  const findings = new Findings();
  const verdict = new RowVerdict(plan, index, EVALUATION, findings);
  await new Promise((resolve, reject) => {
    parseString<string[], string[]>(text.slice(found.dataOffset), {
      headers: false,
      delimiter: plan.delimiter,
    })
      .on('data', (cells) => verdict.consider(cells.length === 0 ? [''] : cells, 0))
      .on('error', reject)
      .on('end', resolve);
  });
  const result = findings.toResult(1);
  return { counts: countsOf([result]), matches: [...result.matches] };
}

const inOrder = (matches: readonly FoundMatch[]) => matches.map((match) => JSON.stringify(match)).sort();

const octet = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 7, 99, 100, 255));
const ipv4 = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.')),
  fc.constantFrom('192.0.2.7', '198.51.100.3', '203.0.113.255', '0.0.0.1', '::ffff:192.0.2.7'),
);
const group = fc.oneof(
  fc.constant('0'),
  fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16)),
);
const ipv6 = fc.oneof(
  fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':')),
  fc.constantFrom('2001:db8::7', '2001:db8:1:2::3', '2001:DB8:0::7', '::', '::1', '2001:db8::'),
);
const noAddress = fc.constantFrom(
  '',
  'x',
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  '01.2.3.4',
  '1.2.3.004',
  '1..2.3',
  '1.2.3.4x',
  '.1.2.3',
  '1.2.3.',
  ':::',
  '1:2',
  '2001:db8::1::2',
  '12345::',
  '::1.2.3',
  'fe80::1%eth0',
  '1.2.3.4:80',
  '00:11:22:33:44:55',
  '-',
);
const address = fc.oneof(
  { weight: 20, arbitrary: ipv4 },
  { weight: 6, arbitrary: ipv6 },
  { weight: 3, arbitrary: noAddress },
);

const ms = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2025, 0, 4) });
const stamp = (value: number) => new Date(value).toISOString();
/** Ways to write an instant. */
const shape = fc.constantFrom<(at: number) => string>(
  (at) => stamp(at).slice(0, 19).replace('T', ' '),
  stamp,
  (at) => stamp(at).slice(0, 23).replaceAll('-', '/'),
  (at) => stamp(at).replace('Z', at % 2 ? '+02:00' : '-0130'),
  (at) => ` ${stamp(at).slice(0, 10)}`,
  String,
  (at) => String(at / 1000),
);
/** In order, mostly. */
const times = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(ms, fc.nat(100_000), shape)
      .map(([at, length, write]) => [write(at), write(at + length)]),
  },
  { weight: 2, arbitrary: fc.tuple(ms, ms, shape).map(([start, end, write]) => [write(start), write(end)]) },
  { weight: 1, arbitrary: ms.map((at) => [String(at), String(at - 86_400_001)]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ['', ''],
      ['-', '2025-01-01'],
      ['2025-9-10 1:02', '2025-10-1 1:02'],
      ['noon', 'midnight'],
    ),
  },
);
const cell = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '12',
    '0x0800',
    '8.0',
    '1.2 M',
    'x',
    '-',
    '6',
    'TCP',
    'udp',
    '...AP.S.',
    '70000',
    'a"b',
  ),
  fc.integer({ min: 0, max: 70000 }).map(String),
);

interface Row {
  readonly times: readonly string[];
  readonly src: string;
  readonly dst: string;
  readonly cells: readonly string[];
  readonly pad: number;
  readonly quotes: readonly boolean[];
  readonly note: string;
  /** Columns that the row has. */
  readonly width: number;
}
const row: fc.Arbitrary<Row> = fc.record({
  times,
  src: address,
  dst: address,
  cells: fc.array(cell, { minLength: 6, maxLength: 6 }),
  pad: fc.nat(3),
  quotes: fc.array(fc.boolean(), { minLength: 11, maxLength: 11 }),
  width: fc.oneof(
    { weight: 12, arbitrary: fc.constant(11) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
  ),
  note: fc.constantFrom('', '', '', 'plain', 'with, comma', 'two\nlines', 'say "hi"', '"a"\n"b"', 'ünï'),
});

const COLUMNS = [
  'firstSeen',
  'lastSeen',
  'srcPort',
  'srcAddr',
  'dstPort',
  'dstAddr',
  'proto',
  'flags',
  'packets',
  'bytes',
  'note',
];

function cellsOf({
  times: [start, end],
  src,
  dst,
  cells: [srcPort, dstPort, proto, flags, packets, bytes],
  pad,
  note,
  width,
}: Row): string[] {
  const spaces = ' '.repeat(pad);
  return [
    start,
    end,
    srcPort,
    spaces + src,
    dstPort,
    dst + spaces,
    proto,
    flags,
    packets,
    bytes,
    note,
    'one more',
  ].slice(0, width) as string[];
}

function written(cells: readonly string[], quotes: readonly boolean[], delimiter: string): string {
  return cells
    .map((text, at) =>
      quotes[at] || /["\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text,
    )
    .join(delimiter);
}

/** Random, but the same in every run. */
const SETTINGS = {
  seed: 20_261_101,
  numRuns: 200,
  interruptAfterTimeLimit: 4_000,
  markInterruptAsFailure: false,
};

describe('CSV scanner', () => {
  it('equals fast-csv with every row judged by its cells, plain and quoted, in batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 30 }),
        fc.constantFrom(',', '|', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('never', 'never', 'sometimes', 'always'),
        fc.integer({ min: 300, max: 2000 }).map((bytes) => bytes * 4),
        async (rows, delimiter, lineBreak, quoting, slabBytes) => {
          const lines = rows.map((each) => {
            const quotes = each.quotes.map(
              (quoted) => quoting === 'always' || (quoting === 'sometimes' && quoted),
            );
            const cells =
              quoting === 'never'
                ? cellsOf({ ...each, note: each.note.replace(/["\n,|;\t]/g, '') })
                : cellsOf(each);
            return written(cells, quotes, delimiter);
          });
          const text = [COLUMNS.join(delimiter), ...lines, ''].join(lineBreak);
          const scanned = await scanOf(text, index, { slabBytes });
          const twin = await twinOf(text);
          expect(scanned.counts).toEqual(twin.counts);
          expect(inOrder(scanned.matches)).toEqual(inOrder(twin.matches));
        },
      ),
      SETTINGS,
    );
  });

  it('the same rows plain and quoted give the same matches and counts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
        const cells = rows.map((each) =>
          cellsOf({ ...each, note: '', cells: each.cells.map((text) => text.replace('"', '')) }),
        );
        const text = (quoted: boolean) =>
          [
            COLUMNS.join(','),
            ...cells.map((each) => written(each, new Array<boolean>(12).fill(quoted), ',')),
            '',
          ].join('\n');
        const plain = await scanOf(text(false), index);
        const quoted = await scanOf(text(true), index);
        expect(quoted.counts).toEqual(plain.counts);
        expect(inOrder(quoted.matches)).toEqual(inOrder(plain.matches));
      }),
      { ...SETTINGS, numRuns: 60 },
    );
  });

  it('bytes of any kind neither throw nor stop the rows after them', async () => {
    const header = `${COLUMNS.join(',')}\n`;
    const good = '1735700000,1735700001,1,192.0.2.7,443,198.51.100.200,TCP,0,1,1,\n';
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom('"', '""', ',', '\r', '\n', '"\n', good, header, '192.0.2.7', 'Summary\n')
        .map((part) => Buffer.from(part)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(chunk, { maxLength: 20 }),
        fc.integer({ min: 100, max: 400 }),
        async (chunks, words) => {
          const text = Buffer.concat([Buffer.from(header), ...chunks, Buffer.from(`\n${good.repeat(100)}`)]);
          const { counts, matches } = await scanOf(text, index, { slabBytes: words * 4, maxLineBytes: 384 });
          expect(matches.length).toBeGreaterThanOrEqual(98);
          expect(counts.records).toBeGreaterThanOrEqual(98);
        },
      ),
      { ...SETTINGS, numRuns: 40 },
    );
  });

  it('end before start is an exchange up to a day, and damage beyond, whether the row hits or not', async () => {
    const lines = [
      '2025-01-01 00:00:10,2025-01-01 00:00:09,1,192.0.2.7,2,203.0.113.9,6,0,1,1,',
      '2025-01-01 00:00:10,2025-01-01 00:00:09,1,192.0.2.8,2,203.0.113.9,6,0,1,1,',
      '2025-01-02 00:00:10,2025-01-01 00:00:09,1,192.0.2.7,2,203.0.113.9,6,0,1,1,',
      '2025-01-02 00:00:10,2025-01-01 00:00:09,1,192.0.2.8,2,203.0.113.9,6,0,1,1,',
    ];
    const { counts, matches, problems } = await scanOf([COLUMNS.join(','), ...lines, ''].join('\n'), index);
    expect(counts).toMatchObject({ records: 2, matched: 1, noHit: 1, swappedTimes: 2, undecodable: 2 });
    expect(matches).toMatchObject([
      { startMs: Date.parse('2025-01-01T00:00:09Z'), endMs: Date.parse('2025-01-01T00:00:10Z') },
    ]);
    const expected = 'lastSeen): expected a time at most a day before the start';
    expect(problems).toEqual([`line 4: end (column 2, ${expected}`, `line 5: end (column 2, ${expected}`]);
  });

  it('a problem names line, field and column, never what stands there', async () => {
    const lines = [
      '1735700000,1735700001,1,192.0.2.07,2,203.0.113.9,6,0,1,1,',
      '1735700000,1735700001,1,192.0.2.7,2,"203.0.113",6,0,1,1,',
      '1735700000,1735700001,https,192.0.2.7,2,203.0.113.9,6,0,1,1,',
      '1735700000,1735700001,1,192.0.2.7',
    ];
    const { counts, problems } = await scanOf([COLUMNS.join(','), ...lines, ''].join('\n'), index);
    expect(counts).toMatchObject({ records: 0, undecodable: 4 });
    expect([...problems].sort()).toEqual([
      'line 2: src (column 4, srcAddr): expected an IPv4 or IPv6 address',
      'line 4: srcPort (column 3, srcPort): expected a port number, not a name',
      'line 5: dst (column 6, dstAddr): expected an IPv4 or IPv6 address',
    ]);
  });

  it('a short row does not take its destination from the next one', async () => {
    const { counts } = await scanOf(
      'srcAddr,dstAddr,firstSeen\n10.0.0.1\n10.0.0.2,192.0.2.7,1735700000\n',
      index,
    );
    expect(counts).toMatchObject({ records: 1, matched: 1, undecodable: 1 });
  });

  it('of many problems in a batch three are told and all are counted', async () => {
    const { counts, problems } = await scanOf(
      `${COLUMNS.join(',')}\n${'1,2,3,4,5,6,7,8,9,10,11\n'.repeat(50)}`,
      index,
    );
    expect(counts.undecodable).toBe(50);
    expect(problems).toHaveLength(3);
  });

  it('a side that is listed only after translation is a hit', async () => {
    const { matches } = await scanOf(
      'firstSeen,lastSeen,srcAddr,dstAddr,srcXIP,dstXIP\n' +
        '1735700000,1735700001,10.0.0.1,10.0.0.2,0.0.0.0,192.0.2.7\n' +
        '1735700000,1735700001,10.0.0.1,10.0.0.2,,\n',
      index,
    );
    expect(matches).toMatchObject([{ victim: '10.0.0.1', c2: '192.0.2.7', direction: 'to-c2' }]);
  });
});
