// Retention by the API (L19, I7, I8, L20): what is due goes from every byte, and two people destroy.
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/core/time.ts';
import { openDatabase } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { FIRST, Kept, SECOND, VICTIMS } from '../retention/fixture.ts';
import { keep } from '../store/fixture.ts';
import { testServer } from './fixture.ts';

const ALL = Object.values(VICTIMS);

async function served(daysAgo = 1) {
  const kept = await new Kept(daysAgo).fill();
  const db = keep(openDatabase(kept.path));
  const server = await testServer({ db });
  const as = (
    person: string,
    role: 'analyst' | 'auditor' | 'engineer' | 'operator' | 'admin' = 'analyst',
  ) => {
    const headers = server.bearer(server.token(role, person));
    return {
      get: (url: string) => server.app.inject({ url: `/api/${url}`, headers }),
      post: (url: string, payload: object = {}) =>
        server.app.inject({ method: 'POST', url: `/api/${url}`, headers, payload }),
    };
  };
  const ended = async () => {
    const { get } = as('a.watcher');
    for (;;) {
      const { erasure } = (await get('retention')).json();
      if (erasure.state !== 'running') return erasure;
      await new Promise(setImmediate);
    }
  };
  return { ...server, kept, as, ended };
}

describe('what is due', () => {
  it('is counted, and erased from every byte while others are answered', async () => {
    const { kept, as, ended, db } = await served(365);
    const { get, post } = as('an.engineer', 'engineer');
    expect((await get('retention')).json()).toMatchObject({
      matches: 12,
      dueNow: 12,
      firstMs: kept.evaluatedAtMs + 365 * DAY_MS,
      erasure: { state: 'idle' },
    });
    const begun = await post('purge');
    expect([begun.statusCode, begun.json().state]).toEqual([202, 'running']);
    expect((await post('purge')).statusCode).toBe(202);
    expect(await ended()).toMatchObject({ state: 'done', problem: null });
    expect((await get('retention')).json()).toMatchObject({ matches: 0, dueNow: 0, firstMs: null });
    expect([...readEvents(db)].filter(({ action }) => action === 'matches.purge')).toMatchObject([
      { actor: 'an.engineer', role: 'engineer', detail: { matches: 12 } },
    ]);
    db.close();
    expect(kept.traces(ALL)).toEqual([]);
  });

  it('tells how far it came, and leaves alone what may be kept', async () => {
    const { as, ended } = await served(364);
    const { get, post } = as('an.admin', 'admin');
    expect((await get('retention')).json()).toMatchObject({ dueNow: 0, dueInAWeek: 12, dueInAMonth: 12 });
    await post('purge');
    expect(await ended()).toMatchObject({ state: 'done', due: 0, deleted: 0, step: null });
    expect((await get('retention')).json()).toMatchObject({ matches: 12 });
  });
});

describe('closing an investigation', () => {
  it('brings the deletion of its matches forward, never later', async () => {
    const { as, db } = await served();
    const { get, post } = as('a.head');
    const deleteByMs = Date.now() + DAY_MS;
    const close = (payload: object) => post('investigations/close', { reason: 'all warned', ...payload });
    expect((await close({ authorisation: FIRST.reference, deleteByMs })).json()).toEqual({
      kind: 'authorisation',
      value: FIRST.reference,
      deleteByMs,
      matches: 6,
    });
    expect(
      (await close({ indicator: FIRST.indicator, deleteByMs: deleteByMs + DAY_MS })).json().matches,
    ).toBe(0);
    expect((await close({ indicator: SECOND.indicator })).json().matches).toBe(6);
    expect((await get('retention')).json()).toMatchObject({ dueNow: 6, dueInAWeek: 12 });
    expect([...readEvents(db)].filter(({ action }) => action === 'investigation.close')[0]).toMatchObject({
      actor: 'a.head',
      detail: { reason: 'all warned' },
    });
  });

  it('is refused without a reason, of two things at once, of what does not exist, and to others', async () => {
    const { as } = await served();
    const { post } = as('a.head');
    const of = { authorisation: FIRST.reference };
    expect((await post('investigations/close', of)).json().errors).toMatchObject([{ field: 'body.reason' }]);
    const two = await post('investigations/close', { ...of, indicator: FIRST.indicator, reason: 'x' });
    expect([two.statusCode, two.json().errors[0].message]).toEqual([
      400,
      'give one of authorisation and indicator',
    ]);
    const unknown = await post('investigations/close', { authorisation: '9/2026', reason: 'x' });
    expect(unknown.statusCode).toBe(404);
    const auditor = as('an.auditor', 'auditor');
    expect((await auditor.post('investigations/close', { ...of, reason: 'x' })).statusCode).toBe(403);
  });
});

