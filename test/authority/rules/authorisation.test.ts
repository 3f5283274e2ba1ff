// The authorisation's own rules, through the database: L1, L20, I1, I2, I3, I6, at the millisecond before each bound and at it.
import { describe, expect, it } from 'vitest';
import { changed, ENTRY, type Fields, HEADER, REQUISITION, REQUISITIONED, verification } from '../fixture.ts';
import { Authority, around, CLOSES, OPENS } from './life.ts';

const IMPORTED = '2026-06-25T00:00:00Z';
/** Verified as long as anything here lasts. */
const VERIFIED: Fields = changed(ENTRY, {
  verifications: Array.from({ length: 60 }, (_, week) =>
    verification(new Date(Date.UTC(2026, 5, 20 + 7 * week)).toISOString()),
  ),
});
const REQUISITIONED_LONG: Fields = changed(REQUISITIONED, { verifications: VERIFIED.verifications });
const URGENT: Fields = changed(REQUISITION, {
  urgent: true,
  'mentions.urgent_reason': 'the server leaves',
});

type Case = readonly [
  rule: string,
  what: string,
  at: string,
  verdicts: readonly string[],
  story: (authority: Authority) => Promise<unknown>,
];

const CASES: readonly Case[] = [
  [
    'L1',
    'the decision',
    '2026-06-25T00:00:00Z',
    OPENS,
    (authority) => authority.take('2026-06-24', [VERIFIED]),
  ],
  ['L1', 'the end', '2027-06-25T00:00:00Z', CLOSES, (authority) => authority.take(IMPORTED, [VERIFIED])],
  [
    'L1',
    'an end before its time, from when it is recorded',
    '2026-07-01T12:00:00Z',
    CLOSES,
    async (authority) => {
      await authority.take(IMPORTED, [VERIFIED]);
      const end = { kind: 'end', reason: 'the investigation is over', atMs: Date.UTC(2026, 6, 1) } as const;
      authority.authorisation('2026-07-01T12:00:00Z', end);
    },
  ],
  [
    'L1',
    'an end before its time, whatever is imported afterwards',
    '2026-07-01T12:00:00Z',
    CLOSES,
    async (authority) => {
      await authority.take(IMPORTED, [VERIFIED]);
      authority.authorisation('2026-07-01T12:00:00Z', { kind: 'end', reason: 'over' });
      await authority.take('2026-07-02', [VERIFIED], changed(HEADER, { ends: '2028-06-25' }));
    },
  ],
  ...['lce-126-1', 'lce-127-1-2-2', 'nis2-21-2-2'].flatMap((basis): Case[] => [
    [
      'L20',
      `${basis} suspended`,
      '2026-07-01T12:00:00Z',
      CLOSES,
      async (authority) => {
        await authority.take(IMPORTED, [VERIFIED]);
        authority.basis('2026-07-01T12:00:00Z', basis, 'suspend');
      },
    ],
    [
      'L20',
      `${basis} reinstated`,
      '2026-07-03T12:00:00Z',
      OPENS,
      async (authority) => {
        await authority.take(IMPORTED, [VERIFIED]);
        authority.basis('2026-07-01T12:00:00Z', basis, 'suspend');
        authority.basis('2026-07-03T12:00:00Z', basis, 'reinstate');
      },
    ],
  ]),
  [
    'L20',
    'another basis suspended, which changes nothing',
    '2026-07-01T12:00:00Z',
    ['matched', 'matched'],
    async (authority) => {
      await authority.take(IMPORTED, [VERIFIED]);
      authority.basis('2026-07-01T12:00:00Z', 'lce-122', 'suspend');
    },
  ],
  [
    'L20',
    'one of two suspended bases reinstated, which is not enough',
    '2026-07-03T12:00:00Z',
    ['notInForce', 'notInForce'],
    async (authority) => {
      await authority.take(IMPORTED, [VERIFIED]);
      authority.basis('2026-07-01', 'lce-126-1', 'suspend');
      authority.basis('2026-07-02', 'nis2-21-2-2', 'suspend');
      authority.basis('2026-07-03T12:00:00Z', 'lce-126-1', 'reinstate');
    },
  ],
  [
    'I1',
    'the signature',
    '2026-06-24T11:00:00Z',
    OPENS,
    (authority) =>
      authority.take(
        '2026-06-24T10:00:00Z',
        [REQUISITIONED_LONG],
        changed(REQUISITION, { approvals: [{ by: 'the.head', at: '2026-06-24T11:00:00Z' }] }),
      ),
  ],
  [
    'I1',
    'the notification',
    '2026-06-24T12:00:00Z',
    OPENS,
    (authority) =>
      authority.take(
        '2026-06-24T10:00:00Z',
        [REQUISITIONED_LONG],
        changed(REQUISITION, { notified: '2026-06-24T12:00:00Z' }),
      ),
  ],
  [
    'I1',
    'a further signature by command, which takes nothing away',
    '2026-06-30T12:00:00Z',
    ['matched', 'matched'],
    async (authority) => {
      await authority.take('2026-06-24T10:00:00Z', [REQUISITIONED_LONG], REQUISITION);
      authority.authorisation('2026-06-30T12:00:00Z', { kind: 'approve' }, 'the.minister');
    },
  ],
  [
    'I2',
    'the end of six months',
    '2026-12-24T10:00:00Z',
    CLOSES,
    (authority) => authority.take('2026-06-24T10:00:00Z', [REQUISITIONED_LONG], REQUISITION),
  ],
  [
    'I3',
    'the deadline of an urgent decision that nobody confirms',
    '2026-06-25T22:00:00Z',
    CLOSES,
    (authority) => authority.take('2026-06-24T10:00:00Z', [REQUISITIONED_LONG], URGENT),
  ],
  [
    'I3',
    'its deadline where it was confirmed by command a millisecond before',
    '2026-06-25T22:00:00Z',
    ['matched', 'matched'],
    async (authority) => {
      await authority.take('2026-06-24T10:00:00Z', [REQUISITIONED_LONG], URGENT);
      authority.authorisation('2026-06-25T21:59:59.999Z', { kind: 'confirm' });
    },
  ],
  [
    'I6',
    'an end before its time of a requisition',
    '2026-07-01T12:00:00Z',
    CLOSES,
    async (authority) => {
      await authority.take('2026-06-24T10:00:00Z', [REQUISITIONED_LONG], REQUISITION);
      authority.authorisation('2026-07-01T12:00:00Z', { kind: 'end', reason: 'no longer needed' });
    },
  ],
];

