// When an indicator is in force, and for which traffic: each rule at the millisecond before its bound and at the bound.

import { describe, expect, it } from 'vitest';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { explain } from '../../src/authority/explain.ts';
import { reasonText } from '../../src/authority/reasons.ts';
import {
  analysis,
  changed,
  DAY_MS,
  ENTRY,
  type Fields,
  HEADER,
  isInForce,
  ms,
  REQUISITION,
  REQUISITIONED,
  recordsOf,
  verification,
  windowsOf,
} from './fixture.ts';

const DECIDED = '2026-06-25T00:00:00Z';
const DUE = '2026-07-02T00:00:00Z';
const YEARLY: Fields = changed(ENTRY, {
  verifications: Array.from({ length: 60 }, (_, week) =>
    verification(new Date(ms(DECIDED) + week * 7 * DAY_MS).toISOString()),
  ),
});
const URGENT: Fields = { urgent: true, 'mentions.urgent_reason': 'the server leaves' };

/** At `at` the indicator comes into force (`opens`) or is in force no more. */
type Bound = readonly [
  rule: string,
  what: string,
  at: string,
  effect: 'opens' | 'closes',
  entry: Fields,
  header?: Fields,
  base?: Fields,
];

const BOUNDS: readonly Bound[] = [
  ['L1', 'the decision', DECIDED, 'opens', changed(ENTRY, { verifications: [verification('2026-06-20')] })],
  [
    'L1',
    'an approval',
    '2026-06-26T09:00:00Z',
    'opens',
    ENTRY,
    { approvals: [{ by: 'a.head', at: '2026-06-26T09:00:00Z' }] },
  ],
  [
    'L1',
    'the first of several approvals',
    '2026-06-26T09:00:00Z',
    'opens',
    ENTRY,
    {
      approvals: [
        { by: 'b.head', at: '2026-06-27' },
        { by: 'a.head', at: '2026-06-26T09:00:00Z' },
      ],
    },
  ],
  ['L1', 'the end', '2027-06-25T00:00:00Z', 'closes', YEARLY],
  [
    'L8',
    'the second analysis',
    '2026-06-28T08:00:00Z',
    'opens',
    changed(ENTRY, {
      analyses: [analysis('b.analyst', '2026-06-28T08:00:00Z'), analysis('a.analyst', '2026-06-01')],
    }),
  ],
  [
    'L8',
    'a second analyst, the first having analysed twice, once under another spelling',
    '2026-06-28T08:00:00Z',
    'opens',
    changed(ENTRY, {
      analyses: [
        analysis('a.analyst', '2026-06-01'),
        analysis(' A.Analyst', '2026-06-26'),
        analysis('b.analyst', '2026-06-27', 'inconclusive'),
        analysis('b.analyst', '2026-06-28T08:00:00Z'),
      ],
    }),
  ],
  [
    'L8',
    'an analyst who refutes what they confirmed',
    '2026-06-28T08:00:00Z',
    'closes',
    changed(ENTRY, {
      analyses: [...(ENTRY.analyses as Fields[]), analysis('b.analyst', '2026-06-28T08:00:00Z', 'refuted')],
    }),
  ],
  [
    'L9',
    'the first verification',
    '2026-06-26T12:00:00Z',
    'opens',
    changed(ENTRY, { verifications: [verification('2026-06-26T12:00:00Z')] }),
  ],
  ['L9', 'verification overdue after a week', DUE, 'closes', ENTRY],
  [
    'L9',
    'verification overdue after a shorter period',
    '2026-06-25T12:00:00Z',
    'closes',
    changed(ENTRY, { verify_every: 'PT12H', verify_reason: 'it moves daily' }),
  ],
  [
    'L9',
    'verification overdue after the last of two',
    '2026-07-06T00:00:00Z',
    'closes',
    changed(ENTRY, { verifications: [verification('2026-06-29'), verification('2026-06-25')] }),
  ],
  [
    'L9',
    'an inconclusive verification, which puts nothing off',
    DUE,
    'closes',
    changed(ENTRY, {
      verifications: [verification('2026-06-25'), verification('2026-06-29', 'inconclusive')],
    }),
  ],
  [
    'L9',
    'a late verification, which ends the suspension',
    '2026-07-10T00:00:00Z',
    'opens',
    changed(ENTRY, { verifications: [verification('2026-06-25'), verification('2026-07-10')] }),
  ],
  [
    'L10',
    'verified inactive',
    '2026-06-28T00:00:00Z',
    'closes',
    changed(ENTRY, { verifications: [verification('2026-06-25'), verification('2026-06-28', 'inactive')] }),
  ],
  [
    'I1',
    'the signature',
    '2026-06-24T11:00:00Z',
    'opens',
    REQUISITIONED,
    { approvals: [{ by: 'the.head', at: '2026-06-24T11:00:00Z' }] },
    REQUISITION,
  ],
  [
    'I1',
    'the notification to the commission',
    '2026-06-24T12:00:00Z',
    'opens',
    REQUISITIONED,
    { notified: '2026-06-24T12:00:00Z' },
    REQUISITION,
  ],
  [
    'I2',
    'the end of six months',
    '2026-12-24T10:00:00Z',
    'closes',
    changed(REQUISITIONED, { verifications: YEARLY.verifications }),
    {},
    REQUISITION,
  ],
  [
    'I3',
    'the end of the next working day in Brussels',
    '2026-06-25T22:00:00Z',
    'closes',
    REQUISITIONED,
    URGENT,
    REQUISITION,
  ],
  [
    'I3',
    'the end of the next working day, over a weekend and in winter',
    '2026-11-30T23:00:00Z',
    'closes',
    changed(REQUISITIONED, { verifications: [verification('2026-11-27T10:00:00Z')] }),
    {
      ...URGENT,
      decided: '2026-11-27T10:00:00Z',
      ends: '2027-05-27',
      notified: '2026-11-27T10:00:00Z',
      approvals: [{ by: 'the.head', at: '2026-11-27T10:00:00Z' }],
    },
    REQUISITION,
  ],
  [
    'I3',
    'the end of the next working day, Easter Monday being none',
    '2026-04-07T22:00:00Z',
    'closes',
    changed(REQUISITIONED, {
      analyses: [analysis('a.analyst', '2026-03-03'), analysis('b.analyst', '2026-03-03')],
      verifications: [verification('2026-04-03T10:00:00Z')],
    }),
    {
      ...URGENT,
      decided: '2026-04-03T10:00:00Z',
      ends: '2026-10-03',
      notified: '2026-04-03T10:00:00Z',
      approvals: [{ by: 'the.head', at: '2026-04-03T10:00:00Z' }],
    },
    REQUISITION,
  ],
  [
    'I3',
    'an earlier deadline of its own',
    '2026-06-25T10:00:00Z',
    'closes',
    REQUISITIONED,
    { ...URGENT, confirm_by: '2026-06-25T10:00:00Z' },
    REQUISITION,
  ],
  [
    'I3',
    'a confirmation that comes at the deadline and not before',
    '2026-06-25T22:00:00Z',
    'closes',
    REQUISITIONED,
    { ...URGENT, confirmed: { by: 'the.head', at: '2026-06-25T22:00:00Z' } },
    REQUISITION,
  ],
  [
    'I3',
    'verification, where the confirmation came a millisecond before the deadline',
    '2026-07-01T10:00:00Z',
    'closes',
    REQUISITIONED,
    { ...URGENT, confirmed: { by: 'the.head', at: '2026-06-25T21:59:59.999Z' } },
    REQUISITION,
  ],
];

