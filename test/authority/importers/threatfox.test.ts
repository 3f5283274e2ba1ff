// ThreatFox: CSV of several ages, its JSON export, its API.
import { describe, expect, it } from 'vitest';
import { readSample, readTextAs, refused, taken } from './fixture.ts';

const SEEN = {
  source: 'abuse.ch ThreatFox',
  item: 'threatfox:1001',
  firstSeenMs: Date.parse('2026-06-18T06:26:07Z'),
  lastSeenMs: Date.parse('2026-06-19T20:00:00Z'),
  threats: ['QakBot'],
  confidence: 75,
  tags: ['QakBot', 'c2'],
  references: ['https://threatfox.example/ioc/1001'],
};

describe('CSV', () => {
  it('only ip:port of botnet_cc is taken; the header is a comment, a space follows each comma', async () => {
    const feed = await readSample('threatfox', 'threatfox.csv');
    expect(taken(feed)).toEqual(['203.0.113.7 443 -', '2001:db8::7 8443 -']);
    expect(refused(feed)).toEqual([
      'threatfox.csv: line 11: ioc_type: "domain": only ip:port is taken',
      'threatfox.csv: line 12: ioc_type: "url": only ip:port is taken',
      'threatfox.csv: line 13: threat_type: "payload_delivery": only botnet_cc is taken',
      'threatfox.csv: line 15: ioc_value: "198.51.100.41:0": not an address with its port, such as 203.0.113.7:443',
    ]);
  });

  it('a host that was broken into is told apart', async () => {
    const { candidates } = await readSample('threatfox', 'threatfox.csv');
    expect(candidates.map(({ observation }) => observation.status)).toEqual([undefined, 'compromised host']);
  });

  it.each([['threatfox.csv'], ['threatfox-old.csv'], ['threatfox.json'], ['threatfox-api.json']])(
    '%s says the same, whatever its columns',
    async (file) => {
      const { candidates } = await readSample('threatfox', file);
      expect(candidates[0]?.observation).toEqual(SEEN);
    },
  );

  it('without its header it is refused: columns are never guessed by place', async () => {
    const row = '"2026-06-18 06:26:07", "1001", "203.0.113.7:443", "ip:port", "botnet_cc"\n';
    await expect(readTextAs('threatfox', row)).rejects.toThrow('names the columns ioc_value');
  });
});

it('an answer of the API without results is not an empty list', async () => {
  await expect(readTextAs('threatfox', '{"query_status": "no_result", "data": "…"}')).rejects.toThrow(
    'query_status is no_result',
  );
});
