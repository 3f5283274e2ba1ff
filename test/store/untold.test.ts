// What is recorded names a person and says something, and a name hides nothing (L16, L18, L22).
import { describe, expect, it } from 'vitest';
import { samePersonKey } from '../../src/authority/people.ts';
import { lineProblem, proseProblem } from '../../src/authority/plain-text.ts';
import { beginReading } from '../../src/store/consultations.ts';
import type { Database } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { activeSequesters, placeSequester } from '../../src/store/sequesters.ts';
import { checkEntity } from '../../src/victims/entity.ts';
import { temporaryDatabase } from './fixture.ts';

const CHANGE = { by: 'a.lawyer', role: 'analyst', at: 5_000, reason: 'judgment 1/2026', cause: 'person' };

function place(db: Database, change: Partial<typeof CHANGE>): void {
  const criterion = { kind: 'basis', value: 'lce-122' } as const;
  db.transaction(() => placeSequester(db, criterion, { ...CHANGE, ...change })).immediate();
}

describe('L16: one person is one, however the name is written', () => {
  it.each([
    ['a zero-width space', 'a.analyst\u200b'],
    ['a soft hyphen', 'a.an\u00adalyst'],
    ['a mark of direction', '\u200fa.analyst'],
    ['a word joiner and case', 'A.\u2060Analyst '],
  ])('%s', (_, name) => {
    expect(samePersonKey(name)).toBe(samePersonKey('a.analyst'));
  });
});

describe('L22: who acts is named, and why is said', () => {
  it.each([
    ['no name', { by: ' ' }, 'must not be empty'],
    ['a name over two lines', { by: 'a\nb' }, 'control characters'],
    ['a name turned around', { by: 'a\u202eb' }, 'control characters'],
    ['a name with an address', { by: 'x for 192.0.2.21' }, 'holds an address'],
    ['a reason without words', { reason: ' \n' }, 'must not be empty'],
  ])('%s: nothing is recorded, and what was wrong is not repeated', (_, change, problem) => {
    const db = temporaryDatabase();
    let message = '';
    try {
      place(db, change);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(problem);
    expect(message).not.toContain('192.0.2.21');
    expect(activeSequesters(db)).toEqual([]);
    expect([...readEvents(db)]).toEqual([]);
  });

  it('a reason over several lines is told as it is', () => {
    const db = temporaryDatabase();
    place(db, { reason: 'judgment 1/2026:\nall of it' });
    expect([...readEvents(db)]).toMatchObject([{ detail: { reason: 'judgment 1/2026:\nall of it' } }]);
  });
});

it.each(['', '  ', 'a\0b', '\u202eforged'])('L18: %j is no purpose', (purpose) => {
  const db = temporaryDatabase();
  const reading = { by: 'a', role: 'analyst', kind: 'matches', filter: {}, purpose } as const;
  expect(() => beginReading(db, reading)).toThrow('the purpose');
  expect([...readEvents(db)]).toEqual([]);
});

it('an entity is not named by an address, which the audit log would repeat', () => {
  const entity = { id: '192.0.2.77', name: 'A. Lawyer', kind: 'other', prefixes: ['192.0.2.77'] };
  expect(checkEntity(entity)).toMatchObject({ faults: [{ field: 'id' }] });
  expect(checkEntity({ ...entity, id: 'a-lawyer' })).toHaveProperty('entity');
});

it('words that turn a line around are no plain text; German, French and emoji are', () => {
  expect([lineProblem('abc\u2066'), proseProblem('\u202eabc')]).toEqual(
    Array(2).fill('holds control characters'),
  );
  expect([lineProblem('Zoë ß 👩‍🔬'), proseProblem('à\nb')]).toEqual([null, null]);
});
