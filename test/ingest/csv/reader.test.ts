// The reader: whole lines into slabs, whatever the file's edges look like, and where it goes on.
import { describe, expect, it } from 'vitest';
import { eachBatch, indexOfAddresses, recordsOf, scanOf } from './tables.ts';

const HEADER = 'firstSeen,lastSeen,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes';
const row = (n: number) =>
  `17145576${String(n).padStart(2, '0')},1714557699,TCP,192.0.2.${n},${1000 + n},198.51.100.${n},443,1,${n}`;
const rows = Array.from({ length: 40 }, (_, n) => row(n));
const table = `${HEADER}\n${rows.join('\n')}\n`;

describe('CSV reader', () => {
  it.each([200, 332, 1024, 1 << 16])(
    'a slab of %i bytes gives the same rows and line numbers',
    async (slabBytes) => {
      const { flows, lines, problems } = await recordsOf(table, { slabBytes, piece: 61 });
      expect(problems).toEqual([]);
      expect(flows.map((flow) => flow.src)).toEqual(rows.map((_, n) => `192.0.2.${n}`));
      expect(lines).toEqual(rows.map((_, n) => n + 2));
    },
  );

  it.each([
    ['CRLF', table.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${table}`],
    ['empty lines', table.replaceAll('\n', '\n\n')],
    ['no final newline', table.trimEnd()],
    ['comments before the header', `# exported by hand\n#\n\n${table}`],
    ['comments among the rows', table.replace(row(7), `# "${row(7)}\n${row(7)}`)],
    ['the header repeated, as in files put together', `${table}${table.toUpperCase().split('\n')[0]}\n`],
    ['a commented header', `# ${table}`],
    ['text before the header', `Flows of the night\n${table}`],
  ])('%s changes no row', async (_, text) => {
    for (const slabBytes of [256, 1 << 16]) {
      const { flows, problems } = await recordsOf(text, { slabBytes });
      expect(problems).toEqual([]);
      expect(flows.map((flow) => flow.src)).toEqual(rows.map((_, n) => `192.0.2.${n}`));
      expect(flows.map((flow) => flow.bytes)).toEqual(rows.map((_, n) => n));
    }
  });

  it('a resumed reading goes on with the next row and its line number', async () => {
    const whole = await recordsOf(table);
    const points: { position: number; state: string; seen: number }[] = [];
    let seen = 0;
    await eachBatch(table, { slabBytes: 300 }, (_, batch, filled) => {
      seen += batch.length === 0 ? 0 : Math.round(batch.length / (table.length / 41));
      points.push({ position: filled.position, state: filled.state as string, seen });
    });
    expect(points.length).toBeGreaterThan(5);
    for (const { position, state } of points) {
      const resumed = await recordsOf(table, { resume: { position, state }, slabBytes: 500 });
      const from = whole.flows.length - resumed.flows.length;
      expect(table.slice(0, position).split('\n').length - 2).toBe(from);
      expect(resumed.flows).toEqual(whole.flows.slice(from));
      expect(resumed.lines).toEqual(whole.lines.slice(from));
    }
  });

  it('a file that has become shorter than the place of resumption says so', async () => {
    const { flows, problems } = await recordsOf(table, { resume: { position: table.length + 10 } });
    expect(flows).toEqual([]);
    expect(problems[0]).toContain('before the place where reading was to go on');
  });

  it('a last line that is cut off is not guessed at', async () => {
    const cut = table.slice(0, table.lastIndexOf('198.51.100.39') + 12);
    const { counts, problems } = await scanOf(cut, indexOfAddresses(['198.51.100.3']));
    expect(counts).toMatchObject({ records: 39, matched: 1, undecodable: 1 });
    expect(problems).toEqual([
      'the last line is cut off: it has no line break and fewer columns than the others',
    ]);
  });

  it.each([100, 4000])(
    'a line longer than the limit is passed over and counted, slab of %i bytes over it',
    async (over) => {
      const text = table.replace(row(3), `${row(3)}${'x'.repeat(2000)}`);
      const { counts, problems } = await scanOf(text, indexOfAddresses([]), {
        maxLineBytes: 1000,
        slabBytes: 1000 + over,
      });
      expect(counts).toMatchObject({ records: 39, undecodable: 1 });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('line 5: longer than 1000 bytes');
    },
  );

  it('a quote that is never closed takes only its own line with it', async () => {
    const text = table.replace(row(3), `"${row(3)}`);
    for (const slabBytes of [1016, 1500, 1 << 16]) {
      const { counts, problems } = await scanOf(text, indexOfAddresses(['192.0.2.30']), {
        maxLineBytes: 1000,
        slabBytes,
      });
      expect(counts).toMatchObject({ records: 39, matched: 1, undecodable: 1 });
      expect(problems).toEqual(['line 5: a quote is not closed, or stands amid a column']);
    }
  });

  it('a file without a table names what was looked for and how to map columns', async () => {
    const { problems, flows } = await recordsOf('a,b,c\n1,2,3\n');
    expect(flows).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/no table of flows.*srcaddr.*dstaddr.*--columns/);
  });

  it('a table without any time is refused: no window could be held against it', async () => {
    const { problems } = await recordsOf('srcAddr,dstAddr,bytes\n192.0.2.1,198.51.100.1,5\n');
    expect(problems).toEqual([expect.stringContaining('the header line lacks a time')]);
  });

  it('an empty file is no table and no problem', async () => {
    expect(await recordsOf('')).toMatchObject({ flows: [], problems: [] });
  });

  it('UTF-16 is named as such', async () => {
    const { problems } = await recordsOf(Buffer.from(`\ufeff${table}`, 'utf16le'));
    expect(problems).toEqual([expect.stringContaining('UTF-16')]);
  });

  it('all batches are accounted under one group without an exporter', async () => {
    const { filled } = await eachBatch(table, { slabBytes: 500 }, () => {});
    for (const { groups } of filled) {
      expect(groups).toMatchObject([
        { exporter: null, fromMs: Date.UTC(2026, 0, 2, 3, 4), toMs: Date.UTC(2026, 0, 2, 3, 5) },
      ]);
    }
  });
});
