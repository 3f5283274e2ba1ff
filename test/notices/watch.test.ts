// What happens by itself: recorded once, and not a millisecond early.
import { beforeEach, describe, expect, it } from 'vitest';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { HOUR_MS } from '../../src/core/time.ts';
import { workOf } from '../../src/notices/round.ts';
import { recordEnds } from '../../src/notices/watch.ts';
import { recordAuthorisationStep } from '../../src/store/authorisation-steps.ts';
import { readProgress } from '../../src/store/notice-progress.ts';
import { changed, DAY_MS, ms, REQUISITION, REQUISITIONED, verification } from '../authority/fixture.ts';
import { Authority, DUE_MS, entry, IMPORTED_MS, openKept } from './fixture.ts';

const A = '203.0.113.7';
const B = '203.0.113.8';

let authority: Authority;
beforeEach(() => {
  authority = new Authority();
});

const overdue = () => authority.events('indicator.overdue');

describe('L9: a verification that falls due', () => {
  it.each([
    ['the millisecond before: nothing', DUE_MS - 1, 0],
    ['at the instant: overdue', DUE_MS, 1],
    ['and long after, when nobody had looked meanwhile: overdue', DUE_MS + 90 * DAY_MS, 1],
  ])('%s', async (_, atMs, times) => {
    await authority.import([entry(A)]);
    authority.look();
    authority.nowMs = atMs;
    authority.look();
    authority.look();
    expect(overdue()).toHaveLength(times);
  });

  it('is an event of the system that says since when, and a suspension to the operator', async () => {
    await authority.import([entry(A)]);
    authority.tell();
    authority.nowMs = DUE_MS + 5;
    expect(authority.tell()).toEqual([
      { operator: 'example-isp', kind: 'suspension', rule: 'L9', addresses: [A] },
    ]);
    expect(overdue()).toMatchObject([
      {
        ...{ actor: 'system', role: 'system', atMs: DUE_MS + 5 },
        detail: { authorisation: '002/2026', address: A, sinceMs: DUE_MS, isSuspended: true },
      },
    ]);
    authority.nowMs += HOUR_MS;
    authority.step(A, { kind: 'verify', outcome: 'active', method: 'handshake' });
    expect(authority.tell()).toMatchObject([{ kind: 'reinstatement' }]);
    authority.nowMs += 7 * DAY_MS - 1;
    expect(authority.tell()).toEqual([]);
    authority.nowMs += 1;
    expect(authority.tell()).toMatchObject([{ kind: 'suspension', rule: 'L9' }]);
    expect(overdue()).toHaveLength(2);
  });

  it('is told as a warning where the setting says so, and the indicator stays', async () => {
    await authority.import([entry(A)]);
    authority.tell({ onOverdue: 'warn' });
    authority.nowMs = DUE_MS;
    expect(authority.tell({ onOverdue: 'warn' })).toMatchObject([
      { kind: 'overdue', rule: 'L9', addresses: [A] },
    ]);
    expect(overdue()).toMatchObject([{ detail: { isSuspended: false } }]);
    authority.nowMs += DAY_MS;
    authority.step(A, { kind: 'verify', outcome: 'active', method: 'handshake' });
    expect(authority.tell({ onOverdue: 'warn' })).toEqual([]);
  });

  it('is none where it was verified in time, suspended, revoked or withdrawn before, or never in force', async () => {
    const entries = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'].map((address) =>
      entry(address),
    );
    await authority.import([...entries, entry('203.0.113.5', { analyses: [] })]);
    authority.look();
    authority.nowMs = DUE_MS - 1;
    authority.step('203.0.113.1', { kind: 'verify', outcome: 'active', method: 'handshake' });
    authority.step('203.0.113.2', { kind: 'suspend', reason: 'doubts' });
    authority.step('203.0.113.3', { kind: 'revoke', reason: 'gone' });
    await authority.import([...entries.slice(0, 3), entry('203.0.113.5', { analyses: [] })]);
    authority.nowMs = DUE_MS + 1;
    authority.look();
    expect(overdue()).toEqual([]);
  });

  it('is none where it was over before the list was taken in, or its authorisation was', async () => {
    authority.nowMs = DUE_MS + DAY_MS;
    await authority.import([entry(A)]);
    await authority.import([entry(B)], { reference: '003/2026', ends: '2026-07-01' });
    authority.look();
    authority.step(A, { kind: 'analyse', outcome: 'confirmed', method: 'sandbox' });
    authority.look();
    expect(overdue()).toEqual([]);
  });

  it('is recorded also where it fell between the import and the first look', async () => {
    await authority.import([entry(A)]);
    authority.nowMs = DUE_MS + DAY_MS;
    authority.look();
    expect(overdue()).toMatchObject([{ detail: { sinceMs: DUE_MS } }]);
  });

  it('is found beyond the horizon that was listed at first, without anything having happened', async () => {
    const late = [verification('2026-06-25T12:00:00Z')];
    await authority.import([entry(A), entry(B, { verifications: late })]);
    authority.look();
    expect(readProgress(authority.db).horizonMs).toBe(IMPORTED_MS + HOUR_MS);
    for (
      authority.nowMs = IMPORTED_MS;
      authority.nowMs < DUE_MS + 2 * DAY_MS;
      authority.nowMs += HOUR_MS / 4
    ) {
      authority.look();
    }
    expect(overdue().map(({ detail, atMs }) => [detail.address, detail.sinceMs, atMs])).toEqual([
      [A, DUE_MS, DUE_MS],
      [B, DUE_MS + DAY_MS / 2, DUE_MS + DAY_MS / 2],
    ]);
  });

  it('is recorded once, however many processes look', async () => {
    await authority.import([entry(A)]);
    authority.look();
    const other = openKept(authority.path);
    authority.nowMs = DUE_MS;
    authority.look({}, other);
    authority.look();
    authority.look({}, other);
    expect(overdue()).toHaveLength(1);
    expect(authority.events('notice.raise')).toHaveLength(2);
  });

  it('costs nothing while nothing is due', async () => {
    await authority.import([entry(A)]);
    authority.look();
    authority.nowMs += HOUR_MS / 2;
    expect(workOf(authority.db, authority.nowMs)).toBe('none');
    expect(recordEnds(authority.db, IN_FORCE_DEFAULTS, authority.nowMs)).toBe(false);
  });
});

