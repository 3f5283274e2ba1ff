// What is refused at import, by rule: each refusal names the entry, the field, the value and the rule, and stands alone.
import { describe, expect, it } from 'vitest';
import { describeRefusal } from '../../src/authority/refusal.ts';
import { FlowSieveError } from '../../src/core/errors.ts';
import {
  analysis,
  changed,
  DIGEST,
  ENTRY,
  type Fields,
  fileOf,
  HEADER,
  REQUISITION,
  REQUISITIONED,
  read,
  verification,
} from './fixture.ts';

/** What a change of the entry is refused for: field, value, rule, and words of the message. */
type Case = readonly [
  rule: string,
  what: string,
  changes: Fields,
  field: string,
  value: string,
  words: string,
];

const ENTRY_CASES: readonly Case[] = [
  ['format', 'an octal address', { address: '203.0.113.07' }, 'address', '"203.0.113.07"', 'octal'],
  ['format', 'a zone id', { address: 'fe80::1%eth0' }, 'address', '"fe80::1%eth0"', 'zone id'],
  [
    'format',
    'bits behind the prefix',
    { address: '203.0.113.7/24' },
    'address',
    '"203.0.113.7/24"',
    '203.0.113.0/24',
  ],
  [
    'format',
    'an unknown field',
    { frist_seen: '2026-03-02' },
    'frist_seen',
    '"2026-03-02"',
    'did you mean first_seen?',
  ],
  ['format', 'an unknown field within', { 'basis.acces': 'x' }, 'basis.acces', '"x"', 'did you mean access?'],
  ['format', 'port 0', { port: 0 }, 'port', '0', '1 or more'],
  ['format', 'port 65536', { port: 65_536 }, 'port', '65536', '65535 or less'],
  ['format', 'a port of a protocol without', { protocol: 'icmp' }, 'port', '443', 'no ports'],
  ['format', 'an unknown protocol', { protocol: 'tpc' }, 'protocol', '"tpc"', 'did you mean tcp?'],
  ['format', 'an id that is none', { id: 'indicator-1' }, 'id', '"indicator-1"', 'UUID'],
  ['L1', 'no address', { address: undefined }, 'address', '(absent)', 'is required'],
  ['L2', 'no first seen', { first_seen: undefined }, 'first_seen', '(absent)', 'D5'],
  [
    'L2',
    'a first seen that is no date',
    { first_seen: '2026-02-30' },
    'first_seen',
    '"2026-02-30"',
    'no such day',
  ],
  [
    'L2',
    'a time without offset',
    { first_seen: '2026-03-02T10:00:00' },
    'first_seen',
    '"2026-03-02T10:00:00"',
    'offset',
  ],
  ['L2', 'no event', { first_seen_event: undefined }, 'first_seen_event', '(absent)', 'concrete event'],
  ['L2', 'an empty event', { first_seen_event: '  ' }, 'first_seen_event', '"  "', 'empty'],
  [
    'L3',
    'a term that no zone has',
    { 'basis.retention_term': 'P3M' },
    'basis.retention_term',
    '"P3M"',
    'P12M, P9M, P6M',
  ],
  [
    'L3',
    "a term of the operator's own basis",
    { 'basis.retention': 'lce-122', 'basis.retention_term': 'P6M' },
    'basis.retention_term',
    '"P6M"',
    "each operator's own",
  ],
  [
    'L4',
    'no basis of retention',
    { 'basis.retention': undefined },
    'basis.retention',
    '(absent)',
    'precisely',
  ],
  ['L4', 'no basis of access', { 'basis.access': undefined }, 'basis.access', '(absent)', 'precisely'],
  ['L4', 'no task', { 'basis.task': undefined }, 'basis.task', '(absent)', 'precisely'],
  ['L4', 'no basis at all', { basis: undefined }, 'basis.retention', '(absent)', 'is required'],
  [
    'L4',
    'an unknown basis',
    { 'basis.retention': 'lce-126-2' },
    'basis.retention',
    '"lce-126-2"',
    'did you mean lce-126-1?',
  ],
  [
    'L4',
    'access under 127/1 § 2, 4° to data kept under 126/1',
    { 'basis.access': 'lce-127-1-2-4' },
    'basis.access',
    '"lce-127-1-2-4"',
    'LCE 127/1 § 4',
  ],
  [
    'L4',
    'another task than of the purpose',
    { 'basis.task': 'nis2-21-2-1' },
    'basis.task',
    '"nis2-21-2-1"',
    'nis2-21-2-2',
  ],
  ['L5', 'no kind of threat', { 'threat.kind': undefined }, 'threat.kind', '(absent)', 'D5'],
  [
    'L5',
    'no relation',
    { 'threat.relation': undefined },
    'threat.relation',
    '(absent)',
    'how the address relates',
  ],
  [
    'L5',
    'no description',
    { 'threat.description': undefined },
    'threat.description',
    '(absent)',
    'actor or means',
  ],
  [
    'L5',
    'another threat than of the purpose',
    { 'threat.kind': 'serious-crime' },
    'threat.kind',
    '"serious-crime"',
    'access under',
  ],
  [
    'L5',
    'an unknown relation',
    { 'threat.relation': 'actor' },
    'threat.relation',
    '"actor"',
    'actor-or-means',
  ],
  ['L6', 'no country', { country: undefined }, 'country', '(absent)', 'D13'],
  ['L6', 'a country in words', { country: 'Netherlands' }, 'country', '"Netherlands"', 'ISO 3166-1'],
  ['L6', 'a country that is none', { country: 'XX' }, 'country', '"XX"', 'ISO 3166-1'],
  ['L6', 'no activity', { 'threat.activity': undefined }, 'threat.activity', '(absent)', 'D13'],
  ['L8', 'no source', { sources: [] }, 'sources', '[]', 'rated'],
  [
    'L8',
    'a source without rating',
    { sources: [{ name: 'partner-a' }] },
    'sources[0].reliability',
    '(absent)',
    'is required',
  ],
  [
    'L8',
    'a rating that is none',
    { sources: [{ name: 'partner-a', reliability: 'B', credibility: 7 }] },
    'sources[0].credibility',
    '7',
    '6 or less',
  ],
  [
    'L8',
    'an unknown outcome',
    { analyses: [analysis('a.analyst', '2026-06-01', 'confirm')] },
    'analyses[0].outcome',
    '"confirm"',
    'did you mean confirmed?',
  ],
  ['L9', 'a period over a week', { verify_every: 'PT168H1S' }, 'verify_every', '"PT168H1S"', 'P7D'],
  ['L9', 'a period in months', { verify_every: 'P1M' }, 'verify_every', '"P1M"', 'P7D'],
  [
    'L9',
    'a shorter period without reason',
    { verify_every: 'P6D' },
    'verify_reason',
    '(absent)',
    'shorter than P7D',
  ],
  [
    'L10',
    'an end before first seen',
    { traffic_until: '2026-03-02T10:00:00Z' },
    'traffic_until',
    '"2026-03-02T10:00:00.000Z"',
    'after first_seen',
  ],
  ['L16', 'an unknown TLP', { tlp: 'WHITE' }, 'tlp', '"WHITE"', 'AMBER+STRICT'],
  ['L17', 'block in words', { block: 'yes' }, 'block', '"yes"', 'true or false'],
  ['L21', 'a prefix wider than /24', { address: '203.0.112.0/23' }, 'address', '"203.0.112.0/23"', '/24'],
  ['L21', 'a prefix wider than /48', { address: '2001:db8::/47' }, 'address', '"2001:db8::/47"', '/48'],
];