function named<Row extends readonly [rule: string, what: string, ...unknown[]]>(rows: readonly Row[]) {
  return rows.map((row) => ({ name: `${row[0]}: ${row[1]}`, row }));
}

describe('the collection window', () => {
  it.each(named(BOUNDS))('$name', async ({ row: [, , at, effect, entry, header = {}, base = HEADER] }) => {
    const records = await recordsOf(changed(base, header), [entry]);
    expect([isInForce(records, ms(at) - 1), isInForce(records, ms(at))]).toEqual(
      effect === 'opens' ? [false, true] : [true, false],
    );
  });

  const NEVER: readonly (readonly [
    rule: string,
    what: string,
    entry: Fields,
    header?: Fields,
    base?: Fields,
  ])[] = [
    ['L8', 'one analysis', changed(ENTRY, { analyses: [analysis('a.analyst', '2026-06-01')] })],
    [
      'L8',
      'two analyses by one person',
      changed(ENTRY, {
        analyses: [analysis('a.analyst', '2026-06-01'), analysis('A.ANALYST', '2026-06-02')],
      }),
    ],
    [
      'L8',
      'two analyses of which one is inconclusive',
      changed(ENTRY, {
        analyses: [analysis('a.analyst', '2026-06-01'), analysis('b.analyst', '2026-06-02', 'inconclusive')],
      }),
    ],
    ['L9', 'no verification', changed(ENTRY, { verifications: [] })],
    [
      'L9',
      'no active verification',
      changed(ENTRY, { verifications: [verification('2026-06-25', 'inactive')] }),
    ],
    [
      'L9',
      'active and inactive at one instant',
      changed(ENTRY, { verifications: [verification('2026-06-25', 'inactive'), verification('2026-06-25')] }),
    ],
    ['I1', 'no notification to the commission', REQUISITIONED, { notified: undefined }, REQUISITION],
    [
      'I1',
      'a method that gives no traffic data',
      REQUISITIONED,
      { method: 'lio-16-2', notified: undefined, mentions: { subject: 'x' } },
      REQUISITION,
    ],
  ];

  it.each(named(NEVER))(
    '$name: it is never open, and the indicator stays listed',
    async ({ row: [, , entry, header = {}, base = HEADER] }) => {
      const records = await recordsOf(changed(base, header), [entry]);
      const windows = windowsOf(records);
      expect(windows.length).toBeGreaterThan(0);
      for (const window of windows)
        expect(window.collectionFromMs).toBeGreaterThanOrEqual(window.collectionUntilMs);
      expect(isInForce(records, ms('2026-06-26T00:00:00Z'))).toBe(false);
    },
  );

  it('L9: the setting `warn` lifts the suspension, not what verified inactive ends', async () => {
    const overdue = await recordsOf(HEADER, [ENTRY]);
    expect(isInForce(overdue, ms('2027-06-24T23:59:59.999Z'), 'warn')).toBe(true);
    expect(isInForce(overdue, ms('2027-06-25T00:00:00Z'), 'warn')).toBe(false);
    const inactive = await recordsOf(HEADER, [
      changed(ENTRY, { verifications: [verification('2026-06-25'), verification('2026-07-20', 'inactive')] }),
    ]);
    expect(isInForce(inactive, ms('2026-07-19T23:59:59.999Z'), 'warn')).toBe(true);
    expect(isInForce(inactive, ms('2026-07-20T00:00:00Z'), 'warn')).toBe(false);
  });

  it('L9: verifications that follow in time make one window, those that come late another', async () => {
    const records = await recordsOf(HEADER, [
      changed(ENTRY, {
        verifications: ['2026-06-25', '2026-07-02', '2026-07-08', '2026-07-20'].map((at) => verification(at)),
      }),
    ]);
    expect(windowsOf(records).map((w) => [w.collectionFromMs, w.collectionUntilMs])).toEqual([
      [ms('2026-06-25'), ms('2026-07-15')],
      [ms('2026-07-20'), ms('2026-07-27')],
    ]);
  });
});