describe('an authorisation that ends by itself', () => {
  const ENDS_MS = ms('2026-07-10T00:00:00Z');

  it.each([
    ['L1: the millisecond before its end: nothing', ENDS_MS - 1, []],
    ['L1: at its end: it has run out', ENDS_MS, ['authorisation.expire']],
  ])('%s', async (_, atMs, actions) => {
    await authority.import([entry(A)], { ends: '2026-07-10' });
    authority.tell();
    authority.nowMs = atMs;
    const told = authority.tell().filter(({ kind }) => kind === 'end');
    authority.look();
    expect([...authority.events('authorisation.expire')].map(({ action }) => action)).toEqual(actions);
    expect(told).toHaveLength(actions.length);
  });

  it('says how, and is told for all of it', async () => {
    await authority.import([entry(A)], { ends: '2026-07-01' });
    authority.tell();
    authority.nowMs = ms('2026-07-01T00:00:00Z');
    authority.look();
    expect(authority.contents()).toMatchObject([
      {
        ...{ kind: 'end', rule: 'L1', scope: 'authorisation', effective: '2026-07-01T00:00:00.000Z' },
        facts: { how: 'has run out' },
      },
    ]);
  });

  it('is none where it was ended before', async () => {
    await authority.import([entry(A)], { ends: '2026-07-01' });
    authority.tell();
    const head = { by: 'a.head', role: 'analyst', at: authority.nowMs };
    recordAuthorisationStep(authority.db, '002/2026', { kind: 'end', reason: 'done' }, head);
    expect(authority.tell()).toMatchObject([{ kind: 'end' }]);
    authority.nowMs = ms('2026-07-01T00:00:00Z');
    expect(authority.tell()).toEqual([]);
    expect(authority.events('authorisation.expire')).toEqual([]);
  });

  it('and is prolonged afterwards is in force again: told', async () => {
    const verifications = [verification('2026-06-30T00:00:00Z')];
    authority.nowMs = ms('2026-06-30T12:00:00Z');
    await authority.import([entry(A, { verifications })], { ends: '2026-07-01' });
    authority.tell();
    authority.nowMs = ms('2026-07-01T00:00:00Z');
    expect(authority.tell()).toMatchObject([{ kind: 'end' }]);
    await authority.import([entry(A, { verifications })], { ends: '2026-12-01' });
    expect(authority.tell()).toMatchObject([{ kind: 'reinstatement' }]);
  });
});

describe('I3: an urgent decision', () => {
  /** Decided on Wednesday 24 June: to be confirmed by the end of Thursday in Brussels. */
  const DEADLINE_MS = ms('2026-06-25T22:00:00Z');
  const URGENT = changed(REQUISITION, {
    urgent: true,
    mentions: { ...(REQUISITION.mentions as object), urgent_reason: 'they were moving' },
  });

  it.each([
    ['the millisecond before its deadline: nothing', DEADLINE_MS - 1, 0],
    ['unconfirmed at its deadline: lapsed', DEADLINE_MS, 1],
  ])('%s', async (_, atMs, times) => {
    authority.nowMs = ms('2026-06-24T12:00:00Z');
    await authority.import([REQUISITIONED], URGENT);
    expect(authority.tell()).toMatchObject([{ kind: 'new' }]);
    authority.nowMs = atMs;
    authority.look();
    expect(authority.events('authorisation.lapse')).toHaveLength(times);
    expect(authority.contents()).toMatchObject(
      times === 0 ? [] : [{ kind: 'end', rule: 'I3', facts: { how: 'was not confirmed in time' } }],
    );
  });

  it('confirmed before its deadline does not lapse', async () => {
    authority.nowMs = ms('2026-06-24T12:00:00Z');
    await authority.import([REQUISITIONED], URGENT);
    authority.tell();
    const head = { by: 'the.head', role: 'analyst', at: authority.nowMs };
    recordAuthorisationStep(authority.db, '002/2026', { kind: 'confirm', reason: 'in writing' }, head);
    authority.nowMs = DEADLINE_MS;
    expect(authority.tell()).toEqual([]);
    expect(authority.events('authorisation.lapse')).toEqual([]);
  });

  it('I6: ended before its time is told under its own rule', async () => {
    authority.nowMs = ms('2026-06-24T12:00:00Z');
    await authority.import([REQUISITIONED], REQUISITION);
    authority.tell();
    const head = { by: 'the.head', role: 'analyst', at: authority.nowMs };
    recordAuthorisationStep(authority.db, '002/2026', { kind: 'end', reason: 'done' }, head);
    expect(authority.tell()).toMatchObject([{ kind: 'end', rule: 'I6' }]);
  });
});
