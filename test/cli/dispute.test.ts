// Disputes and suspended bases by their commands, with an operator's export replayed on both sides.
import { describe, expect, it } from 'vitest';
import { C2, Commands, FLOWS, NOTHING, onlyC2 } from './commands.ts';

const GROUND = [
  '--operator',
  'example-isp',
  '--by',
  'c.engineer',
  '--ground',
  'leased to a hosting customer',
];

function stored(): Commands {
  const commands = new Commands();
  commands.importList(onlyC2);
  expect(commands.replay()).toMatchObject({ newMatches: FLOWS });
  return commands;
}

const marks = (commands: Commands) => [
  ...new Set(commands.matches().map(({ disputed }) => disputed ?? null)),
];
const decide = (by: string, outcome: string) => [
  ...['dispute', 'decide', '1', '--outcome', outcome, '--by', by, '--reason', 'the lease'],
];

describe('L11: a dispute', () => {
  it('suspends and marks; upheld by two people it revokes, and the marks stay', () => {
    const commands = stored();
    expect(marks(commands)).toEqual([null]);
    commands.done('dispute', 'open', C2, ...GROUND, '--suspend');
    expect(commands.replay()).toEqual(NOTHING);
    expect(marks(commands)).toEqual(['open']);
    // Nobody but the decision lifts it.
    expect(commands.refused('indicator', 'reinstate', C2, '--reason', 'no')).toMatch(
      /suspended by dispute:1.*L10/,
    );

    expect(commands.done(...decide('a.analyst', 'upheld'))).toMatch(/a second, different person decides/);
    expect(commands.refused(...decide('A.ANALYST ', 'upheld'))).toMatch(
      /it takes another person \(rule L11\)/,
    );
    expect(commands.refused(...decide('b.analyst', 'rejected'))).toMatch(
      /a.analyst has proposed upheld: the lease/,
    );
    expect(commands.refused(...decide('c.engineer', 'upheld'))).toMatch(/has opened it/);
    commands.done(...decide('b.analyst', 'upheld'));

    expect(commands.json('dispute', 'list')).toMatchObject([{ id: 1, state: 'upheld', step: 3 }]);
    expect(commands.json('indicator', 'list')).toMatchObject([{ state: 'revoked', inForce: false }]);
    expect(commands.replay()).toEqual(NOTHING);
    expect(marks(commands)).toEqual(['upheld']);
  });

  it('rejected lets the indicator go on', () => {
    const commands = new Commands();
    commands.importList(onlyC2);
    commands.done('dispute', 'open', C2, ...GROUND, '--suspend');
    for (const by of ['a.analyst', 'b.analyst']) commands.done(...decide(by, 'rejected'));
    expect(commands.json('dispute', 'list', '--state', 'open')).toEqual([]);
    expect(commands.replay()).toMatchObject({ matched: FLOWS });
  });

  it('is an operator of the authorisation to raise', () => {
    const commands = new Commands();
    commands.importList(onlyC2);
    const other = ['dispute', 'open', C2, '--operator', 'other-isp', '--ground', 'leased'];
    expect(commands.refused(...other)).toMatch(
      /^flowsieve: indicator--\S+ \(203\.0\.113\.10, DEMO-1\/2026\): operator: "other-isp": is not named .* \(rule L11\)\n$/,
    );
  });
});

describe('L20: a legal basis', () => {
  it('that is suspended matches nothing and shows nothing until it is reinstated', () => {
    const basis = 'lce-126-1';
    const commands = stored();
    const ruling = ['--by', 'a.lawyer', '--reason', 'judgment 1/2027'];
    expect(commands.json('basis', 'suspend', basis, ...ruling)).toMatchObject([
      { basis, step: 1, by: 'a.lawyer', indicators: 1, matches: FLOWS },
    ]);
    expect(commands.replay()).toEqual(NOTHING);
    expect(commands.matches()).toEqual([]);
    expect(commands.json('indicator', 'list')[0]).toMatchObject({
      state: 'suspended',
      obstacles: [expect.objectContaining({ rule: 'L20' })],
    });
    expect(commands.refused('basis', 'suspend', basis, ...ruling)).toMatch(/is already suspended.*rule L20/);

    expect(commands.done('basis', 'reinstate', basis, ...ruling)).toContain(`1 indicators, ${FLOWS} matches`);
    expect(commands.replay()).toMatchObject({ matched: FLOWS, newMatches: 0 });
    expect(commands.matches()).toHaveLength(FLOWS);
  });

  it('that no regime knows is refused, with the one that is meant', () => {
    const commands = new Commands();
    commands.importList(onlyC2);
    expect(commands.refused('basis', 'suspend', 'lce-126-2', '--reason', 'judgment')).toMatch(
      /basis: lce-126-2: no regime has such a basis: did you mean lce-126-1\? \(rule L20\)/,
    );
  });
});

describe('L1: an authorisation that is ended', () => {
  it('matches nothing from then on, and cannot go on', () => {
    const commands = stored();
    const end = [
      'authorisation',
      'end',
      'DEMO-1/2026',
      '--by',
      'a.head',
      '--reason',
      'the purpose is reached',
    ];
    expect(commands.done(...end)).toMatch(/end, step 1; 0 of its indicators in force/);
    expect(commands.replay()).toEqual(NOTHING);
    expect(commands.refused(...end)).toMatch(/DEMO-1\/2026: state: "ended": .*\(rule L1\)/);
    // What was found before is still there.
    expect(commands.matches()).toHaveLength(FLOWS);
  });
});
