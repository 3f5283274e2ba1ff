// What people must have found, in the file or by steps: L8 and L9, at the millisecond before each bound and at it.
import { describe, expect, it } from 'vitest';
import type { NewStep } from '../../../src/authority/steps.ts';
import { analysis, changed, ENTRY, type Fields, verification } from '../fixture.ts';
import { Authority, around, CLOSES, OPENS } from './life.ts';

const IMPORTED = '2026-06-25T00:00:00Z';
const AT = '2026-06-27T12:00:00Z';
const CONFIRMED = { kind: 'analyse', outcome: 'confirmed', method: 'handshake' } as const;
const ACTIVE = { kind: 'verify', outcome: 'active', method: 'handshake' } as const;

/** A step of somebody's, recorded at an instant. */
type Recorded = readonly [at: string, step: NewStep, by?: string];

const CASES: readonly (readonly [
  rule: string,
  what: string,
  at: string,
  verdicts: readonly string[],
  entry: Fields,
  steps: readonly Recorded[],
])[] = [
  [
    'L8',
    'the second of two analyses by steps',
    AT,
    OPENS,
    { analyses: [] },
    [
      ['2026-06-26', CONFIRMED, 'a.analyst'],
      [AT, CONFIRMED, 'b.analyst'],
    ],
  ],
  [
    'L8',
    'an analysis by a step after one of the file',
    AT,
    OPENS,
    { analyses: [analysis('a.analyst', '2026-06-01')] },
    [[AT, CONFIRMED, 'b.analyst']],
  ],
  [
    'L8',
    'the same person once more, which is not enough',
    AT,
    ['notInForce', 'notInForce'],
    {
      analyses: [analysis('a.analyst', '2026-06-01')],
    },
    [[AT, CONFIRMED, ' A.Analyst ']],
  ],
  [
    'L8',
    'an inconclusive analysis, which is not enough',
    AT,
    ['notInForce', 'notInForce'],
    {
      analyses: [analysis('a.analyst', '2026-06-01')],
    },
    [[AT, { ...CONFIRMED, outcome: 'inconclusive' }, 'b.analyst']],
  ],
  [
    'L8',
    'an analyst of the file who refutes by a step',
    AT,
    CLOSES,
    {},
    [[AT, { ...CONFIRMED, outcome: 'refuted' }, 'b.analyst']],
  ],
  [
    'L8',
    'a third analyst who refutes, which changes nothing',
    AT,
    ['matched', 'matched'],
    {},
    [[AT, { ...CONFIRMED, outcome: 'refuted' }, 'c.analyst']],
  ],
  ['L9', 'the first verification by a step', AT, OPENS, { verifications: [] }, [[AT, ACTIVE]]],
  [
    'L9',
    'verification overdue a week after a step',
    '2026-07-06T12:00:00Z',
    CLOSES,
    {},
    [['2026-06-29T12:00:00Z', ACTIVE]],
  ],
  [
    'L9',
    'verification overdue a week after it took place, not after it was recorded',
    '2026-07-06T09:00:00Z',
    CLOSES,
    {},
    [['2026-06-29T12:00:00Z', { ...ACTIVE, atMs: Date.UTC(2026, 5, 29, 9) }]],
  ],
  [
    'L9',
    'the week of the file, a step having put it off',
    '2026-07-02T00:00:00Z',
    ['matched', 'matched'],
    {},
    [['2026-07-01T23:59:59.999Z', ACTIVE]],
  ],
  [
    'L9',
    'the week of the file, an inconclusive step not having put it off',
    '2026-07-02T00:00:00Z',
    CLOSES,
    {},
    [['2026-07-01', { ...ACTIVE, outcome: 'inconclusive' }]],
  ],
  [
    'L9',
    'a verification that was late',
    '2026-07-05T12:00:00Z',
    OPENS,
    {},
    [['2026-07-05T12:00:00Z', ACTIVE]],
  ],
  [
    'L9',
    'verification overdue after a shorter period, whose reason is kept',
    '2026-06-28T00:00:00Z',
    CLOSES,
    {
      verify_every: 'PT12H',
      verify_reason: 'it moves daily',
    },
    [
      ['2026-06-25T01:00:00Z', { ...ACTIVE, outcome: 'inconclusive' }],
      ['2026-06-27T12:00:00Z', ACTIVE],
    ],
  ],
  ['L10', 'verified inactive by a step', AT, CLOSES, {}, [[AT, { ...ACTIVE, outcome: 'inactive' }]]],
  [
    'L10',
    'verified active again',
    '2026-06-28T12:00:00Z',
    OPENS,
    {},
    [
      [AT, { ...ACTIVE, outcome: 'inactive' }],
      ['2026-06-28T12:00:00Z', ACTIVE],
    ],
  ],
];

describe('an indicator at the millisecond before, and at', () => {
  it.each(CASES.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    const [, , at, verdicts, entry, steps] = row;
    const authority = new Authority();
    await authority.take(IMPORTED, [changed(ENTRY, entry)]);
    for (const [recorded, step, by] of steps) authority.step(recorded, step, by);
    expect(around(authority, at)).toEqual(verdicts);
  });

  it('L9: the setting `warn` lifts the suspension, not what a step finds inactive', async () => {
    const authority = new Authority();
    const options = { onOverdue: 'warn' } as const;
    await authority.take(IMPORTED, [ENTRY]);
    authority.step('2026-06-28', ACTIVE);
    expect(authority.verdict({ at: '2026-09-01', options })).toBe('matched');
    authority.step('2026-09-02', { ...ACTIVE, outcome: 'inactive' });
    expect(around(authority, '2026-09-02', { options })).toEqual(CLOSES);
  });

  it('L9: what was found long ago is not read for the live list, and changes nothing', async () => {
    const authority = new Authority();
    await authority.take('2026-06-25', [changed(ENTRY, { verifications: [] })]);
    for (let week = 0; week < 40; week++) {
      authority.step(new Date(Date.UTC(2026, 5, 25 + 7 * week)).toISOString(), ACTIVE);
    }
    const last = Date.UTC(2026, 5, 25 + 7 * 40);
    expect([last - 1, last].map((at) => authority.verdict({ at }))).toEqual(CLOSES);
    const [window] = authority.explain(last - 1).windows;
    expect(window?.collection).toMatchObject([
      { from: { atMs: Date.UTC(2026, 5, 25) }, until: { atMs: last } },
    ]);
  });
});

describe('states', () => {
  it.each([
    ['L8', 'proposed', { analyses: [] }, '2026-06-26'],
    ['L9', 'proposed', { verifications: [] }, '2026-06-26'],
    ['L9', 'suspended', {}, '2026-07-02'],
    ['L9', 'active', {}, '2026-07-01T23:59:59.999Z'],
  ])('%s: %s', async (_, state, entry: Fields, at) => {
    const authority = new Authority();
    await authority.take(IMPORTED, [changed(ENTRY, entry)]);
    expect(authority.explain(Date.parse(at)).state).toBe(state);
  });
});

it('a verification is due a week after the last', async () => {
  const authority = new Authority();
  await authority.take(IMPORTED, [changed(ENTRY, { verifications: [verification('2026-06-25')] })]);
  authority.step('2026-06-29', ACTIVE);
  expect(authority.explain(Date.UTC(2026, 5, 30)).verificationDueMs).toBe(Date.UTC(2026, 6, 6));
});
