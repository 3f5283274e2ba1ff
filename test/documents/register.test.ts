// I5 (Art. 13/6 § 4, 16/2 § 4): what the registers hold, and the monthly list.
import { describe, expect, it } from 'vitest';
import { registerDocument } from '../../src/authority/documents/register.ts';
import { findRegime } from '../../src/authority/regime.ts';
import { recordAuthorisationStep } from '../../src/store/authorisation-steps.ts';
import type { Database } from '../../src/store/database.ts';
import { changed, REQUISITION } from '../authority/fixture.ts';
import { asJson, database, type Fields, IDENTIFY, KEEP, knownAt, ms, rowsOf, take } from './fixture.ts';

const REGIME = findRegime('intelligence-services')!;
async function registered(...headers: Fields[]): Promise<Database> {
  const db = database();
  for (const header of headers) await take(db, [], '2026-06-24T12:00:00Z', header);
  return db;
}

function register(db: Database, id: string, at = '2026-09-01', month?: string) {
  const state = knownAt(db, at);
  return rowsOf(asJson(registerDocument(state, { regime: REGIME, registers: REGIME.registers, month })), id);
}

describe('I5: the register of requisitions', () => {
  it('holds what Art. 13/6 § 2 to § 4 ask, of requisitions to keep alone', async () => {
    const db = await registered(
      KEEP,
      IDENTIFY,
      changed(REQUISITION, { reference: 'TRACE-1', file: 'FILE-3' }),
    );
    expect(register(db, 'requisitions')).toEqual([
      {
        reference: 'REQ-1',
        file: 'FILE-1',
        decidedMs: ms('2026-06-24T10:00:00Z'),
        operators: ['example-isp'],
        'mentions.nature': 'traffic data',
        'mentions.subject': 'the listed servers',
        endsMs: ms('2026-12-24T10:00:00Z'),
        renews: null,
        approvals: ['the.head, 2026-06-24T10:00:00.000Z'],
        urgent: null,
        'mentions.reasons': 'espionage',
        notifiedMs: ms('2026-06-24T11:00:00Z'),
        ended: [],
      },
    ]);
  });

  it.each([
    ['the millisecond before it was recorded', '2026-07-01T08:59:59.999Z', []],
    ['from when it was', '2026-07-01T09:00:00Z', ['the.head, 2026-07-01T09:00:00.000Z: no use any more']],
  ])('I6: says that one was ended early: %s', async (_, at, ended) => {
    const db = await registered(KEEP);
    const step = { kind: 'end', reason: 'no use any more' } as const;
    recordAuthorisationStep(db, 'REQ-1', step, {
      by: 'the.head',
      role: 'analyst',
      at: ms('2026-07-01T09:00:00Z'),
    });
    expect(register(db, 'requisitions', at)[0]?.ended).toEqual(ended);
  });
});

describe('I5: the register of identifications', () => {
  it.each([
    ['unconfirmed', null, /^to be confirmed before 2026-06-25T10:00:00\.000Z; not confirmed$/],
    [
      'the millisecond before the deadline',
      '2026-06-25T09:59:59.999Z',
      /confirmed by the\.head, 2026-06-25T09:59:59\.999Z$/,
    ],
    [
      'at the deadline',
      '2026-06-25T10:00:00Z',
      /confirmed by the\.head, 2026-06-25T10:00:00\.000Z, too late$/,
    ],
  ])('I3: says whether a verbal one was confirmed within 24 hours: %s', async (_, at, expected) => {
    const db = await registered(changed(IDENTIFY, at === null ? {} : { confirmed: { by: 'the.head', at } }));
    expect(register(db, 'identifications')[0]?.urgent).toMatch(expected);
  });

  it.each([
    ['the first millisecond of June in Brussels', '2026-05-31T22:00:00.000Z', '2026-06', ['ID-1']],
    ['the millisecond before it', '2026-05-31T21:59:59.999Z', '2026-06', []],
    ['the millisecond before it, in May', '2026-05-31T21:59:59.999Z', '2026-05', ['ID-1']],
    ['the last millisecond of December', '2026-12-31T22:59:59.999Z', '2026-12', ['ID-1']],
    ['the first of January', '2026-12-31T23:00:00.000Z', '2026-12', []],
  ])('gives a list for a month: decided at %s', async (_, decided, month, expected) => {
    const at = {
      decided,
      ends: '2027-01-15',
      urgent: undefined,
      approvals: [{ by: 'the.head', at: decided }],
    };
    const ends = { ends: new Date(ms(decided) + 86_400_000).toISOString() };
    const db = await registered(changed(IDENTIFY, { ...at, ...ends }));
    const rows = register(db, 'identifications', '2027-02-01', month);
    expect(rows.map(({ reference }) => reference)).toEqual(expected);
  });
});
