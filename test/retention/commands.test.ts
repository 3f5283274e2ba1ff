// Retention by the commands that people use: what goes when, who may read what, who decides.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../../src/store/events.ts';
import { FIRST, Kept, SECOND, VICTIMS } from './fixture.ts';

const ALL = Object.values(VICTIMS).sort();
const BY = ['--by', 'a.head', '--reason', 'decided'];

describe('L19: purge', () => {
  it('erases matches whose day has come, evidence with them, from every byte of every file', async () => {
    const kept = await new Kept(365).fill();
    expect((await kept.run('victims', 'list', '--purpose', 'test', '--json')).out).toContain(VICTIMS.both);
    expect(kept.traces(ALL)).toEqual(ALL);
    const { out, status } = await kept.run('purge', '--json');
    expect([JSON.parse(out), status]).toEqual([{ purged: 12, destroyed: 0, erased: true }, 0]);
    expect(kept.traces(ALL)).toEqual([]);
    expect((await kept.run('victims', 'list', '--purpose', 'test')).out).toBe('');
  });

  it('leaves alone what may be kept', async () => {
    const kept = await new Kept(364).fill();
    expect((await kept.run('purge')).out).toBe('0 matches erased\n');
    expect(await kept.shown()).toEqual(ALL);
  });

  it('erases from evidence what one of a victim’s indicators has said, and keeps what another says', async () => {
    const kept = await new Kept().fill();
    await kept.run('investigation', 'close', '--authorisation', FIRST.reference, ...BY);
    await kept.run('purge');
    expect(kept.traces(ALL)).toEqual([VICTIMS.both, VICTIMS.second]);
    const { out } = await kept.run('victims', 'list', '--purpose', 'test', '--json');
    expect(out).not.toContain(FIRST.indicator);
    expect(out).toContain(SECOND.indicator);
  });
});

describe('L19: closing an investigation', () => {
  it('brings the deletion forward, of its own matches alone', async () => {
    const kept = await new Kept().fill();
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const close = (...args: string[]) => kept.run('investigation', 'close', ...args, ...BY, '--json');
    const closed = await close('--authorisation', FIRST.reference, '--delete-by', soon);
    expect(JSON.parse(closed.out)).toEqual({
      kind: 'authorisation',
      value: FIRST.reference,
      deleteByMs: Date.parse(soon),
      matches: 6,
    });
    const days = kept.reading((db) =>
      db.prepare('SELECT DISTINCT deleteAfterMs FROM matches ORDER BY 1').pluck().all(),
    );
    expect(days).toEqual([Date.parse(soon), kept.evaluatedAtMs + 365 * 86_400_000]);
  });

  it('never puts it off', async () => {
    const kept = await new Kept().fill();
    const close = async (deleteBy: string) =>
      JSON.parse(
        (
          await kept.run(
            'investigation',
            'close',
            '--indicator',
            SECOND.indicator,
            '--delete-by',
            deleteBy,
            ...BY,
            '--json',
          )
        ).out,
      ).matches;
    expect(await close('2100-01-01')).toBe(0);
    expect(await close('2026-01-01')).toBe(6);
    expect(await close('2026-01-02')).toBe(0);
  });

  it('is recorded with who, why, which and how many', async () => {
    const kept = await new Kept().fill();
    await kept.run(
      'investigation',
      'close',
      '--authorisation',
      FIRST.reference,
      '--by',
      'a.head',
      '--reason',
      'all victims warned',
    );
    const events = kept.reading((db) =>
      [...readEvents(db)].filter(({ action }) => action === 'investigation.close'),
    );
    expect(events).toMatchObject([
      {
        actor: 'a.head',
        object: `authorisation:${FIRST.reference}`,
        version: 1,
        detail: { reason: 'all victims warned' },
      },
      { version: 2, detail: { matches: 6 } },
    ]);
  });

  it('of what does not exist is refused', async () => {
    const kept = await new Kept().fill();
    expect(await kept.run('investigation', 'close', '--authorisation', '009/2026', ...BY)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/there is no authorisation 009\/2026/),
    });
    expect(await kept.run('investigation', 'close', ...BY)).toMatchObject({ status: 2 });
  });
});

