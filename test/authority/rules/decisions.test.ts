// What is decided of an indicator: revocation, suspension, dispute, hits of warning lists, wide prefixes (L10, L11, L21), at
// the millisecond before each is recorded and at it.
import { describe, expect, it } from 'vitest';
import { compileList } from '../../../src/authority/compile.ts';
import { reasonText } from '../../../src/authority/reasons.ts';
import type { NewStep } from '../../../src/authority/steps.ts';
import { loadRecords } from '../../../src/store/authority-records.ts';
import type { Database } from '../../../src/store/database.ts';
import { changed, ENTRY, type Fields, HEADER, ms, verification } from '../fixture.ts';
import { Authority, around, CLOSES, OPENS } from './life.ts';

const IMPORTED = '2026-06-25T00:00:00Z';
const AT = '2026-06-27T12:00:00Z';
const SUSPEND: NewStep = { kind: 'suspend', reason: 'in doubt' };
const REINSTATE: NewStep = { kind: 'reinstate', reason: 'the doubt is gone' };
const REVOKE: NewStep = { kind: 'revoke', reason: 'the server was taken down' };
const CAUSE = 'warninglist:example';
const HIT: NewStep = { kind: 'hit', outcome: 'hard', cause: CAUSE };
const OVERRIDE: NewStep = { kind: 'override', reason: 'it is the C2 server all the same', cause: CAUSE };
const WIDE: NewStep = { kind: 'override', reason: 'the whole range is the actor’s', cause: 'prefix' };

type Recorded = readonly [at: string, step: NewStep, by?: string];
type Case = readonly [
  rule: string,
  what: string,
  at: string,
  verdicts: readonly string[],
  steps: readonly Recorded[],
];

const SAME = ['matched', 'matched'];
const NOT = ['notInForce', 'notInForce'];

const CASES: readonly Case[] = [
  ['L10', 'the record of a revocation', AT, CLOSES, [[AT, REVOKE]]],
  [
    'L10',
    'the record of a revocation that took place earlier',
    AT,
    CLOSES,
    [[AT, { ...REVOKE, atMs: ms('2026-06-26') }]],
  ],
  ['L10', 'suspended by a person', AT, CLOSES, [[AT, SUSPEND]]],
  [
    'L10',
    'reinstated',
    AT,
    OPENS,
    [
      ['2026-06-26', SUSPEND],
      [AT, REINSTATE],
    ],
  ],
  [
    'L10',
    'suspended, reinstated and suspended again',
    AT,
    CLOSES,
    [
      ['2026-06-26', SUSPEND],
      ['2026-06-27', REINSTATE],
      [AT, SUSPEND],
    ],
  ],
  [
    'L10',
    'a verification, which does not lift a suspension',
    AT,
    NOT,
    [
      ['2026-06-26', SUSPEND],
      [AT, { kind: 'verify', outcome: 'active', method: 'handshake' }],
    ],
  ],
  ['L11', 'suspended by a dispute', AT, CLOSES, [[AT, { ...SUSPEND, cause: 'dispute:1' }]]],
  [
    'L11',
    'a dispute that is over',
    AT,
    OPENS,
    [
      ['2026-06-26', { ...SUSPEND, cause: 'dispute:1' }],
      [AT, { ...REINSTATE, cause: 'dispute:1' }],
    ],
  ],
  [
    'L11',
    'one of two disputes that is over, which is not enough',
    AT,
    NOT,
    [
      ['2026-06-26', { ...SUSPEND, cause: 'dispute:1' }],
      ['2026-06-26', { ...SUSPEND, cause: 'dispute:2' }],
      [AT, { ...REINSTATE, cause: 'dispute:1' }],
    ],
  ],
  [
    'L11',
    'a dispute that is over, a person having suspended too',
    AT,
    NOT,
    [
      ['2026-06-26', { ...SUSPEND, cause: 'dispute:1' }],
      ['2026-06-26', SUSPEND],
      [AT, { ...REINSTATE, cause: 'dispute:1' }],
    ],
  ],
  ['L21', 'a hard hit of what the authority lists, which is warned of alone', AT, SAME, [[AT, HIT]]],
];

describe('an indicator at the millisecond before, and at', () => {
  it.each(CASES.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    const [, , at, verdicts, steps] = row;
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY]);
    for (const [recorded, step, by] of steps) authority.step(recorded, step, by);
    expect(around(authority, at)).toEqual(verdicts);
  });
});

