// The column mapping: every form of it, and what is said of a wrong one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FlowSieveError } from '../../../src/core/errors.ts';
import { loadColumnMap, parseColumnMap } from '../../../src/ingest/csv/columns.ts';
import { recordsOf } from './tables.ts';

const MAP = {
  columns: { src: 'SourceIP', dst: 'Dest IP', start: 0 },
  timezone: 'Europe/Brussels',
  timeFormat: 'dmy',
  delimiter: ';',
};

describe('column mapping', () => {
  it.each([
    [
      'pairs',
      'src=SourceIP,dst=Dest IP,start=#1,timezone=Europe/Brussels,timeformat=dmy,delimiter=semicolon',
    ],
    [
      'pairs on lines',
      'src = SourceIP\ndst = Dest IP\nstart = #1\ntimezone = Europe/Brussels\ntimeFormat = dmy\ndelimiter = ;\n',
    ],
    [
      'JSON',
      '{"src": "SourceIP", "dst": "Dest IP", "start": "#1", "timezone": "Europe/Brussels", "timeformat": "dmy", "delimiter": ";"}',
    ],
    [
      'YAML',
      'src: SourceIP\ndst: Dest IP\nstart: "#1"\ntimezone: Europe/Brussels\ntimeformat: dmy\ndelimiter: semicolon\n',
    ],
  ])('is read as %s', (_, text) => {
    expect(parseColumnMap(text)).toEqual(MAP);
  });

  it('is read from a file, or is the text itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'columns-'));
    const file = join(folder, 'map.yaml');
    writeFileSync(file, 'src: A\ndst: B\n');
    expect(loadColumnMap(file)).toEqual({ columns: { src: 'A', dst: 'B' } });
    expect(loadColumnMap('src=A,dst=B')).toEqual({ columns: { src: 'A', dst: 'B' } });
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['', /is empty/],
    ['scr=A', /unknown key "scr"; allowed are src, dst, .*timezone/],
    ['src=', /"src" has no value/],
    ['src=A,nonsense', /"nonsense" is not of the form key=value/],
    ['timezone=Belgium', /"timezone": "Belgium" is no IANA time zone/],
    ['timeformat=us', /"timeformat": "us" is not one of auto, seconds/],
    ['delimiter=x', /"delimiter": "x" is not one of comma, pipe, semicolon, tab/],
    ['start=#0', /columns are counted from #1/],
    ['{"src": ["A"]}', /"src" must be a text/],
    ['just words', /expected key=value pairs or a mapping/],
    ['{', /neither key=value pairs nor JSON or YAML/],
  ])('%j is refused, naming key and what is allowed', (text, message) => {
    const attempt = () => parseColumnMap(text);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(FlowSieveError);
  });

  it('names columns of any table; the rest is found by known names', async () => {
    const columns = parseColumnMap(
      'src=Client,dst=Server,start=Begin,timeformat=dmy,timezone=Europe/Brussels',
    );
    const { flows } = await recordsOf(
      'Server;Client;Begin;Duration;Bytes\n198.51.100.1;192.0.2.1;01/07/2025 14:00:00;2.5;9\n',
      {
        columns,
      },
    );
    expect(flows).toMatchObject([
      {
        src: '192.0.2.1',
        dst: '198.51.100.1',
        startMs: Date.parse('2025-07-01T12:00:00Z'),
        endMs: Date.parse('2025-07-01T12:00:02.500Z'),
        bytes: 9,
      },
    ]);
  });

  it('a known name gives way to the mapping', async () => {
    const columns = parseColumnMap('src=dstAddr,dst=srcAddr');
    const { flows } = await recordsOf('srcAddr,dstAddr,start\n192.0.2.1,198.51.100.1,1735700000\n', {
      columns,
    });
    expect(flows).toMatchObject([{ src: '198.51.100.1', dst: '192.0.2.1' }]);
  });

  it('columns by place need no header, and a header that is there is no row', async () => {
    const columns = parseColumnMap('start=#1,src=#2,dst=#3,bytes=#4');
    const rows = '1735700000|192.0.2.1|198.51.100.1|7\n1735700001|192.0.2.2|198.51.100.2|8\n';
    for (const text of [rows, `When|From|To|Octets\n${rows}`]) {
      const { flows, problems } = await recordsOf(text, { columns });
      expect(problems).toEqual([]);
      expect(flows.map(({ src, bytes }) => [src, bytes])).toEqual([
        ['192.0.2.1', 7],
        ['192.0.2.2', 8],
      ]);
    }
  });

  it('columns that are not there are named', async () => {
    const columns = parseColumnMap('src=Client,dst=Server');
    const { problems } = await recordsOf('a,b,start\n1,2,3\n', { columns });
    expect(problems).toEqual([expect.stringContaining('src=Client, dst=Server')]);
  });
});
