// Feodo Tracker: CSV and JSON.
import { describe, expect, it } from 'vitest';
import { readSample, readTextAs, refused, taken } from './fixture.ts';

const TAKEN = ['203.0.113.7 443 -', '198.51.100.22 8080 -'];

describe('CSV', () => {
  it('takes sound rows, and refuses each other with line, field, value and reason', async () => {
    const feed = await readSample('feodo', 'feodo.csv');
    expect(taken(feed)).toEqual(TAKEN);
    expect(refused(feed)).toEqual([
      'feodo.csv: line 12: dst_ip: "010.51.100.22": a part with a leading zero may be read as octal: write it without',
      'feodo.csv: line 13: dst_port: "70000": must be a whole number from 1 to 65535',
      'feodo.csv: line 14: first_seen_utc: "2026-02-30 07:30:05": there is no such day',
      'feodo.csv: line 15: cells: 1: the header has 6',
    ]);
  });

  it('times are UTC, and observations only', async () => {
    const [first] = (await readSample('feodo', 'feodo.csv')).candidates;
    expect(first?.observation).toEqual({
      source: 'abuse.ch Feodo Tracker',
      firstSeenMs: Date.parse('2026-03-02T10:00:00Z'),
      lastSeenMs: Date.parse('2026-06-19'),
      threats: ['QakBot'],
      status: 'online',
    });
  });

  it('columns are found by name, a header in a comment too', async () => {
    const text = '# malware,dst_port,dst_ip\nQakBot,443,203.0.113.7\n';
    expect(taken(await readTextAs('feodo', text))).toEqual(['203.0.113.7 443 -']);
  });
});

it('JSON says the same as CSV', async () => {
  const [csv, json] = [await readSample('feodo', 'feodo.csv'), await readSample('feodo', 'feodo.json')];
  expect(taken(json)).toEqual(TAKEN);
  expect(json.candidates.map(({ observation }) => observation)).toEqual(
    csv.candidates.map(({ observation }) => observation),
  );
  expect(refused(json)).toEqual([
    'feodo.json: [2]: ip_address: "10.1": a short form: write all four parts',
    'feodo.json: [3]: entry: "198.51.100.99": must be an object',
  ]);
});
