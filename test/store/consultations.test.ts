import { expect, it } from 'vitest';
import { consult, listConsultations } from '../../src/store/consultations.ts';
import { job, matches, request, row, START_MS, temporaryDatabase, writer } from './fixture.ts';

function filled() {
  const db = temporaryDatabase();
  const counted = row({ records: 10, matched: 10 });
  writer(db).commit(request(job(db), { matches: matches(counted, 10), ledger: [counted] }));
  return db;
}

it('a consultation is recorded with who, when, what for, which and how many (L18)', () => {
  const db = filled();
  const filter = { operator: 'example-isp', sinceMs: START_MS + 4 };
  const shown: number[] = [];
  const rows = consult(db, { by: 'an.analyst', purpose: 'warn victims' }, filter, 5_000, ({ startMs }) => {
    shown.push(startMs);
  });
  expect(rows).toBe(6);
  expect(shown).toHaveLength(6);
  expect(listConsultations(db)).toEqual([
    { id: 1, atMs: 5_000, by: 'an.analyst', purpose: 'warn victims', filter, rows: 6 },
  ]);
});

it('a consultation without a purpose, or that shows nothing, is recorded too', () => {
  const db = filled();
  consult(db, { by: 'an.analyst', purpose: null }, { operator: 'nobody' }, 1, () => {});
  expect(listConsultations(db)).toMatchObject([{ purpose: null, rows: 0 }]);
});

it('a consultation that breaks off is recorded without a number', () => {
  const db = filled();
  const breakOff = () => {
    throw new Error('reader is gone');
  };
  expect(() => consult(db, { by: 'a', purpose: 'b' }, {}, 1, breakOff)).toThrow('reader is gone');
  expect(listConsultations(db)).toMatchObject([{ rows: null }]);
});

it('matches are not shown where the consultation cannot be recorded', () => {
  const db = filled();
  db.pragma('query_only = ON');
  const shown: unknown[] = [];
  expect(() => consult(db, { by: 'a', purpose: 'b' }, {}, 1, (match) => shown.push(match))).toThrow(
    /cannot be written to/,
  );
  expect(shown).toEqual([]);
});