describe('sequesters', () => {
  it('are placed, listed in pages with what they cover, and released by name', async () => {
    const { as } = await served();
    const { get, post } = as('a.lawyer');
    const placed = await post('sequesters', { authorisation: FIRST.reference, reason: 'order of 1 July' });
    expect([placed.statusCode, placed.json()]).toMatchObject([
      201,
      {
        sequester: 1,
        kind: 'authorisation',
        value: FIRST.reference,
        by: 'a.lawyer',
        matches: 6,
        released: null,
      },
    ]);
    expect((await post('sequesters', { basis: 'lce-126-1', reason: 'court' })).json().matches).toBe(12);
    const page = (await get('sequesters?limit=1')).json();
    expect([page.total, page.items[0].sequester]).toEqual([2, 2]);
    const rest = (await get(`sequesters?limit=1&cursor=${page.nextCursor}`)).json();
    expect([rest.items[0].sequester, rest.nextCursor]).toEqual([1, null]);
    const released = await post('sequesters/1/release', { reason: 'lifted' });
    expect(released.json().released).toMatchObject({ by: 'a.lawyer', reason: 'lifted' });
    expect((await get('sequesters')).json().total).toBe(1);
    expect((await get('sequesters?all=1')).json().total).toBe(2);
    expect((await post('sequesters/1/release', { reason: 'again' })).statusCode).toBe(404);
  });

  it('are refused where nothing is named, or what is named does not exist', async () => {
    const { as } = await served();
    const { get, post } = as('a.lawyer');
    expect((await post('sequesters', { reason: 'x' })).statusCode).toBe(400);
    expect((await post('sequesters', { basis: 'lce-126-1', reason: ' ' })).json().errors).toMatchObject([
      { field: 'body.reason' },
    ]);
    expect((await post('sequesters', { authorisation: 'none', reason: 'x' })).statusCode).toBe(404);
    expect((await post('sequesters', { basis: 'lce-1', reason: 'x' })).statusCode).toBe(400);
    for (const url of ['sequesters/7/release', 'sequesters/7/destroy'])
      expect((await post(url, { reason: 'x' })).statusCode, url).toBe(404);
    expect((await get('sequesters/7')).statusCode).toBe(404);
    expect((await get('sequesters/none')).json().errors).toMatchObject([{ field: 'params.sequester' }]);
  });

  it('are destroyed by two different people, and nothing of them is left', async () => {
    const { kept, as, ended, db } = await served();
    const first = as('A. Head');
    await first.post('sequesters', { authorisation: FIRST.reference, reason: 'unlawful' });
    const proposed = await first.post('sequesters/1/destroy', { reason: 'order of 9 July' });
    expect(proposed.json()).toMatchObject({
      destruction: { state: 'proposed', proposedBy: 'A. Head' },
      erasure: { state: 'idle' },
    });
    const same = await as('a. head', 'admin').post('sequesters/1/destroy', { reason: 'as ordered' });
    expect([same.statusCode, same.json().detail]).toEqual([
      422,
      expect.stringContaining('somebody else completes it (rule I8)'),
    ]);
    expect((await as('an.auditor', 'auditor').post('sequesters/1/destroy', { reason: 'x' })).statusCode).toBe(
      403,
    );
    const completed = await as('b.head').post('sequesters/1/destroy', { reason: 'as ordered' });
    expect(completed.json()).toMatchObject({
      destruction: { state: 'completed', completedBy: 'b.head' },
      erasure: { state: 'running' },
    });
    expect(await ended()).toMatchObject({ state: 'done', deleted: 6 });
    const { destruction, matches } = (await first.get('sequesters/1')).json();
    expect([destruction.state, matches]).toEqual(['finished', 0]);
    db.close();
    expect(kept.traces([VICTIMS.first])).toEqual([]);
    expect(kept.traces([VICTIMS.second])).toEqual([VICTIMS.second]);
  });

  it('that came with a suspended basis are released with it alone (L20)', async () => {
    const { kept, as } = await served();
    await kept.run('basis', 'suspend', 'lce-126-1', '--by', 'a.head', '--reason', 'ruling');
    const { post, get } = as('a.lawyer');
    expect((await get('sequesters')).json().items).toMatchObject([{ kind: 'basis', cause: 'basis.suspend' }]);
    const refused = await post('sequesters/1/release', { reason: 'x' });
    expect([refused.statusCode, refused.json().detail]).toEqual([422, expect.stringContaining('rule L20')]);
  });
});