describe('I8: a sequester', () => {
  it('is read by nobody but an auditor, whose reading is recorded', async () => {
    const kept = await new Kept().fill();
    const placed = await kept.run('sequester', 'place', '--authorisation', FIRST.reference, ...BY, '--json');
    expect(JSON.parse(placed.out)).toMatchObject({
      action: 'place',
      kind: 'authorisation',
      value: FIRST.reference,
      matches: 6,
    });
    expect(await kept.shown()).toEqual([VICTIMS.both, VICTIMS.second]);
    expect(await kept.shown('--authorisation', FIRST.reference)).toEqual([]);
    expect(await kept.shown('--role', 'engineer', '--authorisation', FIRST.reference)).toEqual([]);
    const list = await kept.run('victims', 'list', '--purpose', 'test', '--json');
    expect(list.out).not.toContain(FIRST.indicator);

    expect(await kept.shown('--role', 'auditor', '--by', 'an.auditor')).toEqual(ALL);
    const { out } = await kept.run('consultations', 'list', '--reader', 'an.auditor', '--json');
    expect(JSON.parse(out)).toMatchObject({ role: 'auditor', kind: 'matches', rows: 12, purpose: 'test' });
    const marked = (await kept.run('matches', '--role', 'auditor', '--json', '--purpose', 'x')).out
      .split('\n')
      .filter((line) => line.includes('"sequestered":true'));
    expect(marked).toHaveLength(6);
  });

  it('is released by a person with a reason', async () => {
    const kept = await new Kept().fill();
    await kept.run('sequester', 'place', '--indicator', FIRST.indicator, ...BY);
    await expect(kept.run('sequester', 'release', '--indicator', FIRST.indicator)).rejects.toThrow(
      /--reason/,
    );
    await kept.run('sequester', 'release', '--indicator', FIRST.indicator, ...BY);
    expect(await kept.shown()).toEqual(ALL);
    const again = await kept.run('sequester', 'release', '--indicator', FIRST.indicator, ...BY);
    expect(again).toMatchObject({ status: 1, err: expect.stringMatching(/nothing is sequestered by it/) });
  });

  it('that came with a suspended basis is released with the basis alone (L20)', async () => {
    const kept = await new Kept().fill();
    await kept.run('basis', 'suspend', 'lce-126-1', ...BY);
    expect(await kept.shown()).toEqual([]);
    const released = await kept.run('sequester', 'release', '--basis', 'lce-126-1', ...BY);
    expect(released).toMatchObject({ status: 1, err: expect.stringMatching(/basis reinstate/) });
    await kept.run('basis', 'reinstate', 'lce-126-1', ...BY);
    expect(await kept.shown()).toEqual(ALL);
  });

  it('is listed with how much it covers', async () => {
    const kept = await new Kept().fill();
    await kept.run('sequester', 'place', '--authorisation', FIRST.reference, ...BY);
    await kept.run('sequester', 'place', '--indicator', SECOND.indicator, ...BY);
    await kept.run('sequester', 'release', '--id', '2', ...BY);
    const listed = async (...args: string[]) =>
      (await kept.run('sequester', 'list', '--json', ...args)).out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    expect(await listed()).toMatchObject([
      { sequester: 1, matches: 6, by: 'a.head', reason: 'decided', released: null, destruction: null },
    ]);
    expect(await listed('--all')).toMatchObject([
      { sequester: 1 },
      { sequester: 2, released: { by: 'a.head' } },
    ]);
    expect((await kept.run('sequester', 'list')).out).toMatch(/1 +authorisation +002\/2026 +6 +a\.head/);
  });

  it('of what does not exist is refused', async () => {
    const kept = await new Kept().fill();
    for (const args of [
      ['--authorisation', '009/2026'],
      ['--indicator', 'indicator--9'],
      ['--basis', 'lce-126-9'],
      [],
    ]) {
      expect((await kept.run('sequester', 'place', ...args, ...BY)).status).toBeGreaterThan(0);
    }
  });
});

