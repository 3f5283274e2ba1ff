// Tables of others.
import { describe, expect, it } from 'vitest';
import { parseColumns } from '../../../src/authority/importers/csv.ts';
import { readSample, readTextAs, refused, taken } from './fixture.ts';

describe('a table', () => {
  it('is read by its header, whatever its delimiter, quotes and line ends in cells', async () => {
    const feed = await readSample('csv', 'list.csv');
    expect(taken(feed)).toEqual(['203.0.113.7 443 6', '198.51.100.22 8080 -', '2001:db8::7 - -']);
    expect(feed.candidates[0]?.observation).toEqual({
      source: 'list.csv',
      firstSeenMs: Date.parse('2026-03-02T10:00:00Z'),
      lastSeenMs: Date.parse('2026-06-19'),
      threats: ['QakBot'],
      confidence: 80,
      tlp: 'AMBER+STRICT',
      remarks: ['panel; seen twice'],
    });
    expect(feed.candidates[2]?.observation.tlp).toBe('CLEAR');
  });

  it('a row that breaks a rule is refused by the line on which it begins', async () => {
    expect(refused(await readSample('csv', 'list.csv'))).toEqual([
      'list.csv: line 7: protocol: "icmp": has no ports',
      'list.csv: line 8: first_seen: "2026-03-02 10:00:00": a time needs its offset from UTC: end it in Z or +02:00',
      'list.csv: line 9: confidence: "101": must be a whole number from 0 to 100',
      'list.csv: line 10: tlp: "PURPLE": is no marking of the Traffic Light Protocol (rule L16)',
      'list.csv: line 11: cells: 2: the header has 9',
      'list.csv: line 12: row: (absent): a quote is not closed, or stands within a cell',
      'list.csv: line 13: address: "host.example": a host name: only addresses are taken, since a name may move',
    ]);
  });

  it('an open quote costs its own row only', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `198.51.100.${n % 250},x`);
    const feed = await readTextAs('csv', `address,comment\n"203.0.113.7,x\n${rows.join('\n')}`);
    expect(feed).toMatchObject({ entries: 301, refused: 1 });
    expect(feed.refusals[0]?.line).toBe(2);
  });

  it('keeps empty cells at the end of a row of tabs', async () => {
    expect(taken(await readTextAs('csv', 'ip\tport\tcomment\n203.0.113.7\t\t\n'))).toEqual([
      '203.0.113.7 - -',
    ]);
  });

  it('names its own sources', async () => {
    const { candidates } = await readTextAs('csv', 'source,ip\npartner-a,203.0.113.7\n,203.0.113.8\n');
    expect(candidates.map(({ observation }) => observation.source)).toEqual(['partner-a', 'feed']);
  });
});

describe('columns', () => {
  it('are those that the user names', async () => {
    const columns = parseColumns('address=Server (C2),port=Service');
    const feed = await readTextAs('csv', 'ip,Server (C2),Service\n192.0.2.1,203.0.113.7,443\n', { columns });
    expect(taken(feed)).toEqual(['203.0.113.7 443 -']);
  });

  it('by their place need no header', async () => {
    const feed = await readTextAs('csv', '1;203.0.113.7;443\n2;203.0.113.8;x\n', {
      columns: parseColumns('address=#2,port=#3'),
    });
    expect(taken(feed)).toEqual(['203.0.113.7 443 -']);
    expect(refused(feed)).toEqual(['feed: line 2: port: "x": must be a whole number from 1 to 65535']);
  });

  it('that are not there are said', async () => {
    const columns = parseColumns('port=dport');
    await expect(readTextAs('csv', 'ip\n203.0.113.7\n', { columns })).rejects.toThrow('has no column dport');
    await expect(readTextAs('csv', 'host,port\nx,1\n')).rejects.toThrow('names no column of addresses');
    expect(() => parseColumns('adress=x')).toThrow('the fields are address, port');
  });
});
