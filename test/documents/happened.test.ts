// L12: what happened since an instant, each with who, why and both times, on either side of the millisecond.
import { describe, expect, it } from 'vitest';
import { changesReport } from '../../src/authority/documents/changes.ts';
import { recordAuthorisationStep } from '../../src/store/authorisation-steps.ts';
import { recordBasisStep } from '../../src/store/basis-steps.ts';
import type { Database } from '../../src/store/database.ts';
import { openDispute } from '../../src/store/disputes.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { asJson, database, ENTRY, type JsonRow, knownAt, ms, REFERENCE, rowsOf, take } from './fixture.ts';

const RECORDED = ms('2026-06-28T10:00:00Z');
const TOOK_PLACE = ms('2026-06-28T08:00:00Z');
const change = { by: 'b.analyst', role: 'analyst', at: RECORDED };
const person = { by: 'b.analyst', reason: 'why', recordedAtMs: RECORDED };

function told(db: Database, id: string, sinceMs: number, untilMs: number): readonly JsonRow[] {
  const base = { reference: REFERENCE, atMs: sinceMs };
  return rowsOf(asJson(changesReport(knownAt(db, untilMs), { reference: REFERENCE, base })), id);
}

const indicator = (db: Database): string => findIndicator(db, '203.0.113.7').id;

const HAPPENED: [name: string, section: string, record: (db: Database) => unknown, row: JsonRow][] = [
  [
    'L10: suspended',
    'suspend',
    (db) => recordStep(db, indicator(db), { kind: 'suspend', reason: 'why', atMs: TOOK_PLACE }, change),
    { address: '203.0.113.7', cause: 'person', atMs: TOOK_PLACE, ...person },
  ],
  [
    'L10: revoked',
    'revoke',
    (db) =>
      recordStep(
        db,
        indicator(db),
        { kind: 'revoke', reason: 'why', atMs: TOOK_PLACE, trafficUntilMs: TOOK_PLACE },
        change,
      ),
    { address: '203.0.113.7', trafficUntilMs: TOOK_PLACE, atMs: TOOK_PLACE, ...person },
  ],
  [
    'L11: disputed',
    'disputes',
    (db) =>
      openDispute(
        db,
        {
          indicator: indicator(db),
          operator: 'example-isp',
          ground: 'why',
          suspends: false,
          atMs: TOOK_PLACE,
        },
        change,
      ),
    { dispute: 1, operator: 'example-isp', what: 'opened', state: 'open', atMs: TOOK_PLACE, ...person },
  ],
  [
    'I6: ended early',
    'authorisation',
    (db) => recordAuthorisationStep(db, REFERENCE, { kind: 'end', reason: 'why', atMs: TOOK_PLACE }, change),
    { reference: REFERENCE, what: 'end', atMs: TOOK_PLACE, ...person },
  ],
  [
    'L20: a basis suspended',
    'bases',
    (db) => recordBasisStep(db, 'lce-126-1', { kind: 'suspend', reason: 'why', atMs: TOOK_PLACE }, change),
    { basis: 'lce-126-1', what: 'suspend', atMs: TOOK_PLACE, ...person },
  ],
];

describe.each(HAPPENED)('%s', (_, section, record, row) => {
  it.each([
    ['since the millisecond before it was recorded', RECORDED - 1, RECORDED + 1, true],
    ['since it was recorded', RECORDED, RECORDED + 1, false],
    ['as known the millisecond before it was recorded', TOOK_PLACE - 1, RECORDED - 1, false],
    ['as known from when it was', TOOK_PLACE - 1, RECORDED, true],
  ])('%s', async (_name, since, until, isTold) => {
    const db = database();
    await take(db, [ENTRY]);
    record(db);
    const rows = told(db, section, since, until);
    if (isTold) expect(rows).toMatchObject([row]);
    else expect(rows).toEqual([]);
  });
});

describe('L9: suspended by itself', () => {
  const DUE = ms('2026-07-02T00:00:00Z');

  it.each([
    ['the millisecond before the verification is due', DUE - 1, []],
    ['from when it is due', DUE, [{ fromMs: DUE, untilMs: null }]],
  ])('%s', async (_, until, expected) => {
    const db = database();
    await take(db, [ENTRY]);
    expect(told(db, 'overdue', RECORDED, until)).toMatchObject(expected);
  });

  it('until it is verified again', async () => {
    const db = database();
    await take(db, [ENTRY]);
    const verified = DUE + 3_600_000;
    const step = { kind: 'verify', outcome: 'active', method: 'handshake' } as const;
    recordStep(db, indicator(db), step, { ...change, at: verified });
    expect(told(db, 'overdue', RECORDED, verified + 1)).toMatchObject([{ fromMs: DUE, untilMs: verified }]);
  });
});