describe('an entry is refused alone', () => {
  it.each(ENTRY_CASES)('%s: %s', async (rule, _, changes, field, value, words) => {
    const { listed, refusals, refusedEntries } = await read(
      fileOf(HEADER, [changed(ENTRY, { address: '198.51.100.1' }), changed(ENTRY, changes), ENTRY]),
    );
    expect(refusedEntries).toBe(1);
    expect(listed.map(({ indicator }) => indicator.address)).toEqual(['198.51.100.1', '203.0.113.7']);
    expect(refusals).toContainEqual({
      entry: 1,
      address: (changes.address ?? ('address' in changes ? null : ENTRY.address)) as string | null,
      line: null,
      field,
      value,
      rule,
      message: expect.stringContaining(words),
    });
  });

  it.each([
    ['a first seen a millisecond before its end', { traffic_until: '2026-03-02T10:00:00.001Z' }],
    ['a period of exactly a week', { verify_every: 'PT168H' }],
    ['a shorter period with its reason', { verify_every: 'PT12H', verify_reason: 'it moves daily' }],
    ['a prefix of /24', { address: '203.0.113.0/24' }],
    ['a prefix of /48', { address: '2001:db8::/48' }],
    [
      'no port, protocol, name or actor',
      { port: undefined, protocol: undefined, 'threat.name': undefined, 'threat.actor': null },
    ],
    ['a protocol by number', { protocol: 6 }],
    [
      'serious crime with its task',
      { 'basis.access': 'lce-127-1-2-6', 'basis.task': 'nis2-21-2-1', 'threat.kind': 'serious-crime' },
    ],
    ['access 4° to data kept under 122', { 'basis.retention': 'lce-122', 'basis.access': 'lce-127-1-2-4' }],
    ['access 4° to data kept under 123', { 'basis.retention': 'lce-123', 'basis.access': 'lce-127-1-2-4' }],
    ['under 122 no kind of threat', { 'basis.retention': 'lce-122', threat: { activity: 'ransomware' } }],
    ['the shorter term of a zone', { 'basis.retention_term': 'P9M' }],
    ['no analysis yet', { analyses: undefined, verifications: undefined }],
  ])('but not %s', async (_, changes) => {
    expect((await read(fileOf(HEADER, [changed(ENTRY, changes)]))).refusals).toEqual([]);
  });

  it('and so is what is listed twice', async () => {
    const id = 'indicator--00000000-0000-4000-8000-000000000001';
    const { refusals } = await read(
      fileOf(HEADER, [
        ENTRY,
        changed(ENTRY, { address: '::ffff:203.0.113.7' }),
        changed(ENTRY, { id }),
        changed(ENTRY, { id, address: '198.51.100.1' }),
        changed(ENTRY, { port: 8443 }),
      ]),
    );
    expect(refusals.map(({ entry, field, message }) => [entry, field, message])).toEqual([
      [1, 'address', 'the same address, port and protocol as indicators[0]'],
      [3, 'id', 'the same id as indicators[2]'],
    ]);
  });

  it('whatever stands in its place', async () => {
    const { refusals, refusedEntries } = await read(fileOf(HEADER, [null, 7, 'x', [], {}, ENTRY]));
    expect(refusedEntries).toBe(5);
    expect(new Set(refusals.map(({ entry }) => entry))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('with all its faults at once, in a line that can be read', async () => {
    const entry = changed(ENTRY, { first_seen: undefined, country: 'XX', verify_every: 'P8D' });
    const { refusals } = await read(fileOf(HEADER, [entry]));
    expect(refusals.map(describeRefusal)).toEqual([
      expect.stringMatching(
        /^indicators\[0\] \(203\.0\.113\.7\): first_seen: \(absent\): is required: .* \(rule L2\)$/,
      ),
      expect.stringMatching(/^indicators\[0\] \(203\.0\.113\.7\): country: "XX": .* \(rule L6\)$/),
      expect.stringMatching(/^indicators\[0\] \(203\.0\.113\.7\): verify_every: "P8D": .* \(rule L9\)$/),
    ]);
  });
});

const LONG_AFTER = '2026-12-24T10:00:00.001Z';

/** The same, of the head; by regime. */
const HEADER_CASES: readonly (readonly [
  rule: string,
  what: string,
  base: Fields,
  changes: Fields,
  field: string,
  words: string,
])[] = [
  ['L1', 'no reference', HEADER, { reference: undefined }, 'reference', 'is required'],
  ['L1', 'no file number', HEADER, { file: undefined }, 'file', 'is required'],
  ['L1', 'no regime', HEADER, { regime: undefined }, 'regime', 'is required'],
  ['L1', 'an unknown regime', HEADER, { regime: 'nis2-csrit' }, 'regime', 'did you mean nis2-csirt?'],
  ['L1', 'no decision', HEADER, { decided: undefined }, 'decided', 'nothing is collected before'],
  ['L1', 'no purpose', HEADER, { purpose: undefined }, 'purpose', 'no other purpose'],
  ['L1', 'no operator', HEADER, { operators: [] }, 'operators', 'names its operators'],
  ['L1', 'an operator without a name', HEADER, { operators: ['an isp'] }, 'operators[0]', 'letters'],
  ['L1', 'no document', HEADER, { document: undefined }, 'document.sha256', 'digest'],
  ['L1', 'a digest that is none', HEADER, { 'document.sha256': 'ab' }, 'document.sha256', '64 hexadecimal'],
  ['L1', 'an end at the decision', HEADER, { ends: '2026-06-25' }, 'ends', 'after the decision'],
  ['I1', 'a method where there is none', HEADER, { method: 'lio-18-8' }, 'method', 'knows no such field'],
  ['I3', 'urgency where there is none', HEADER, { urgent: true }, 'urgent', 'knows no urgency'],
  ['I1', 'no method', REQUISITION, { method: undefined }, 'method', 'decides what must be said'],
  ['I1', 'an unknown method', REQUISITION, { method: 'lio-18-9' }, 'method', 'lio-18-8'],
  ['I1', 'no signature', REQUISITION, { approvals: [] }, 'approvals', 'signed'],
  [
    'I1',
    'no nature',
    REQUISITION,
    { 'mentions.nature': undefined },
    'mentions.nature',
    'on pain of illegality',
  ],
  ['I1', 'no officers', REQUISITION, { 'mentions.officers': undefined }, 'mentions.officers', '18/3 § 2, 6°'],
  [
    'format',
    'an unknown mention',
    REQUISITION,
    { 'mentions.oficers': 'x' },
    'mentions.oficers',
    'did you mean officers?',
  ],
  ['I1', 'urgency without its grounds', REQUISITION, { urgent: true }, 'mentions.urgent_reason', '11°'],
  ['I2', 'no end', REQUISITION, { ends: undefined }, 'ends', 'how long it lasts'],
  ['I2', 'six months and a millisecond', REQUISITION, { ends: LONG_AFTER }, 'ends', 'P6M at most'],
  [
    'I3',
    'a confirmation of what is not urgent',
    REQUISITION,
    { confirm_by: '2026-06-25' },
    'confirm_by',
    'urgent must be true',
  ],
  [
    'I3',
    'a later deadline than the law gives',
    REQUISITION,
    { urgent: true, 'mentions.urgent_reason': 'it leaves', confirm_by: '2026-06-25T22:00:00.001Z' },
    'confirm_by',
    'not after 2026-06-25T22:00:00.000Z',
  ],
];

describe('a head that breaks a rule refuses the file', () => {
  it.each(HEADER_CASES)('%s: %s', async (rule, _, base, changes, field, words) => {
    const refused = read(fileOf(changed(base, changes), []));
    await expect(refused).rejects.toThrow(FlowSieveError);
    await expect(refused).rejects.toMatchObject({ code: 'AUTHORISATION_UNREADABLE', exitStatus: 1 });
    const message = await refused.then(String, (error: Error) => error.message);
    const line = message.split('\n').find((text) => text.startsWith(`  authorisation.${field}:`));
    expect(line).toContain(words);
    expect(line?.match(/\(rule (\w+)\)$/)?.[1] ?? 'format').toBe(rule);
  });

  it.each([
    ['I2: exactly six months', REQUISITION, {}],
    ['L1: no end, where the regime allows it', HEADER, { ends: undefined }],
    [
      'I1: Art. 13/6 asks for less',
      REQUISITION,
      { method: 'lio-13-6', notified: undefined, mentions: { nature: 'x', subject: 'y', reasons: 'z' } },
    ],
    [
      'I3: a deadline as the law gives it',
      REQUISITION,
      { urgent: true, 'mentions.urgent_reason': 'it leaves', confirm_by: '2026-06-25T22:00:00Z' },
    ],
  ])('but not %s', async (_, base, changes) => {
    await expect(read(fileOf(changed(base, changes), []))).resolves.toMatchObject({ entries: 0 });
  });

  it.each([
    ['no file at all', null],
    ['a list', []],
    ['another version', { ...fileOf(HEADER, []), flowsieve: 2 }],
    ['an unknown top field', { ...fileOf(HEADER, []), indicator: [] }],
    ['indicators that are no list', { ...fileOf(HEADER, []), indicators: { a: 1 } }],
    ['no head', { flowsieve: 1, indicators: [] }],
  ])('%s', async (_, file) => {
    await expect(read(file)).rejects.toMatchObject({ code: 'AUTHORISATION_UNREADABLE' });
  });

  it('and is not asked for what the regime does not know', async () => {
    const { listed } = await read(fileOf(REQUISITION, [REQUISITIONED]));
    expect(listed[0]?.indicator.basis.task).toBe('lio-7');
  });
});

describe('identifiers', () => {
  it('are derived from reference, address, port and protocol, the same every time', async () => {
    const idOf = async (header: Fields, changes: Fields): Promise<string | undefined> =>
      (await read(fileOf(changed(HEADER, header), [changed(ENTRY, changes)]))).listed[0]?.indicator.id;
    const id = await idOf({}, {});
    expect(id).toMatch(/^indicator--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(
      await idOf({ purpose: 'another' }, { country: 'DE', address: '::ffff:203.0.113.7', protocol: 'TCP' }),
    ).toBe(id);
    const others = [
      await idOf({ reference: '003/2026' }, {}),
      await idOf({}, { address: '203.0.113.8' }),
      await idOf({}, { port: undefined }),
      await idOf({}, { protocol: 'udp' }),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
  });
});

it('what is left out has its default', async () => {
  const { listed } = await read(
    fileOf(HEADER, [changed(ENTRY, { tlp: undefined, verifications: [verification('2026-06-25')] })]),
  );
  expect(listed[0]?.indicator).toMatchObject({
    tlp: 'AMBER+STRICT',
    block: false,
    verifyEvery: 'P7D',
    verifyReason: null,
  });
  expect(DIGEST).toHaveLength(64);
});