describe('I8: destroying', () => {
  const destroy = (kept: Kept, by: string) =>
    kept.run(
      'sequester',
      'destroy',
      '--authorisation',
      FIRST.reference,
      '--by',
      by,
      '--reason',
      'order of 9 July',
      '--json',
    );

  it('needs what is sequestered, and two people; then erases at once', async () => {
    const kept = await new Kept().fill();
    expect(await destroy(kept, 'a.head')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/is not sequestered/),
    });
    await kept.run('sequester', 'place', '--authorisation', FIRST.reference, ...BY);
    expect(JSON.parse((await destroy(kept, 'A. Head')).out)).toMatchObject({
      state: 'proposed',
      destroyed: 0,
    });
    expect(await destroy(kept, 'a.  head ')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/somebody else completes it/),
    });
    expect(kept.traces(ALL)).toEqual(ALL);

    expect(JSON.parse((await destroy(kept, 'b.head')).out)).toMatchObject({
      state: 'completed',
      destroyed: 6,
      erased: true,
    });
    expect(kept.traces(ALL)).toEqual([VICTIMS.both, VICTIMS.second]);
    const events = kept.reading((db) =>
      [...readEvents(db)].filter(({ action }) => action === 'matches.destroy'),
    );
    expect(events).toMatchObject([
      { actor: 'A. Head', detail: { step: 'propose', reason: 'order of 9 July' } },
      { actor: 'b.head', detail: { step: 'complete' } },
      {
        actor: 'b.head',
        detail: { matches: 6, authorisations: { [FIRST.reference]: { [FIRST.indicator]: 6 } } },
      },
      { detail: { step: 'finish' } },
    ]);
    expect((await kept.run('sequester', 'list', '--json')).out).toContain('"state":"finished"');
  });

  it('that was decided and interrupted is finished by the next purge', async () => {
    const kept = await new Kept().fill();
    await kept.run('sequester', 'place', '--authorisation', FIRST.reference, ...BY);
    await destroy(kept, 'a.head');
    kept.reading((db) =>
      db.exec(
        `INSERT INTO destructionSteps SELECT destruction, 'complete', kind, value, 'b.head', role, reason, recordedAtMs FROM destructionSteps`,
      ),
    );
    expect(JSON.parse((await kept.run('purge', '--json')).out)).toEqual({
      purged: 0,
      destroyed: 6,
      erased: true,
    });
    expect(JSON.parse((await kept.run('purge', '--json')).out)).toMatchObject({ destroyed: 0 });
  });
});