const HITS: readonly Case[] = [
  ['L21', 'a hard hit', AT, CLOSES, [[AT, HIT]]],
  ['L21', 'a soft hit, which is warned of alone', AT, SAME, [[AT, { ...HIT, outcome: 'soft' }]]],
  [
    'L21',
    'a hit that is cleared',
    AT,
    OPENS,
    [
      ['2026-06-26', HIT],
      [AT, { kind: 'clear', cause: CAUSE }],
    ],
  ],
  [
    'L21',
    'a list that turns from hard to soft',
    AT,
    OPENS,
    [
      ['2026-06-26', HIT],
      [AT, { ...HIT, outcome: 'soft' }],
    ],
  ],
  [
    'L21',
    'the second of two people who override',
    AT,
    OPENS,
    [
      ['2026-06-26', HIT],
      ['2026-06-26', OVERRIDE, 'a.head'],
      [AT, OVERRIDE, 'b.head'],
    ],
  ],
  [
    'L21',
    'the first who overrides, which is not enough',
    AT,
    NOT,
    [
      ['2026-06-26', HIT],
      [AT, OVERRIDE, 'a.head'],
    ],
  ],
  [
    'L21',
    'a newer version of an overridden list',
    AT,
    SAME,
    [
      ['2026-06-25', HIT],
      ['2026-06-25', OVERRIDE, 'a.head'],
      ['2026-06-25', OVERRIDE, 'b.head'],
      [AT, { ...HIT, detail: { version: 2 } }],
    ],
  ],
  [
    'L21',
    'another list, which was not overridden',
    AT,
    CLOSES,
    [
      ['2026-06-25', HIT],
      ['2026-06-25', OVERRIDE, 'a.head'],
      ['2026-06-25', OVERRIDE, 'b.head'],
      [AT, { ...HIT, cause: 'warninglist:other' }],
    ],
  ],
];

describe('an indicator whose hard hits block (setting `block`), at the millisecond before, and at', () => {
  it.each(HITS.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    const [, , at, verdicts, steps] = row;
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY]);
    for (const [recorded, step, by] of steps) authority.step(recorded, step, by);
    expect(around(authority, at, { options: { onAuthorised: 'block' } })).toEqual(verdicts);
    expect(around(authority, at)).toEqual(SAME);
  });
});

/** As completing a proposal leaves it: the same indicator, of another origin. */
function asProposal(db: Database): void {
  db.exec(`DROP TRIGGER indicatorScopesNoUpdate; UPDATE indicatorScopes SET origin = 'proposal'`);
}

describe('an indicator that was proposed, at the millisecond before, and at', () => {
  const PROPOSED: readonly (readonly [...Case, address?: string])[] = [
    ...HITS,
    [
      'L21',
      'the second of two people who let a /23 in',
      AT,
      OPENS,
      [
        ['2026-06-26', WIDE, 'a.head'],
        [AT, WIDE, 'b.head'],
      ],
      '203.0.112.0/23',
    ],
    ['L21', 'the first, which is not enough for a /47', AT, NOT, [[AT, WIDE, 'a.head']], '2001:db8::/47'],
    ['L21', 'a /24, which nobody need let in', AT, SAME, [], '203.0.113.0/24'],
  ];

  it.each(PROPOSED.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    const [, , at, verdicts, steps, address = '203.0.113.7'] = row;
    const authority = new Authority();
    const overrides = ['a', 'b'].map((by) => ({ by, at: '2026-06-20', reason: 'x' }));
    await authority.take(IMPORTED, [changed(ENTRY, { address, overrides })]);
    asProposal(authority.db);
    for (const [recorded, step, by] of steps) authority.step(recorded, step, by, address);
    expect(around(authority, at, { address })).toEqual(verdicts);
  });
});

