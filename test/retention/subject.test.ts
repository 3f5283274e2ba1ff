// What a person is told who asks what is held about an address.
import { describe, expect, it } from 'vitest';
import { readEvents } from '../../src/store/events.ts';
import { DAY_MS } from '../store/fixture.ts';
import { FIRST, Kept, SECOND, VICTIMS } from './fixture.ts';

const ask = (kept: Kept, ip: string, ...args: string[]) =>
  kept.run('subject', '--ip', ip, '--purpose', 'request 77', '--by', 'a.officer', ...args);

describe('subject', () => {
  it('tells what is held: counts, C2 side, times, operators, evaluation, day of deletion', async () => {
    const kept = await new Kept().fill();
    const report = JSON.parse((await ask(kept, VICTIMS.both, '--json')).out);
    expect(report).toMatchObject({ address: VICTIMS.both, matches: 6, warnings: [] });
    expect(report.contacts).toHaveLength(2);
    expect(report.contacts[0]).toMatchObject({
      indicator: FIRST.indicator,
      authorisation: FIRST.reference,
      c2s: ['203.0.113.7'],
      operator: 'example-isp',
      retentionBasis: 'lce-126-1',
      matches: 3,
      sequestered: 0,
      firstEvaluatedAtMs: kept.evaluatedAtMs,
      lastDeleteAfterMs: kept.evaluatedAtMs + 365 * DAY_MS,
    });
  });

  it('says of others nothing, in Markdown as in JSON', async () => {
    const kept = await new Kept().fill();
    for (const args of [[], ['--json']]) {
      const { out } = await ask(kept, VICTIMS.first, ...args);
      expect(out).toContain(VICTIMS.first);
      for (const other of [VICTIMS.both, VICTIMS.second, SECOND.indicator]) expect(out).not.toContain(other);
    }
    expect((await ask(kept, VICTIMS.first)).out).toMatch(/^# What is held about 198\.51\.100\.9\n/);
  });

  it('counts in what is sequestered: it is held too', async () => {
    const kept = await new Kept().fill();
    await kept.run('sequester', 'place', '--authorisation', FIRST.reference, '--by', 'a', '--reason', 'b');
    const report = JSON.parse((await ask(kept, VICTIMS.first, '--json')).out);
    expect(report.contacts).toMatchObject([{ matches: 3, sequestered: 3 }]);
  });

  it('is itself recorded, and the next answer tells of it, by role and not by name', async () => {
    const kept = await new Kept().fill();
    await ask(kept, VICTIMS.first);
    const { out } = await ask(kept, VICTIMS.first, '--json');
    expect(JSON.parse(out).readings[0]).toMatchObject({
      kind: 'subject',
      role: 'analyst',
      purpose: 'request 77',
    });
    expect(out).not.toContain('a.officer');
    const events = kept.reading((db) => JSON.stringify([...readEvents(db)]));
    expect(events).toContain('request 77');
    expect(events).not.toContain(VICTIMS.first);
  });

  it('of an unknown address says that nothing is held; of a network or nonsense is refused', async () => {
    const kept = await new Kept().fill();
    expect(JSON.parse((await ask(kept, '192.0.2.200', '--json')).out)).toMatchObject({
      matches: 0,
      contacts: [],
    });
    expect(await ask(kept, '198.51.100.0/24')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/is a network/),
    });
    expect((await ask(kept, 'nobody')).status).toBe(2);
  });
});
