// The life of an indicator by its commands, with an operator's export replayed between its steps.
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFlowsieve } from '../support/cli.ts';
import { C2, Commands, FLOWS, NOTHING, onlyC2 } from './commands.ts';

const METHOD = ['--method', 'protocol handshake'];
const confirmed = ['--outcome', 'confirmed', ...METHOD];

describe('an indicator', () => {
  it('matches from its second analysis and its verification on, until it is revoked', () => {
    const commands = new Commands();
    const state = () => commands.json('indicator', 'list')[0]?.state;
    const change = (kind: string, ...rest: string[]) => commands.done('indicator', kind, C2, ...rest);
    commands.importList((entry) => onlyC2({ ...entry, analyses: [], verifications: [] }));
    expect(commands.replay()).toEqual(NOTHING);

    expect(change('analyse', '--by', 'a.analyst', ...confirmed)).toMatch(/step 1; now proposed \(L8: /);
    // L8: two spellings are one person.
    expect(change('analyse', '--by', ' A.Analyst', ...confirmed)).toMatch(/step 2; now proposed \(L8: /);
    expect(change('analyse', '--by', 'b.analyst', ...confirmed)).toMatch(/step 3; now proposed \(L9: /);
    expect(commands.replay()).toEqual(NOTHING);

    expect(change('verify', '--outcome', 'active', ...METHOD)).toMatch(/step 4; now active\n/);
    expect(commands.replay()).toMatchObject({ matched: FLOWS, newMatches: FLOWS });

    const suspendedMs = Date.now();
    expect(change('suspend', '--reason', 'in doubt')).toMatch(/now suspended \(L10: /);
    expect(commands.replay()).toEqual(NOTHING);
    change('reinstate', '--reason', 'the panel answers');
    expect(commands.replay()).toMatchObject({ matched: FLOWS, newMatches: 0 });

    expect(change('verify', '--outcome', 'inactive', ...METHOD)).toMatch(/now suspended \(L10: /);
    expect(commands.replay()).toEqual(NOTHING);
    change('verify', '--outcome', 'active', ...METHOD);
    expect(state()).toBe('active');

    expect(change('revoke', '--by', 'a.head', '--reason', 'seized')).toMatch(/now revoked \(L10: /);
    expect(commands.replay()).toEqual(NOTHING);
    for (const again of ['reinstate', 'suspend', 'revoke']) {
      expect(commands.refused('indicator', again, C2, '--reason', 'again')).toMatch(
        /indicator--\S+ \(203\.0\.113\.10, DEMO-1\/2026\): state: "revoked": .* \(rule L10\)\n$/,
      );
    }

    const asKnown = ['--as-known-at', new Date(suspendedMs).toISOString()];
    expect(commands.json('indicator', 'list', ...asKnown)[0]).toMatchObject({
      state: 'active',
      inForce: true,
    });
    expect(commands.json('indicator', 'show', C2, ...asKnown)[0]?.steps).toHaveLength(4);
    const history = commands.json('indicator', 'history', C2);
    expect(
      history.filter(({ object }) => String(object).startsWith('indicator--')).map(({ action }) => action),
    ).toEqual([
      ...['indicator.add', 'indicator.analyse', 'indicator.analyse', 'indicator.analyse', 'indicator.verify'],
      ...[
        'indicator.suspend',
        'indicator.reinstate',
        'indicator.verify',
        'indicator.verify',
        'indicator.revoke',
      ],
    ]);
    expect(history.at(-1)).toMatchObject({ by: 'a.head', role: 'analyst', detail: { reason: 'seized' } });
  });

  it('is changed once by two people who have seen the same state', async () => {
    const commands = new Commands();
    commands.importList(onlyC2);
    const statuses = await Promise.all(
      ['a.analyst', 'b.analyst'].map(async (by) => {
        const args = ['indicator', 'suspend', C2, '--by', by, '--reason', 'in doubt', '--generation', '0'];
        const [status] = await once(
          startFlowsieve([...args, '--db', join(commands.folder, 'flows.db')]),
          'exit',
        );
        return status as number;
      }),
    );
    expect(statuses.sort()).toEqual([0, 1]);
    expect(commands.json('indicator', 'show', C2)[0]?.steps).toHaveLength(1);
  });
});

describe('explain', () => {
  it('tells what the replay did, at the instant and with the knowledge of then', () => {
    const commands = new Commands();
    commands.importList(onlyC2);
    commands.done('indicator', 'suspend', C2, '--reason', 'in doubt');
    const flow = `src=192.0.2.9,dst=${C2},dst_port=443,protocol=tcp,start=2026-11-18T09:30:00Z`;
    const explain = (...rest: string[]) =>
      commands.json(
        ...['authorisation', 'explain', '--operator', 'example-isp', '--retention-basis', 'lce-126-1'],
        ...['--flow', flow, ...rest],
      )[0];
    expect(explain()).toMatchObject({
      verdict: 'notInForce',
      indicators: [
        {
          address: C2,
          direction: 'to-c2',
          checks: expect.arrayContaining([expect.objectContaining({ rule: 'L10', holds: false })]),
        },
      ],
    });
    const [{ recordedAtMs }] = commands
      .json<{ recordedAtMs: number }>('indicator', 'history', C2)
      .slice(-1) as [{ recordedAtMs: number }];
    const before = new Date(recordedAtMs - 1).toISOString();
    const at = new Date(recordedAtMs).toISOString();
    expect(explain('--evaluated-at', before, '--as-known-at', before)).toMatchObject({ verdict: 'matched' });
    expect(explain('--evaluated-at', at)).toMatchObject({ verdict: 'notInForce' });
    expect(explain('--evaluated-at', at, '--as-known-at', before)).toMatchObject({ verdict: 'matched' });
  });
});

describe('an import', () => {
  it('in which indicators are missing tells the operators before it ends (L10)', () => {
    const commands = new Commands();
    commands.importList((entry) => entry);
    expect(commands.json('notice', 'list')).toEqual([]);
    commands.importList(onlyC2);
    const kinds = commands.json<{ kind: string; operator: string }>('notice', 'list').map(({ kind }) => kind);
    expect(kinds).toContain('withdrawal');
  });
});