describe('L10: a revocation', () => {
  it('is of older flows too, and for good: neither a file nor a verification revives it', async () => {
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY]);
    authority.step(AT, REVOKE);
    const report = await authority.take('2026-06-28', [
      changed(ENTRY, { verifications: [verification('2026-06-28')] }),
    ]);
    expect(report).toMatchObject({ refused: 1, refusals: [{ rule: 'L10' }] });
    for (const startMs of [ms('2026-03-02T10:00:00Z'), ms('2026-06-26'), ms('2026-06-28')]) {
      expect(authority.verdict({ at: '2026-06-29', startMs })).toBe('notInForce');
    }
    expect(authority.explain(ms('2026-06-29')).state).toBe('revoked');
  });

  it('of which the end of the traffic is known ends the traffic window', async () => {
    const authority = new Authority();
    await authority.take(IMPORTED, [changed(ENTRY, { traffic_until: '2026-06-27' })]);
    authority.step(AT, { ...REVOKE, trafficUntilMs: ms('2026-06-26T08:00:00Z') });
    const [window] = authority.explain(ms(AT) - 1).windows;
    expect(window?.traffic.until).toMatchObject({ atMs: ms('2026-06-26T08:00:00Z'), rule: 'L10' });
    const [range] = compileList(loadRecords(authority.db), 1).ranges;
    expect(range?.windows[0]?.trafficUntilMs).toBe(ms('2026-06-26T08:00:00Z'));
  });

  it('is in effect at once even where the clock was ahead when an earlier step was recorded', async () => {
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY]);
    authority.step('2026-06-27T13:00:00Z', { kind: 'verify', outcome: 'inconclusive', method: 'x' });
    const { recordedAtMs } = authority.step(AT, REVOKE);
    expect(recordedAtMs).toBe(ms('2026-06-27T13:00:00Z'));
    expect(authority.live(ms(AT))).toBe('notInForce');
  });
});

describe('an explanation names every obstacle with its rule', () => {
  it.each<readonly [string, readonly Recorded[], string, readonly string[]]>([
    [
      'suspended by a person and a dispute',
      [
        ['2026-06-26', SUSPEND],
        ['2026-06-26', { ...SUSPEND, cause: 'dispute:7' }],
      ],
      'suspended',
      ['L10: suspended by c.analyst: in doubt', 'L11: suspended by c.analyst (dispute:7): in doubt'],
    ],
    [
      'revoked',
      [['2026-06-26', REVOKE]],
      'revoked',
      ['L10: revoked by c.analyst: the server was taken down'],
    ],
    [
      'suspended, then revoked',
      [
        ['2026-06-26', SUSPEND],
        ['2026-06-26', REVOKE],
      ],
      'revoked',
      ['L10: suspended by c.analyst: in doubt', 'L10: revoked by c.analyst: the server was taken down'],
    ],
  ])('%s', async (_, steps, state, obstacles) => {
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY]);
    for (const [recorded, step, by] of steps) authority.step(recorded, step, by);
    const told = authority.explain(ms('2026-06-26'));
    expect([
      told.state,
      told.windows[0]?.obstacles.map(({ rule, because }) => `${rule}: ${reasonText(because)}`),
    ]).toEqual([state, obstacles]);
    expect(authority.explain(ms('2026-06-26') - 1).state).toBe('active');
  });
});

