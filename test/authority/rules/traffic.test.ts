// Which traffic is taken (L2, L3, L10), under which basis (L4, L5, L7), and what an entry must say (L2-L8): each rule on either
// side of its bound, through the database.
import { describe, expect, it } from 'vitest';
import { analysis, changed, ENTRY, type Fields, ms } from '../fixture.ts';
import { Authority } from './life.ts';

const IMPORTED = '2026-06-25T00:00:00Z';
const AT = '2026-06-26T00:00:00Z';

interface Story {
  readonly entry?: Fields;
  readonly terms?: Readonly<Record<string, string>>;
  readonly basis?: string;
}

const EDGES: readonly (readonly [
  rule: string,
  what: string,
  edge: string,
  effect: 'opens' | 'closes',
  story: Story,
])[] = [
  ['L2', 'first seen', '2026-03-02T10:00:00Z', 'opens', {}],
  [
    'L3',
    'twelve months before the decision',
    '2025-06-25T00:00:00Z',
    'opens',
    { entry: { first_seen: '2024-01-01' } },
  ],
  [
    'L3',
    'nine months, where the indicator says so',
    '2025-09-25T00:00:00Z',
    'opens',
    {
      entry: { first_seen: '2024-01-01', 'basis.retention_term': 'P9M' },
    },
  ],
  [
    'L3',
    'six months, where the operator says so',
    '2025-12-25T00:00:00Z',
    'opens',
    {
      entry: { first_seen: '2024-01-01' },
      terms: { 'lce-126-1': 'P6M' },
    },
  ],
  [
    'L3',
    "the operator's own term",
    '2026-05-25T00:00:00Z',
    'opens',
    {
      entry: { 'basis.retention': 'lce-122' },
      terms: { 'lce-122': 'P1M' },
      basis: 'lce-122',
    },
  ],
  [
    'L10',
    'when the address stopped being the server’s',
    '2026-06-20T00:00:00Z',
    'closes',
    {
      entry: { traffic_until: '2026-06-20' },
    },
  ],
];

describe('a flow that begins at the millisecond before, and at', () => {
  it.each(EDGES.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    const [, , edge, effect, { entry = {}, terms, basis = 'lce-126-1' }] = row;
    const authority = new Authority();
    if (terms) authority.operator('2026-06-24', terms);
    await authority.take(IMPORTED, [changed(ENTRY, entry)]);
    const verdicts = [ms(edge) - 1, ms(edge)].map((startMs) => authority.verdict({ at: AT, startMs, basis }));
    expect(verdicts).toEqual(
      effect === 'opens' ? ['outsideTraffic', 'matched'] : ['matched', 'outsideTraffic'],
    );
  });

  it('L3: is taken whole or not at all', async () => {
    const authority = new Authority();
    await authority.take(IMPORTED, [changed(ENTRY, { traffic_until: '2026-06-20' })]);
    const startMs = ms('2026-06-19');
    const until = ms('2026-06-20');
    expect(authority.verdict({ at: AT, startMs, endMs: until - 1 })).toBe('matched');
    expect(authority.verdict({ at: AT, startMs, endMs: until })).toBe('outsideTraffic');
  });

  it('L3: a term declared later opens nothing before it is known', async () => {
    const authority = new Authority();
    await authority.take(IMPORTED, [changed(ENTRY, { 'basis.retention': 'lce-122' })]);
    const declared = ms('2026-06-26T12:00:00Z');
    const question = { basis: 'lce-122', startMs: ms('2026-06-25T12:00:00Z') };
    expect(authority.verdict({ at: declared - 1, ...question })).toBe('notInForce');
    authority.operator('2026-06-26T12:00:00Z', { 'lce-122': 'P1M' });
    expect(authority.verdict({ at: declared, ...question })).toBe('matched');
  });

  it('L7: delivered under another basis than the indicator’s, is not taken', async () => {
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY]);
    expect(authority.verdict({ at: AT, basis: 'lce-126-1' })).toBe('matched');
    expect(authority.verdict({ at: AT, basis: 'lce-122' })).toBe('otherBasis');
    expect(authority.verdict({ at: AT, basis: 'lce-123' })).toBe('otherBasis');
  });
});

/** What is refused, and the nearest that is not. */
const ENTRIES: readonly (readonly [rule: string, field: string, refused: Fields, taken: Fields])[] = [
  ['L2', 'first_seen', { first_seen: undefined }, { first_seen: '2026-03-02' }],
  ['L2', 'first_seen_event', { first_seen_event: '' }, { first_seen_event: 'seen' }],
  ['L3', 'basis.retention_term', { 'basis.retention_term': 'P12M1D' }, { 'basis.retention_term': 'P12M' }],
  ['L4', 'basis.access', { 'basis.access': 'lce-127-1-2-4' }, { 'basis.access': 'lce-127-1-2-2' }],
  ['L4', 'basis.task', { 'basis.task': 'nis2-21-2-1' }, { 'basis.task': 'nis2-21-2-2' }],
  ['L4', 'basis.retention', { 'basis.retention': 'lce-127' }, { 'basis.retention': 'lce-126-1' }],
  [
    'L5',
    'threat.kind',
    { 'threat.kind': undefined },
    { 'basis.retention': 'lce-122', 'threat.kind': undefined },
  ],
  ['L5', 'threat.relation', { 'threat.relation': 'somehow' }, { 'threat.relation': 'address-used' }],
  ['L6', 'country', { country: 'XX' }, { country: 'BE' }],
  ['L6', 'threat.activity', { 'threat.activity': undefined }, { 'threat.activity': 'ransomware' }],
  ['L8', 'sources', { sources: [] }, { sources: [{ name: 'p', reliability: 'F', credibility: 6 }] }],
  ['L9', 'verify_every', { verify_every: 'P7DT1S' }, { verify_every: 'P7D' }],
  [
    'L9',
    'verify_reason',
    { verify_every: 'P6DT23H' },
    { verify_every: 'P6DT23H', verify_reason: 'it moves' },
  ],
  [
    'L10',
    'traffic_until',
    { traffic_until: '2026-03-02T10:00:00Z' },
    { traffic_until: '2026-03-02T10:00:00.001Z' },
  ],
  ['L21', 'address', { address: '203.0.112.0/23' }, { address: '203.0.113.0/24' }],
];

describe('an entry on either side of the rule', () => {
  it.each(ENTRIES.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    const [rule, field, refused, taken] = row;
    const report = await new Authority().take(IMPORTED, [changed(ENTRY, refused)]);
    expect(report.refusals.map((refusal) => [refusal.rule, refusal.field])).toContainEqual([rule, field]);
    expect(report.indicators.added).toBe(0);
    expect(await new Authority().take(IMPORTED, [changed(ENTRY, taken)])).toMatchObject({
      refused: 0,
      indicators: { added: 1 },
    });
  });

  it('L8: with two analyses by different people matches, with one it is proposed', async () => {
    for (const [analyses, verdict] of [
      [[analysis('a.analyst', '2026-06-01'), analysis('b.analyst', '2026-06-02')], 'matched'],
      [[analysis('a.analyst', '2026-06-01'), analysis('a.analyst', '2026-06-02')], 'notInForce'],
    ] as const) {
      const authority = new Authority();
      await authority.take(IMPORTED, [changed(ENTRY, { analyses })]);
      expect(authority.verdict({ at: AT })).toBe(verdict);
    }
  });
});
