import { describe, expect, it } from 'vitest';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { type Criterion, countCovered } from '../../src/store/criteria.ts';
import type { Database } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { iterateMatches } from '../../src/store/matches.ts';
import { activeSequesters, placeSequester, releaseSequester } from '../../src/store/sequesters.ts';
import { changed, ENTRY, fileOf, HEADER } from '../authority/fixture.ts';
import { job, match, request, row, START_MS, temporaryDatabase, writer } from './fixture.ts';

const CHANGE = { by: 'a.lawyer', role: 'analyst', at: 5_000, reason: 'judgment 1/2026', cause: 'person' };

/** Four matches: of two indicators, one of them in two authorisations, kept under two bases. */
function filled(): Database {
  const db = temporaryDatabase();
  const counted = row({ matched: 3 });
  const found = [
    match(counted),
    match(counted, { indicatorId: 'indicator--2', startMs: START_MS + 1 }),
    match(counted, { indicatorId: 'indicator--2', authorisation: '003/2026', startMs: START_MS + 2 }),
  ];
  writer(db).commit(request(job(db), { matches: found, ledger: [counted] }));
  const other = row({ matched: 1 });
  const ofOther = job(db, { retentionBasis: 'lce-122', fingerprint: 'other' });
  writer(db).commit(
    request(ofOther, { matches: [match(other, { startMs: START_MS + 3 })], ledger: [other] }),
  );
  return db;
}

const shown = (db: Database, sequestered = false) =>
  [...iterateMatches(db, { sequestered })].map(({ startMs }) => startMs - START_MS);

const place = (db: Database, criterion: Criterion, cause = 'person') =>
  db.transaction(() => placeSequester(db, criterion, { ...CHANGE, cause })).immediate();
const release = (db: Database, criterion: Criterion, cause = 'person') =>
  db.transaction(() => releaseSequester(db, criterion, { ...CHANGE, at: 6_000, cause })).immediate();

describe('a sequester (L20, I8)', () => {
  it.each<[Criterion, number[]]>([
    [{ kind: 'basis', value: 'lce-126-1' }, [3]],
    [{ kind: 'basis', value: 'lce-122' }, [0, 1, 2]],
    [{ kind: 'authorisation', value: '003/2026' }, [0, 1, 3]],
    [{ kind: 'indicator', value: 'indicator--2' }, [0, 3]],
    [{ kind: 'indicator', value: 'lce-126-1' }, [0, 1, 2, 3]],
  ])('%o leaves what it covers unread until it is released', (criterion, left) => {
    const db = filled();
    expect(countCovered(db, criterion)).toBe(4 - left.length);
    place(db, criterion);
    expect(shown(db)).toEqual(left);
    expect(shown(db, true)).toEqual([0, 1, 2, 3]);
    expect(release(db, criterion)).toBe(1);
    expect(shown(db)).toEqual([0, 1, 2, 3]);
  });

  it.each(['lce-127-1-2-2', 'nis2-21-2-2'])('by %s covers the indicators that rest on it', async (value) => {
    const db = filled();
    const id = 'indicator--00000000-0000-4000-8000-000000000001';
    await importAuthorisation(db, JSON.stringify(fileOf(HEADER, [changed(ENTRY, { id })])));
    const counted = row({ matched: 1 });
    const found = match(counted, { indicatorId: id, startMs: START_MS + 9 });
    writer(db).commit(request(job(db, { fingerprint: 'of it' }), { matches: [found], ledger: [counted] }));
    expect(countCovered(db, { kind: 'basis', value })).toBe(1);
    place(db, { kind: 'basis', value });
    expect(shown(db)).toEqual([0, 1, 2, 3]);
    release(db, { kind: 'basis', value });
    expect(shown(db)).toEqual([0, 1, 2, 3, 9]);
  });

  it('covers what is stored after it was placed', () => {
    const db = filled();
    place(db, { kind: 'authorisation', value: '009/2026' });
    const counted = row({ matched: 1 });
    const later = match(counted, { authorisation: '009/2026', startMs: START_MS + 9 });
    writer(db).commit(request(job(db, { fingerprint: 'later' }), { matches: [later], ledger: [counted] }));
    expect(shown(db)).toEqual([0, 1, 2, 3]);
  });

  it('holds until each cause for which it was placed is gone', () => {
    const db = filled();
    const criterion: Criterion = { kind: 'basis', value: 'lce-122' };
    place(db, criterion);
    place(db, criterion, 'basis.suspend');
    expect(release(db, criterion, 'basis.suspend')).toBe(1);
    expect(release(db, criterion, 'basis.suspend')).toBe(0);
    expect(shown(db)).toEqual([0, 1, 2]);
    expect(activeSequesters(db)).toMatchObject([
      { sequester: 1, kind: 'basis', cause: 'person', by: 'a.lawyer', reason: 'judgment 1/2026' },
    ]);
    release(db, criterion);
    expect(activeSequesters(db)).toEqual([]);
  });

  it('is recorded, as an event too, and never changed', () => {
    const db = filled();
    place(db, { kind: 'indicator', value: 'indicator--2' });
    release(db, { kind: 'indicator', value: 'indicator--2' });
    expect([...readEvents(db)]).toMatchObject([
      { action: 'sequester.place', object: 'indicator:indicator--2', actor: 'a.lawyer', atMs: 5_000 },
      { action: 'sequester.release', object: 'indicator:indicator--2', atMs: 6_000 },
    ]);
    expect(() => db.exec("UPDATE sequesterSteps SET value = ''")).toThrow(/insert-only/);
    expect(() => db.exec('DELETE FROM sequesterSteps')).toThrow(/insert-only/);
  });
});
