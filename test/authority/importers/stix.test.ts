// STIX 2.1 bundles: which patterns are a list of addresses, and which mean more.
import { describe, expect, it } from 'vitest';
import { readPattern } from '../../../src/authority/importers/stix-pattern.ts';
import { readSample, readTextAs, refused, sampleBytes, taken } from './fixture.ts';

function patternOf(text: string): string {
  const read = readPattern(text);
  return 'value' in read ? read.value.map((prefix) => prefix.text).join(' ') : read.problem;
}

describe('a pattern', () => {
  it.each([
    ["[ipv4-addr:value = '203.0.113.7']", '203.0.113.7'],
    ["[ipv4-addr:value='203.0.113.7']", '203.0.113.7'],
    ["  [ ipv4-addr:value  =  '203.0.113.7'  ]  ", '203.0.113.7'],
    ["[ipv4-addr:value = '203.0.113.7/32']", '203.0.113.7'],
    ["[ipv4-addr:value = '203.0.113.0/24']", '203.0.113.0/24'],
    ["[ipv6-addr:value = '2001:DB8:0::7']", '2001:db8::7'],
    ["[ipv6-addr:value = '::ffff:203.0.113.7']", '203.0.113.7'],
    ["[ipv4-addr:value = '203.0.113.7' OR ipv4-addr:value = '203.0.113.8']", '203.0.113.7 203.0.113.8'],
    ["[ipv4-addr:value = '203.0.113.7'] OR [ipv6-addr:value = '2001:db8::7']", '203.0.113.7 2001:db8::7'],
    [
      "([(ipv4-addr:value = '203.0.113.7')] OR ([ipv4-addr:value = '203.0.113.8']))",
      '203.0.113.7 203.0.113.8',
    ],
  ])('%s is %s', (text, addresses) => expect(patternOf(text)).toBe(addresses));

  it.each([
    ["[domain-name:value = 'c2.example']", /^domain-name:value: only =/],
    ["[url:value = 'http://203.0.113.7/']", /^url:value/],
    ["[ipv4-addr:value = '203.0.113.7' AND ipv4-addr:value = '203.0.113.8']", /^AND/],
    ["[ipv4-addr:value = '203.0.113.7'] AND [ipv4-addr:value = '203.0.113.8']", /^AND/],
    ["[ipv4-addr:value = '203.0.113.7'] FOLLOWEDBY [ipv4-addr:value = '203.0.113.8']", /^FOLLOWEDBY/],
    ["[ipv4-addr:value = '203.0.113.7'] WITHIN 300 SECONDS", /^WITHIN/],
    ["[ipv4-addr:value = '203.0.113.7'] REPEATS 5 TIMES", /^REPEATS/],
    [
      "[ipv4-addr:value = '203.0.113.7'] START t'2026-03-02T10:00:00Z' STOP t'2026-03-03T10:00:00Z'",
      /^START/,
    ],
    ["[NOT ipv4-addr:value = '203.0.113.7']", /^NOT/],
    ["[ipv4-addr:value NOT = '203.0.113.7']", /^NOT/],
    ["[ipv4-addr:value != '203.0.113.7']", /^!=/],
    ["[ipv4-addr:value > '203.0.113.7']", /^>/],
    ["[ipv4-addr:value IN ('203.0.113.7', '203.0.113.8')]", /^IN/],
    ["[ipv4-addr:value LIKE '203.0.113.%']", /^LIKE/],
    ["[ipv4-addr:value MATCHES '^203']", /^MATCHES/],
    ["[ipv4-addr:value ISSUBSET '203.0.113.0/24']", /^ISSUBSET/],
    ["[network-traffic:dst_ref.value = '203.0.113.7']", /^network-traffic:dst_ref\.value/],
    ["[network-traffic:extensions.'http-request-ext'.request_method = 'get']", /^network-traffic/],
    ["[ipv4-addr:value = '2001:db8::7']", /is no IPv4 address/],
    ["[ipv6-addr:value = '203.0.113.7']", /is no IPv6 address/],
    ["[ipv4-addr:value = '010.1.1.1']", /octal/],
    ["[ipv4-addr:value = '203.0.113.7\\' OR x']", /not an IPv4/],
    ['[ipv4-addr:value = 203.0.113.7]', /cannot be read from character 19/],
    ["[ipv4-addr:value = '203.0.113.7'", /^ends too early/],
    ["ipv4-addr:value = '203.0.113.7'", /^ipv4-addr:value/],
    ["[ipv4-addr:value = '203.0.113.7']]", /^\]/],
    ["[ipv4-addr:value = '203.0.113.7' OR]", /^\]/],
    ['[]', /^\]/],
    ['', /^ends too early/],
    ["[ipv4-addr:value = '203.0.113.7'] /* comment */", /cannot be read/],
  ])('%s is refused', (text, problem) => expect(patternOf(text)).toMatch(problem));

  it.each([
    [15, /^203\.0\.113\.7$/],
    [16, /nested more than 16/],
    [50_000, /longer than|nested more than 16/],
  ])('in %i parentheses', (depth, expected) => {
    expect(
      patternOf(`${'('.repeat(depth - 1)}[ipv4-addr:value = '203.0.113.7']${')'.repeat(depth - 1)}`),
    ).toMatch(expected);
  });

  it.each([
    [1000, true],
    [1001, false],
  ])('of %i addresses is taken: %s', (count, isTaken) => {
    const one = (n: number) => `ipv6-addr:value = '2001:db8::${n.toString(16)}'`;
    const text = `[${Array.from({ length: count }, (_, n) => one(n)).join(' OR ')}]`;
    expect('value' in readPattern(text)).toBe(isTaken);
  });
});