describe('the traffic window', () => {
  /** From when, in the only window there is. */
  async function effectiveFrom(
    entry: Fields,
    header: Fields = {},
    terms: Record<string, string> = {},
  ): Promise<string> {
    const records = await recordsOf(changed(HEADER, header), [changed(ENTRY, entry)], {
      'example-isp': terms,
    });
    const [window, ...others] = windowsOf(records);
    expect(others).toEqual([]);
    expect(window?.trafficUntilMs).toBe(Number.POSITIVE_INFINITY);
    return new Date(window?.trafficFromMs ?? Number.NaN).toISOString();
  }

  it.each([
    [
      'first seen, where it is later',
      { first_seen: '2025-06-25T00:00:00.001Z' },
      {},
      '2025-06-25T00:00:00.001Z',
    ],
    [
      'first seen, where it is as old as the term',
      { first_seen: '2025-06-25T00:00:00Z' },
      {},
      '2025-06-25T00:00:00.000Z',
    ],
    [
      'twelve months before the decision',
      { first_seen: '2025-06-24T23:59:59.999Z' },
      {},
      '2025-06-25T00:00:00.000Z',
    ],
    [
      'nine months, where the indicator says so',
      { first_seen: '2024-01-01', 'basis.retention_term': 'P9M' },
      {},
      '2025-09-25T00:00:00.000Z',
    ],
    [
      'six months, where the operator says so',
      { first_seen: '2024-01-01' },
      { 'lce-126-1': 'P6M' },
      '2025-12-25T00:00:00.000Z',
    ],
    [
      'the shorter of both terms',
      { first_seen: '2024-01-01', 'basis.retention_term': 'P6M' },
      { 'lce-126-1': 'P9M' },
      '2025-12-25T00:00:00.000Z',
    ],
    [
      "the operator's own term under LCE 122",
      { first_seen: '2024-01-01', 'basis.retention': 'lce-122' },
      { 'lce-122': 'P90D', 'lce-123': 'P1D', 'lce-126-1': 'P6M' },
      '2026-03-27T00:00:00.000Z',
    ],
  ])('L3: begins with %s', async (_, entry, terms, expected) => {
    expect(await effectiveFrom(entry, {}, terms)).toBe(expected);
  });

  it('L3: takes twelve months by the calendar from a leap day', async () => {
    const header = { decided: '2028-02-29T12:00:00Z', ends: undefined };
    expect(await effectiveFrom({ first_seen: '2024-01-01' }, header)).toBe('2027-03-01T00:00:00.000Z');
  });

  it('L3: keeps the original first seen beside the later date', async () => {
    const records = await recordsOf(HEADER, [changed(ENTRY, { first_seen: '2024-01-01' })]);
    const [record] = records.indicators;
    expect(record?.firstSeenMs).toBe(ms('2024-01-01'));
    const [window] = record ? explain(record, records, ms(DECIDED), IN_FORCE_DEFAULTS).windows : [];
    expect(window?.traffic.from).toMatchObject({
      atMs: ms('2025-06-25'),
      rule: 'L3',
    });
    expect(window && reasonText(window.traffic.from.because)).toBe(
      'P12M before the decision, as long as data are kept under lce-126-1; first seen 2024-01-01T00:00:00.000Z is earlier',
    );
  });

  it('L3: an operator that has not declared its term under LCE 122 matches nothing, the others do', async () => {
    const records = await recordsOf(
      changed(HEADER, { operators: ['example-isp', 'other-isp', 'third-isp'] }),
      [changed(ENTRY, { 'basis.retention': 'lce-122' })],
      { 'example-isp': { 'lce-122': 'P1M' }, 'third-isp': { 'lce-122': 'P6M' } },
    );
    const [record] = records.indicators;
    const at = ms(DECIDED);
    const windows = record ? explain(record, records, at, IN_FORCE_DEFAULTS).windows : [];
    expect(
      windows.map(({ operators, retentionTerm, inForce, traffic }) => [
        operators,
        retentionTerm,
        inForce,
        traffic.from.atMs,
      ]),
    ).toEqual([
      [['example-isp'], 'P1M', true, ms('2026-05-25')],
      [['other-isp'], null, false, ms('2026-06-25')],
      [['third-isp'], 'P6M', true, ms('2026-03-02T10:00:00Z')],
    ]);
    expect(windows[1]?.obstacles).toEqual([
      {
        atMs: Number.POSITIVE_INFINITY,
        rule: 'L3',
        because: { code: 'termUndeclared', facts: { basis: 'lce-122' } },
      },
    ]);
  });

  it('L10: ends where the address stopped being the server’s', async () => {
    const records = await recordsOf(HEADER, [changed(ENTRY, { traffic_until: '2026-06-30T00:00:00Z' })]);
    expect(windowsOf(records)[0]?.trafficUntilMs).toBe(ms('2026-06-30'));
  });
});