describe('a step is refused', () => {
  const REFUSED: readonly (readonly [
    rule: string,
    what: string,
    before: readonly Recorded[],
    step: NewStep,
    by: string,
    message: RegExp,
  ])[] = [
    [
      'L8',
      'an analysis without method',
      [],
      { kind: 'analyse', outcome: 'confirmed' },
      'x',
      /method: \(absent\): is required/,
    ],
    [
      'L8',
      'an outcome of another kind',
      [],
      { kind: 'analyse', outcome: 'active', method: 'm' },
      'x',
      /outcome: "active": must be one of confirmed/,
    ],
    [
      'L9',
      'a verification in the future',
      [],
      { kind: 'verify', outcome: 'active', method: 'm', atMs: ms(AT) + 1 },
      'x',
      /at: "2026-06-27T12:00:00.001Z": lies in the future/,
    ],
    [
      'L9',
      'evidence that is no digest',
      [],
      { kind: 'verify', outcome: 'active', method: 'm', evidence: 'abc' },
      'x',
      /evidence: "abc"/,
    ],
    ['L10', 'a revocation without reason', [], { kind: 'revoke' }, 'x', /reason: \(absent\)/],
    [
      'L10',
      'a reason of nothing but spaces',
      [],
      { kind: 'revoke', reason: '  ' },
      'x',
      /reason: " {2}": must not be empty/,
    ],
    ['L10', 'by nobody', [], REVOKE, ' ', /by: " ": must not be empty/],
    [
      'L10',
      'a traffic end in the future',
      [],
      { ...REVOKE, trafficUntilMs: ms(AT) + 1 },
      'x',
      /trafficUntil: .*lies in the future/,
    ],
    [
      'L10',
      'a traffic end of a suspension',
      [],
      { ...SUSPEND, trafficUntilMs: 1 },
      'x',
      /trafficUntil: .*goes with revoke/,
    ],
    [
      'L10',
      'a second suspension',
      [['2026-06-26', SUSPEND]],
      SUSPEND,
      'x',
      /cause: "person": it is already suspended by person since 2026-06-26/,
    ],
    [
      'L10',
      'reinstating what is not suspended',
      [],
      REINSTATE,
      'x',
      /cause: "person": it is not suspended by a person or a dispute/,
    ],
    [
      'L10',
      'reinstating what a dispute suspended',
      [['2026-06-26', { ...SUSPEND, cause: 'dispute:3' }]],
      REINSTATE,
      'x',
      /it is suspended by dispute:3, and not by person/,
    ],
    [
      'L11',
      'ending a dispute that did not suspend',
      [],
      { ...REINSTATE, cause: 'dispute:3' },
      'x',
      /rule L11/,
    ],
    [
      'L10',
      'anything after a revocation',
      [['2026-06-26', REVOKE]],
      REINSTATE,
      'x',
      /state: "revoked": was revoked on 2026-06-26T00:00:00.000Z by c.analyst, for good/,
    ],
    ['L10', 'a second revocation', [['2026-06-26', REVOKE]], REVOKE, 'x', /for good/],
    [
      'L21',
      'an override without reason',
      [],
      { kind: 'override', cause: 'prefix' },
      'x',
      /reason: \(absent\)/,
    ],
    [
      'L21',
      'an override of nothing',
      [],
      { kind: 'override', reason: 'r' },
      'x',
      /cause: \(absent\): no hard hit stands/,
    ],
    [
      'L21',
      'a second override by one person',
      [
        ['2026-06-26', HIT],
        ['2026-06-26', OVERRIDE, 'a.head'],
      ],
      OVERRIDE,
      'A.Head',
      /by: "A.Head": has overridden warninglist:example already/,
    ],
    [
      'L21',
      'an override of one of two hits, not saying which',
      [
        ['2026-06-26', HIT],
        ['2026-06-26', { ...HIT, cause: 'warninglist:b' }],
      ],
      { kind: 'override', reason: 'r' },
      'x',
      /several hits stand, name one: warninglist:example, warninglist:b/,
    ],
    ['L21', 'clearing what was not hit', [], { kind: 'clear', cause: CAUSE }, 'x', /there is no such hit/],
    ['L21', 'a hit without severity', [], { kind: 'hit', cause: CAUSE }, 'x', /outcome: \(absent\)/],
    [
      'L21',
      'a cause in no known form',
      [],
      { ...HIT, cause: 'weather' },
      'x',
      /cause: "weather": must be person, prefix/,
    ],
  ];

  it.each(REFUSED.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    const [rule, , before, step, by, message] = row;
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY], HEADER);
    for (const [recorded, earlier, person] of before) authority.step(recorded, earlier, person);
    const attempt = () => authority.step(AT, step, by);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(
      new RegExp(`^indicator--.* \\(203\\.0\\.113\\.7, 002/2026\\): .*\\(rule ${rule}\\)$`),
    );
  });

  it('L21: the only hit that stands needs no naming', async () => {
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY]);
    authority.step('2026-06-26', HIT);
    expect(authority.step(AT, { kind: 'override', reason: 'r' }).cause).toBe(CAUSE);
  });
});

it('L10: what is suspended, overdue or withdrawn can be revoked', async () => {
  const stories: readonly ((authority: Authority) => unknown)[] = [
    (authority) => authority.step('2026-06-26', SUSPEND),
    () => undefined,
    (authority) => authority.take('2026-06-26', [] as Fields[]),
  ];
  for (const story of stories) {
    const authority = new Authority();
    await authority.take(IMPORTED, [ENTRY]);
    await story(authority);
    authority.step('2026-07-09', REVOKE);
    expect(authority.explain(ms('2026-07-09')).state).toBe('revoked');
  }
});