describe('a bundle', () => {
  it('gives the addresses of its indicators, with all that is said of them', async () => {
    const feed = await readSample('stix', 'bundle.json');
    expect(taken(feed)).toEqual([
      '203.0.113.7 - -',
      '198.51.100.22 - -',
      '2001:db8::7 - -',
      '192.0.2.0/25 - -',
      '203.0.113.14 - -',
    ]);
    expect(feed.candidates[0]?.observation).toEqual({
      source: 'CERT Example',
      item: 'indicator--5f0c1a52-0002-4d3e-8f10-000000000001',
      modifiedMs: Date.parse('2026-06-18T08:00:00Z'),
      validFromMs: Date.parse('2026-03-02T10:00:00Z'),
      validUntilMs: Date.parse('2026-09-02T10:00:00Z'),
      threats: ['QakBot'],
      confidence: 85,
      tlp: 'AMBER+STRICT',
      tags: ['c2', 'malicious-activity'],
      references: ['CERT Example EX-1 https://cert.example/EX-1'],
      remarks: ['QakBot C2'],
    });
    // TLP 1's white.
    expect(feed.candidates[1]?.observation.tlp).toBe('CLEAR');
  });

  it('of one id the newest modified counts', async () => {
    const feed = await readSample('stix', 'bundle.json');
    expect(feed.outdated).toBe(1);
    expect(taken(feed)).not.toContain('203.0.113.13 - -');
  });

  it('what it refuses is said by object, id, field, value and reason', async () => {
    const feed = await readSample('stix', 'bundle.json');
    expect(feed).toMatchObject({ entries: 15, refused: 11 });
    expect(feed.refusals.map(({ element, field }) => `${element} ${field}`)).toEqual([
      'objects[16] spec_version',
      'objects[5] pattern',
      'objects[6] pattern',
      'objects[7] pattern',
      'objects[8] pattern',
      'objects[9] pattern',
      'objects[10] revoked',
      'objects[13] indicator_types',
      'objects[14] pattern',
      'objects[15] pattern_type',
      'objects[17] valid_until',
    ]);
    expect(refused(feed)[6]).toBe(
      'bundle.json: objects[10], indicator--5f0c1a52-0002-4d3e-8f10-000000000008: revoked: true: its source has revoked ' +
        'it, which is for good (rule L10)',
    );
  });

  it('revoked is for good: a newer version that is not does not bring it back', async () => {
    const bundle = JSON.parse(sampleBytes('bundle.json').toString()) as {
      objects: Record<string, unknown>[];
    };
    const revoked = bundle.objects[10]!;
    const newer = { ...revoked, revoked: false, modified: '2026-06-20T08:00:00.000Z' };
    for (const objects of [
      [revoked, newer],
      [newer, revoked],
    ]) {
      const feed = await readTextAs('stix', JSON.stringify({ type: 'bundle', objects }));
      expect(taken(feed)).toEqual([]);
      expect(feed.retractions).toMatchObject([{ item: revoked.id, isFinal: true }]);
    }
  });

  it('a marking that the bundle itself defines counts, and the strictest of all', async () => {
    const bundle = JSON.parse(sampleBytes('bundle.json').toString()) as {
      objects: Record<string, unknown>[];
    };
    const own = { type: 'marking-definition', id: 'marking-definition--1', name: 'TLP:AMBER+STRICT' };
    const green = 'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb';
    const marked = { ...bundle.objects[4], object_marking_refs: [green, own.id] };
    const feed = await readTextAs('stix', JSON.stringify({ type: 'bundle', objects: [own, marked] }));
    expect(feed.candidates[0]?.observation.tlp).toBe('AMBER+STRICT');
  });

  it.each([
    ['a bare indicator', { type: 'indicator' }],
    ['objects that are no list', { type: 'bundle', objects: {} }],
    ['a list', []],
  ])('%s is none', async (_, value) => {
    await expect(readTextAs('stix', JSON.stringify(value))).rejects.toThrow('not a STIX bundle');
  });
});