describe('I7: a protected entity', () => {
  const register = (kept: Kept, entities: object[]) => {
    const file = join(dirname(kept.path), 'register.json');
    writeFileSync(file, JSON.stringify({ flowsieve: 1, entities }));
    return kept.run('entity', 'import', file, '--by', 'an.engineer');
  };
  const LAWYER = {
    id: 'a-lawyer',
    name: 'A. Lawyer',
    kind: 'other',
    prefixes: ['198.51.100.8/31'],
    protected: 'lawyer',
  };

  it('has its matches sequestered on arrival, until a named person releases them', async () => {
    const kept = new Kept();
    expect((await register(kept, [LAWYER])).err).toBe('');
    await kept.fill();
    expect(await kept.shown()).toEqual([VICTIMS.both, VICTIMS.second]);
    expect(await kept.shown('--role', 'auditor')).toEqual(ALL);
    expect((await kept.run('victims', 'list', '--purpose', 'test', '--json')).out).not.toContain(
      VICTIMS.first,
    );
    const { out } = await kept.run('sequester', 'list', '--json');
    expect(JSON.parse(out)).toMatchObject({
      kind: 'protected',
      value: 'a-lawyer',
      by: 'flowsieve',
      role: 'system',
      matches: 3,
    });

    await kept.run(
      'sequester',
      'release',
      '--entity',
      'a-lawyer',
      '--by',
      'a.judge',
      '--reason',
      'direct link shown, 18/2 § 3',
    );
    expect(await kept.shown()).toEqual(ALL);
    expect((await kept.run('victims', 'list', '--purpose', 'test', '--json')).out).toContain(VICTIMS.first);
  });

  it('that is protected later has the matches that were there sequestered too', async () => {
    const kept = await new Kept().fill();
    await register(kept, [{ ...LAWYER, protected: undefined }]);
    expect(await kept.shown()).toEqual(ALL);
    await register(kept, [LAWYER]);
    expect(await kept.shown()).toEqual([VICTIMS.both, VICTIMS.second]);
  });

  it('stays protected within the network of somebody who is not, and around it', async () => {
    const kept = new Kept();
    await register(kept, [
      LAWYER,
      { id: 'an-isp', name: 'An ISP', kind: 'essential', prefixes: ['198.51.100.9', '198.51.100.0/24'] },
    ]);
    await kept.fill();
    expect(await kept.shown()).toEqual([VICTIMS.both, VICTIMS.second]);
  });

  it('whose matches were released has those that come later sequestered anew', async () => {
    const kept = new Kept();
    await register(kept, [LAWYER]);
    await kept.fill();
    await kept.run('sequester', 'release', '--entity', 'a-lawyer', ...BY);
    // The same again is not new; an hour later is.
    kept.reading((db) => kept.store(db, FIRST, [VICTIMS.first]));
    expect((await kept.run('sequester', 'list')).out.split('\n')).toHaveLength(2);
    kept.reading((db) => kept.store(db, SECOND, [VICTIMS.first]));
    const shown = (await kept.run('matches', '--json', '--purpose', 'x')).out
      .split('\n')
      .filter((line) => line.includes(VICTIMS.first));
    expect(shown).toHaveLength(3);
  });

  it('whose matches are destroyed has no byte left', async () => {
    const kept = new Kept();
    await register(kept, [LAWYER]);
    await kept.fill();
    for (const by of ['a.head', 'b.head'])
      await kept.run(
        'sequester',
        'destroy',
        '--entity',
        'a-lawyer',
        '--by',
        by,
        '--reason',
        'no direct link',
      );
    expect(kept.traces([VICTIMS.first])).toEqual([]);
    expect(await kept.shown('--role', 'auditor')).toEqual([VICTIMS.both, VICTIMS.second]);
  });
});

describe('consultations', () => {
  it('are listed by reader, kind, time and address, and name no address', async () => {
    const kept = await new Kept().fill();
    await kept.run('matches', '--by', 'an.analyst', '--purpose', `ticket 7: ${VICTIMS.first}`);
    await kept.run('victims', 'show', VICTIMS.both, '--by', 'an.analyst', '--purpose', 'ticket 8');
    const listed = async (...args: string[]) =>
      (await kept.run('consultations', 'list', ...args)).out.split('\n').filter(Boolean);
    expect(await listed()).toHaveLength(2);
    expect(await listed('--kind', 'victims')).toHaveLength(1);
    expect(await listed('--reader', 'nobody')).toHaveLength(0);
    expect(await listed('--limit', '1')).toEqual([expect.stringMatching(/ticket 8/)]);
    expect(await listed('--about', VICTIMS.both)).toEqual([
      expect.stringMatching(/^2 .* an\.analyst \(analyst\) {2}victims {2}2 shown/),
    ]);
    expect(await listed('--about', VICTIMS.first)).toEqual([expect.stringMatching(/ticket 7: hmac:/)]);
    expect((await listed()).join()).not.toContain('198.51.100');
  });
});