describe('an explanation', () => {
  async function stateAt(entry: Fields, at: string, header: Fields): Promise<string[]> {
    const records = await recordsOf(changed(HEADER, header), [changed(ENTRY, entry)]);
    const [record] = records.indicators;
    if (!record) throw new Error('no indicator');
    const { state, windows } = explain(record, records, ms(at), IN_FORCE_DEFAULTS);
    return [
      state,
      ...(windows[0]?.obstacles ?? []).map(({ rule, because }) => `${rule}: ${reasonText(because)}`),
    ];
  }

  it.each([
    ['in force', {}, {}, '2026-06-26', ['active']],
    [
      'not yet decided',
      { verifications: [verification('2026-06-24')] },
      {},
      '2026-06-24T23:59:59.999Z',
      ['waiting', 'L1: the authorisation is not yet decided: from then on, the authorisation was decided'],
    ],
    [
      'not analysed enough',
      { analyses: [analysis('a.analyst', '2026-06-01')] },
      {},
      '2026-06-26',
      ['proposed', 'L8: proposed: it needs 2 confirming analyses by different people'],
    ],
    ['overdue', {}, {}, '2026-07-02', ['suspended', 'L9: verification due, last by a.analyst']],
    [
      'over',
      { verifications: [verification('2026-06-29')] },
      { ends: '2026-07-01' },
      '2026-07-01',
      ['ended', 'L1: the authorisation ends'],
    ],
    [
      'in the way of several rules',
      { verifications: [], analyses: [] },
      { ends: '2026-07-01' },
      '2026-07-01',
      [
        'ended',
        'L1: the authorisation ends',
        'L8: proposed: it needs 2 confirming analyses by different people',
        'L9: it has not been verified active',
      ],
    ],
  ])('of what is %s names every rule that stands in the way', async (_, entry, header, at, expected) => {
    expect(await stateAt(entry, at, header)).toEqual(expected);
  });

  it('says which rule set each bound', async () => {
    const records = await recordsOf(HEADER, [ENTRY]);
    const [record] = records.indicators;
    const windows = record ? explain(record, records, ms(DECIDED), IN_FORCE_DEFAULTS).windows : [];
    expect(windows).toEqual([
      {
        operators: ['example-isp'],
        retentionTerm: 'P12M',
        traffic: {
          from: { atMs: ms('2026-03-02T10:00:00Z'), rule: 'L3', because: { code: 'firstSeen' } },
          until: { atMs: Number.POSITIVE_INFINITY, rule: 'L10', because: { code: 'noEndKnown' } },
        },
        collection: [
          {
            from: { atMs: ms(DECIDED), rule: 'L1', because: { code: 'decided' } },
            until: {
              atMs: ms(DUE),
              rule: 'L9',
              because: { code: 'verificationDue', facts: { by: 'a.analyst' } },
            },
          },
        ],
        inForce: true,
        obstacles: [],
      },
    ]);
  });
});
