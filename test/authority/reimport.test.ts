// A file taken in again over what has happened since: what stays, what is refused, what is told.
import { describe, expect, it } from 'vitest';
import { importAuthorisation, loadRecords } from '../../src/store/authorisations.ts';
import type { Database } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { temporaryDatabase } from '../store/fixture.ts';
import { changed, ENTRY, type Fields, fileOf, HEADER, verification } from './fixture.ts';

const OTHER = changed(ENTRY, { address: '198.51.100.1' });
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 5, 26);

function authority() {
  const db = temporaryDatabase();
  let clock = START;
  return {
    db,
    take(entries: readonly unknown[], header: Fields = HEADER) {
      clock += DAY_MS;
      return importAuthorisation(db, JSON.stringify(fileOf(header, entries)), { by: 'a.analyst', at: clock });
    },
    revoke(address: string, reason: string) {
      clock += DAY_MS;
      recordStep(
        db,
        findIndicator(db, address).id,
        { kind: 'revoke', reason },
        { by: 'b.analyst', role: 'analyst', at: clock },
      );
      return new Date(clock).toISOString();
    },
  };
}

function versions(db: Database) {
  return loadRecords(db).indicators.map(({ version, withdrawnMs }) => [version, withdrawnMs === null]);
}

describe('L10: an entry whose indicator was revoked', () => {
  it('is refused, and the indicator stays as it was', async () => {
    const { db, take, revoke } = authority();
    await take([ENTRY, OTHER]);
    const when = revoke('203.0.113.7', 'sinkholed');
    const report = await take([changed(ENTRY, { country: 'DE' }), OTHER]);
    expect(report).toMatchObject({ changed: false, refused: 1 });
    expect(report.refusals).toMatchObject([
      {
        entry: 0,
        address: '203.0.113.7',
        field: 'id',
        rule: 'L10',
        value: expect.stringMatching(/^"indicator--/),
      },
    ]);
    expect(report.refusals[0]?.message).toBe(
      `was revoked on ${when} by b.analyst, and stays so; coming back is a new indicator: give it a new id`,
    );
    expect(versions(db)).toEqual([
      [1, true],
      [1, true],
    ]);
  });

  it('is refused also when the file is the same as before the revocation', async () => {
    const { take, revoke } = authority();
    expect(await take([ENTRY])).toMatchObject({ refused: 0 });
    revoke('203.0.113.7', 'sinkholed');
    for (let again = 0; again < 2; again++) {
      expect(await take([ENTRY])).toMatchObject({ changed: false, refused: 1, refusals: [{ rule: 'L10' }] });
    }
  });

  it('is taken with a new id', async () => {
    const { db, take, revoke } = authority();
    await take([ENTRY]);
    revoke('203.0.113.7', 'sinkholed');
    const id = 'indicator--00000000-0000-4000-8000-000000000001';
    expect(await take([changed(ENTRY, { id })])).toMatchObject({
      refused: 0,
      indicators: { added: 1, withdrawn: 1 },
    });
    expect(findIndicator(db, '203.0.113.7').id).toBe(id);
  });
});

describe('L21: a prefix that is wider than the regime allows', () => {
  const override = (by: string) => ({
    by,
    at: '2026-06-20',
    reason: 'the whole range was leased to the actor',
  });

  it.each([
    ['203.0.112.0/23', [], 'address'],
    ['203.0.112.0/23', [override('a.head')], 'overrides'],
    ['203.0.112.0/23', [override('a.head'), override('A. HEAD'.replace('. ', '.'))], 'overrides'],
    ['2001:db8::/47', [override('a.head')], 'overrides'],
    ['203.0.112.0/23', [override('a.head'), override('b.head')], null],
    ['2001:db8::/47', [override('a.head'), override('b.head')], null],
    ['203.0.113.0/24', [], null],
    ['2001:db8::/48', [], null],
  ])('%s with overrides %j is refused for %s', async (address, overrides, field) => {
    const { take } = authority();
    const report = await take([changed(ENTRY, { address, overrides })]);
    expect(report.refusals.map((refusal) => [refusal.rule, refusal.field])).toEqual(
      field === null ? [] : [['L21', field]],
    );
    expect(report.indicators.added).toBe(field === null ? 1 : 0);
  });

  it('needs a reason of each', async () => {
    const { take } = authority();
    const overrides = [override('a.head'), { by: 'b.head', at: '2026-06-20' }];
    const report = await take([changed(ENTRY, { address: '203.0.112.0/23', overrides })]);
    expect(report.refusals[0]).toMatchObject({ rule: 'L21', field: 'overrides[1].reason' });
  });
});

describe('I2: a renewal', () => {
  const renewal = changed(HEADER, { reference: '003/2026', renews: '002/2026' });

  it('refers to an authorisation that is known, or the file is refused', async () => {
    const { take } = authority();
    await expect(take([ENTRY], renewal)).rejects.toMatchObject({
      code: 'AUTHORISATION_UNREADABLE',
      message: expect.stringMatching(/authorisation\.renews: "002\/2026": .*\(rule I2\)/),
    });
    await take([ENTRY]);
    expect(await take([ENTRY], renewal)).toMatchObject({ changed: true, version: 1 });
  });

  it('is not of itself', async () => {
    const { take } = authority();
    await take([ENTRY]);
    await expect(take([ENTRY], changed(HEADER, { renews: '002/2026' }))).rejects.toThrow(
      'cannot renew itself',
    );
  });
});

describe('what a changed file changes', () => {
  it('is told field by field, and the event names the fields', async () => {
    const { db, take } = authority();
    await take([ENTRY, OTHER]);
    const report = await take(
      [
        changed(ENTRY, {
          country: 'DE',
          'threat.name': 'ExampleRAT 2',
          first_seen: '2026-03-03',
          verifications: [verification('2026-06-25'), verification('2026-06-29')],
        }),
      ],
      changed(HEADER, { ends: '2027-06-24' }),
    );
    expect(report.head).toEqual([
      { field: 'ends', before: '2027-06-25T00:00:00.000Z', after: '2027-06-24T00:00:00.000Z' },
    ]);
    expect(report.changes).toMatchObject([
      {
        address: '203.0.113.7',
        change: 'changed',
        fields: [
          { field: 'first_seen', before: '2026-03-02T10:00:00.000Z', after: '2026-03-03T00:00:00.000Z' },
          { field: 'country', before: '"NL"', after: '"DE"' },
          { field: 'threat.name', before: '"ExampleRAT"', after: '"ExampleRAT 2"' },
          {
            field: 'verifications',
            before: '',
            after: 'a.analyst 2026-06-29T00:00:00.000Z protocol handshake active',
          },
        ],
      },
      { address: '198.51.100.1', change: 'withdrawn', fields: [] },
    ]);
    const events = [...readEvents(db)].slice(-3);
    expect(events.map(({ action, detail }) => [action, detail.changes])).toEqual([
      ['indicator.adapt', ['firstSeenMs', 'country', 'threat', 'verifications']],
      ['indicator.withdraw', undefined],
      ['authorisation.import', ['endsMs']],
    ]);
  });
});
