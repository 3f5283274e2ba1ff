// MISP: events, attributes, CSV.
import { describe, expect, it } from 'vitest';
import { readSample, readTextAs, refused, taken } from './fixture.ts';

describe('an event', () => {
  it('gives its ip-dst and ip-src, with ports, from itself and from its objects', async () => {
    const feed = await readSample('misp', 'misp.json');
    expect(taken(feed)).toEqual(['203.0.113.7 - -', '198.51.100.22 8080 -', '2001:db8::7 8443 -']);
    expect(feed.candidates.map(({ element }) => element)).toEqual([
      'response[0].Event.Attribute[0]',
      'response[0].Event.Attribute[1]',
      'response[0].Event.Object[0].Attribute[0]',
    ]);
  });

  it('first_seen and last_seen are observations; the strictest tag is the marking; Orgc is the source', async () => {
    const [first, second] = (await readSample('misp', 'misp.json')).candidates;
    expect(first?.observation).toEqual({
      source: 'CERT Example',
      item: 'misp:5f0c1a52-0001-4d3e-8f10-000000000001',
      modifiedMs: 1_781_776_767_000,
      firstSeenMs: Date.parse('2026-03-02T10:00:00Z'),
      lastSeenMs: Date.parse('2026-06-19T20:00:00Z'),
      tlp: 'AMBER',
      tags: ['misp-galaxy:malpedia="QakBot"', 'tlp:amber', 'tlp:green'],
      references: ['MISP event 5f0c1a52-0000-4d3e-8f10-000000000042'],
      remarks: ['QakBot servers', 'panel'],
    });
    expect(second?.observation.tlp).toBe('GREEN');
  });

  it('what is deleted, not for detection, or no address is refused, without its address', async () => {
    const feed = await readSample('misp', 'misp.json');
    expect(refused(feed).map((line) => line.replace(/^.*-0{4,}(\d+): /, '$1 '))).toEqual([
      '3 to_ids: false: its source does not mark it for detection',
      '6 deleted: true: its source has deleted it (rule L10)',
      '7 type: "sha256": only ip-dst, ip-src, ip-dst|port, ip-src|port are taken',
      '10 deleted: false: its source has deleted its object (rule L10)',
    ]);
    expect(refused(feed).join()).not.toContain('198.51.100.50');
    expect(feed.retractions.map(({ item, reason, isFinal }) => [item.slice(-2), reason, isFinal])).toEqual([
      ['03', 'no longer marked for detection by its source', false],
      ['06', 'deleted by its source', false],
      ['10', 'deleted by its source', false],
    ]);
  });
});

it('attributes of a search are read with their flags as texts', async () => {
  const feed = await readSample('misp', 'misp-attributes.json');
  expect(taken(feed)).toEqual(['203.0.113.7 - -']);
  expect(feed.candidates[0]?.observation).toMatchObject({ source: 'misp-attributes.json', tlp: 'RED' });
});

it.each([
  ['one event', (event: object) => event],
  ['a list of events', (event: object) => [event]],
  ['a response of one', (event: object) => ({ response: event })],
])('%s is read', async (_, wrap) => {
  const event = { Event: { Attribute: [{ type: 'ip-src', value: '203.0.113.7', to_ids: true }] } };
  expect(taken(await readTextAs('misp', JSON.stringify(wrap(event))))).toEqual(['203.0.113.7 - -']);
});

describe('an attribute', () => {
  it.each([
    ['ip-dst|port', '203.0.113.7|443', '203.0.113.7 443 -'],
    ['ip-src|port', '2001:db8::7|443', '2001:db8::7 443 -'],
    ['ip-dst', '203.0.113.0/24', '203.0.113.0/24 - -'],
  ])('%s %s is taken', async (type, value, expected) => {
    const text = JSON.stringify({ Attribute: [{ type, value, to_ids: true }] });
    expect(taken(await readTextAs('misp', text))).toEqual([expected]);
  });

  it.each([
    ['ip-dst', '203.0.113.7|443', 'holds a |'],
    ['ip-dst|port', '203.0.113.7', 'must be an address and a port'],
    ['ip-dst|port', '203.0.113.7|443|1', 'must be an address and a port'],
    ['ip-dst|port', '203.0.113.7|0', '0 is no port'],
    ['domain|ip', 'c2.example|203.0.113.7', 'only ip-dst'],
  ])('%s %s is refused', async (type, value, reason) => {
    const text = JSON.stringify({ Attribute: [{ type, value, to_ids: true }] });
    expect(refused(await readTextAs('misp', text))[0]).toContain(reason);
  });

  it('without to_ids is not for detection', async () => {
    const text = JSON.stringify({ Attribute: [{ type: 'ip-dst', value: '203.0.113.7' }] });
    expect(refused(await readTextAs('misp', text))[0]).toContain('to_ids: (absent)');
  });

  it('of an object with several ports has none', async () => {
    const port = (value: string) => ({ type: 'port', object_relation: 'dst-port', value });
    const attributes = [{ type: 'ip-dst', value: '203.0.113.7', to_ids: true }, port('443'), port('8443')];
    const text = JSON.stringify({ Event: { Object: [{ Attribute: attributes }] } });
    expect(taken(await readTextAs('misp', text))).toEqual(['203.0.113.7 - -']);
  });
});

it('CSV says the same as JSON, by its header', async () => {
  const feed = await readSample('misp', 'misp.csv');
  expect(taken(feed)).toEqual(['203.0.113.7 - -', '198.51.100.22 8080 -']);
  expect(feed.candidates[0]?.observation).toMatchObject({
    source: 'CERT Example',
    item: 'misp:5f0c1a52-0001-4d3e-8f10-000000000001',
    modifiedMs: 1_781_776_767_000,
    tlp: 'AMBER',
    remarks: ['QakBot servers', 'panel, "main"'],
  });
  expect(feed.refusals.map(({ line, field }) => [line, field])).toEqual([
    [5, 'to_ids'],
    [6, 'type'],
    [7, 'value'],
  ]);
});

it('CSV of older versions has dates for timestamps', async () => {
  const text = 'uuid,event_id,category,type,value,comment,to_ids,date\n,1,x,ip-dst,203.0.113.7,,1,20260302\n';
  const { candidates } = await readTextAs('misp', text);
  expect(candidates[0]?.observation.modifiedMs).toBe(Date.parse('2026-03-02'));
});