describe('an authorisation at the millisecond before, and at', () => {
  it.each(CASES.map((row) => ({ name: `${row[0]}: ${row[1]}`, row })))('$name', async ({ row }) => {
    const [, , at, verdicts, story] = row;
    const authority = new Authority();
    await story(authority);
    expect(around(authority, at)).toEqual(verdicts);
  });

  it('L1: matches for the operators that it names, and no other', async () => {
    const authority = new Authority();
    await authority.take(IMPORTED, [VERIFIED]);
    const at = '2026-06-26';
    expect(authority.verdict({ at })).toBe('matched');
    expect(authority.verdict({ at, operator: 'other-isp' })).toBe('otherOperator');
  });

  it('L1: without one nothing matches', () => {
    const authority = new Authority();
    expect(() => authority.step('2026-06-25', { kind: 'revoke', reason: 'x' })).toThrow(
      'there is no indicator',
    );
  });
});

describe('a step of an authorisation or a basis is refused', () => {
  async function requisition(header: Fields): Promise<Authority> {
    const authority = new Authority();
    await authority.take('2026-06-24T10:00:00Z', [REQUISITIONED_LONG], header);
    return authority;
  }

  it('I3: a confirmation at the deadline', async () => {
    const authority = await requisition(URGENT);
    expect(() => authority.authorisation('2026-06-25T22:00:00Z', { kind: 'confirm' })).toThrow(
      /002\/2026: at: "2026-06-25T22:00:00.000Z": was to be confirmed before 2026-06-25T22:00:00.000Z.*\(rule I3\)/,
    );
  });

  it('I3: a confirmation of what is not urgent, or confirmed', async () => {
    const plain = await requisition(REQUISITION);
    expect(() => plain.authorisation('2026-06-25', { kind: 'confirm' })).toThrow('rule I3');
    const urgent = await requisition(URGENT);
    urgent.authorisation('2026-06-25', { kind: 'confirm' });
    expect(() => urgent.authorisation('2026-06-25', { kind: 'confirm' })).toThrow(
      /was confirmed on .*rule I3/,
    );
  });

  it('I1: a second approval by one person', async () => {
    const authority = await requisition(REQUISITION);
    expect(() => authority.authorisation('2026-06-25', { kind: 'approve' }, 'The.Head')).toThrow(
      /by: "The.Head": has approved it already.*rule I1/,
    );
  });

  it('L1: an end without a reason, and anything after the end', async () => {
    const authority = await requisition(REQUISITION);
    expect(() => authority.authorisation('2026-06-25', { kind: 'end' })).toThrow(
      /reason: \(absent\).*rule L1/,
    );
    authority.authorisation('2026-06-25', { kind: 'end', reason: 'over' });
    expect(() => authority.authorisation('2026-06-26', { kind: 'end', reason: 'again' })).toThrow(
      /state: "ended": was ended on 2026-06-25.*rule L1/,
    );
    expect(() => authority.authorisation('2026-06-26', { kind: 'approve' }, 'x')).toThrow('rule I1');
  });

  it('I2: a step at the end of its term, and not the millisecond before', async () => {
    const authority = await requisition(REQUISITION);
    expect(() => authority.authorisation('2026-12-24T10:00:00Z', { kind: 'end', reason: 'late' })).toThrow(
      /ended on 2026-12-24T10:00:00.000Z/,
    );
    authority.authorisation('2026-12-24T09:59:59.999Z', { kind: 'end', reason: 'in time' });
  });

  it('L20: a basis that is suspended already, or is not', () => {
    const authority = new Authority();
    expect(() => authority.basis('2026-07-01', 'lce-122', 'reinstate')).toThrow(
      /lce-122: basis: "lce-122": is not suspended \(rule L20\)/,
    );
    authority.basis('2026-07-01', 'lce-122', 'suspend');
    expect(() => authority.basis('2026-07-02', 'lce-122', 'suspend')).toThrow(/is already suspended since/);
  });
});

describe('the explanation', () => {
  it.each([
    [
      'L1',
      'ended',
      async (authority: Authority) => authority.authorisation('2026-07-01', { kind: 'end', reason: 'over' }),
    ],
    [
      'L20',
      'suspended',
      async (authority: Authority) => authority.basis('2026-07-01', 'nis2-21-2-2', 'suspend'),
    ],
  ])('%s: says %s and why', async (rule, state, story) => {
    const authority = new Authority();
    await authority.take(IMPORTED, [VERIFIED]);
    await story(authority);
    const told = authority.explain(Date.UTC(2026, 6, 1));
    expect([told.state, told.windows[0]?.obstacles.map((bound) => bound.rule)]).toEqual([state, [rule]]);
    expect(authority.explain(Date.UTC(2026, 6, 1) - 1).state).toBe('active');
  });
});
