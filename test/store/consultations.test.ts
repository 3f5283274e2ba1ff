import { describe, expect, it } from 'vitest';
import { beginReading, consult, listConsultations, type Reader } from '../../src/store/consultations.ts';
import type { Database } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { job, matches, request, row, START_MS, temporaryDatabase, writer } from './fixture.ts';

const ANALYST: Reader = { by: 'an.analyst', role: 'analyst', purpose: 'warn victims' };

function filled(): Database {
  const db = temporaryDatabase();
  const counted = row({ records: 10, matched: 10 });
  writer(db).commit(request(job(db), { matches: matches(counted, 10), ledger: [counted] }));
  return db;
}

const eventsOf = (db: Database) =>
  [...readEvents(db)].filter(({ action }) => action === 'consultation.record');

describe('L18: a consultation', () => {
  it('is recorded with who, role, when, what for, which and how many', () => {
    const db = filled();
    const filter = { operator: 'example-isp', sinceMs: START_MS + 4 };
    const shown: number[] = [];
    const rows = consult(db, ANALYST, filter, 5_000, ({ startMs }) => {
      shown.push(startMs);
    });
    expect(rows).toBe(6);
    expect(shown).toHaveLength(6);
    expect(listConsultations(db)).toEqual([
      { id: 1, atMs: 5_000, ...ANALYST, kind: 'matches', filter, rows: 6 },
    ]);
  });

  it('is two events: before the first is shown, and with the number when all are', () => {
    const db = filled();
    consult(db, ANALYST, { limit: 3 }, 5_000, () => {});
    expect(eventsOf(db)).toMatchObject([
      {
        actor: 'an.analyst',
        role: 'analyst',
        object: 'consultation:1',
        version: 1,
        detail: { kind: 'matches', purpose: 'warn victims', filter: { limit: 3 } },
      },
      { object: 'consultation:1', version: 2, detail: { kind: 'matches', rows: 3 } },
    ]);
  });

  it('without a purpose, or that shows nothing, is recorded too', () => {
    const db = filled();
    consult(db, { ...ANALYST, purpose: null }, { operator: 'nobody' }, 1, () => {});
    expect(listConsultations(db)).toMatchObject([{ purpose: null, rows: 0 }]);
  });

  it('that breaks off is recorded without a number', () => {
    const db = filled();
    const breakOff = () => {
      throw new Error('reader is gone');
    };
    expect(() => consult(db, ANALYST, {}, 1, breakOff)).toThrow('reader is gone');
    expect(listConsultations(db)).toMatchObject([{ rows: null }]);
    expect(eventsOf(db)).toHaveLength(1);
  });

  it('that cannot be recorded shows nothing', () => {
    const db = filled();
    db.pragma('query_only = ON');
    const shown: unknown[] = [];
    expect(() => consult(db, ANALYST, {}, 1, (match) => shown.push(match))).toThrow(/cannot be written to/);
    expect(shown).toEqual([]);
  });

  it('cannot be changed or deleted afterwards', () => {
    const db = filled();
    beginReading(db, { ...ANALYST, kind: 'victims', filter: {} }).end(2);
    expect(() => db.exec('UPDATE consultations SET rows = 1')).toThrow(/once/);
    expect(() => db.exec("UPDATE consultations SET by = 'nobody'")).toThrow(/once/);
    expect(() => db.exec('DELETE FROM consultations')).toThrow(/kept/);
  });

  it('with a purpose too long to be kept is refused', () => {
    const purpose = 'x'.repeat(1_001);
    expect(() => beginReading(filled(), { ...ANALYST, purpose, kind: 'matches', filter: {} })).toThrow(
      /1000/,
    );
  });
});

describe('addresses in a consultation', () => {
  const VICTIM = '198.51.100.7';
  const subject = (db: Database, address: string, purpose = 'a request') =>
    beginReading(db, { ...ANALYST, purpose, kind: 'subject', filter: { address } }).end(1);

  it('are kept as pseudonyms, by which one who holds the database can ask', () => {
    const db = temporaryDatabase();
    subject(db, VICTIM);
    subject(db, '2001:DB8:0::1');
    subject(db, '192.0.2.1');
    expect(listConsultations(db, { about: VICTIM })).toMatchObject([
      { id: 1, filter: { address: expect.stringMatching(/^hmac:[0-9a-f]{32}$/) } },
    ]);
    expect(listConsultations(db, { about: '2001:db8::1' })).toMatchObject([{ id: 2 }]);
    expect(listConsultations(db, { about: '203.0.113.9' })).toEqual([]);
    expect(() => listConsultations(db, { about: 'nobody' })).toThrow(/is no address/);
  });

  it('are other pseudonyms in another database', () => {
    const filters = [temporaryDatabase(), temporaryDatabase()].map((db) => {
      subject(db, VICTIM);
      return JSON.stringify(listConsultations(db)[0]?.filter);
    });
    expect(filters[0]).not.toBe(filters[1]);
  });

  it.each([
    [`warn ${VICTIM}.`, /^warn hmac:[0-9a-f]{32}\.$/],
    [`(${VICTIM}:443)`, /^\(hmac:[0-9a-f]{32}:443\)$/],
    ['198[.]51[.]100[.]7', /^hmac:[0-9a-f]{32}$/],
    ['[2001:db8::1]:443, ::ffff:198.51.100.7', /^\[hmac:[0-9a-f]{32}\]:443, hmac:[0-9a-f]{32}$/],
    ['198.51.100.0/24', /^hmac:[0-9a-f]{32}$/],
    ['ticket 1234, 2026-06-25T09:00:00Z, v1.2.3', /^ticket 1234, 2026-06-25T09:00:00Z, v1\.2\.3$/],
  ])('in the purpose %s too', (purpose, kept) => {
    const db = temporaryDatabase();
    subject(db, VICTIM, purpose);
    expect(listConsultations(db)[0]?.purpose).toMatch(kept);
    const recorded = JSON.stringify([...readEvents(db)]);
    expect(recorded).not.toContain('198.51.100');
    expect(recorded).not.toContain('2001:db8');
  });
});
