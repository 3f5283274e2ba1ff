// L12: the difference of two lists, against a naive one, and what came and went in between.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { changesReport } from '../../src/authority/documents/changes.ts';
import type { Database } from '../../src/store/database.ts';
import { iterateIndicators } from '../../src/store/indicator-records.ts';
import {
  addressesIn,
  asJson,
  changed,
  database,
  ENTRY,
  type Fields,
  type JsonDocument,
  knownAt,
  ms,
  REFERENCE,
  rowsOf,
  TAKEN_IN,
  take,
} from './fixture.ts';

const LATER = '2026-07-01T00:00:00Z';
const NOW = '2026-08-01T00:00:00Z';

function changes(
  db: Database,
  since: number,
  until: string | number = NOW,
  from = REFERENCE,
  to = REFERENCE,
): JsonDocument {
  return asJson(changesReport(knownAt(db, until), { reference: to, base: { reference: from, atMs: since } }));
}

const entry = (changes: Fields = {}): Fields => changed(ENTRY, changes);
const OTHER = entry({ address: '198.51.100.1' });

describe('L12: added, adapted, withdrawn', () => {
  it('tells nothing where nothing changed', async () => {
    const db = database();
    await take(db, [entry()]);
    const report = changes(db, ms(TAKEN_IN));
    expect(report.facts).toMatchObject({ listedBefore: 1, listedNow: 1, added: 0, adapted: 0, withdrawn: 0 });
  });

  it.each([
    ['the millisecond before it was recorded', -1, ['198.51.100.1']],
    ['from when it was recorded', 0, []],
  ])('counts what is recorded after: %s', async (_, difference, expected) => {
    const db = database();
    await take(db, [entry()]);
    await take(db, [entry(), OTHER], LATER, {}, 'b.analyst');
    const added = rowsOf(changes(db, ms(LATER) + difference), 'added');
    expect(addressesIn(added)).toEqual(expected);
    for (const row of added) expect(row).toMatchObject({ by: 'b.analyst', recordedAtMs: ms(LATER) });
  });

  it.each([
    ['the millisecond before it was recorded', -1, []],
    ['from when it was recorded', 0, ['198.51.100.1']],
  ])('as known at: %s', async (_, difference, expected) => {
    const db = database();
    await take(db, [entry()]);
    await take(db, [entry(), OTHER], LATER);
    expect(addressesIn(rowsOf(changes(db, ms(TAKEN_IN), ms(LATER) + difference), 'added'))).toEqual(expected);
  });

  it('tells each field that says something else, before and now', async () => {
    const db = database();
    await take(db, [entry({ country: 'NL', 'threat.actor': 'a group' })]);
    await take(
      db,
      [entry({ country: 'DE', 'threat.actor': 'a | group', traffic_until: '2026-07-10' })],
      LATER,
    );
    expect(rowsOf(changes(db, ms(TAKEN_IN)), 'adapted')).toMatchObject([
      { field: 'trafficUntilMs', before: null, after: '2026-07-10T00:00:00.000Z' },
      { field: 'country', before: 'NL', after: 'DE', by: 'a.analyst', recordedAtMs: ms(LATER) },
      { field: 'threat', after: expect.stringContaining('a | group') },
    ]);
  });

  it('tells what was listed for a time only, or otherwise for a time', async () => {
    const db = database();
    await take(db, [entry()]);
    await take(db, [entry({ country: 'DE' }), OTHER], LATER);
    await take(db, [entry()], '2026-07-02T00:00:00Z');
    const report = changes(db, ms(TAKEN_IN));
    expect(report.facts).toMatchObject({ added: 0, adapted: 0, withdrawn: 0 });
    expect(addressesIn(rowsOf(report, 'between')).sort()).toEqual(['198.51.100.1', '203.0.113.7']);
  });
});

describe('L12: since an earlier authorisation', () => {
  it('compares the lists by address, protocol and port, since ids are each authorisation’s own', async () => {
    const db = database();
    const earlier = { reference: '001/2026', file: 'AUT-1', decided: '2026-01-01' };
    await take(db, [entry(), OTHER, entry({ address: '192.0.2.1' })], TAKEN_IN, earlier);
    await take(db, [entry(), entry({ address: '192.0.2.1', country: 'FR' }), entry({ port: 8443 })], LATER, {
      renews: '001/2026',
    });
    const report = changes(db, ms(TAKEN_IN), NOW, '001/2026');
    expect(report.facts).toMatchObject({ listedBefore: 3, listedNow: 3, added: 1, adapted: 1, withdrawn: 1 });
    expect(rowsOf(report, 'added')).toMatchObject([{ address: '203.0.113.7', port: 8443 }]);
    expect(rowsOf(report, 'adapted')).toMatchObject([
      { address: '192.0.2.1', field: 'country', after: 'FR' },
    ]);
    expect(rowsOf(report, 'withdrawn')).toMatchObject([
      { address: '198.51.100.1', by: null, reason: '002/2026 does not list it' },
    ]);
    expect(rowsOf(report, 'between')).toEqual([]);
  });
});

const version = fc.record({
  country: fc.constantFrom('NL', 'DE'),
  until: fc.constantFrom(null, '2027-01-01'),
});
/** A list: which of four addresses, each in one of four forms. */
const list = fc.dictionary(fc.constantFrom('1', '2', '3', '4'), version, { noNullPrototype: true });

function listedAt(db: Database, atMs: number): Map<string, string> {
  const listed = [...iterateIndicators(db, REFERENCE, atMs)].filter(
    ({ record }) => record.withdrawnMs === null,
  );
  return new Map(listed.map(({ indicator }) => [indicator.id, JSON.stringify(indicator)]));
}

describe('L12: against the naive difference of the lists as known at two instants', () => {
  test.prop([fc.array(list, { minLength: 1, maxLength: 6 }), fc.nat(), fc.nat()], { seed: 45, numRuns: 60 })(
    'added, adapted and withdrawn are the same',
    async (lists, a, b) => {
      const db = database();
      const at = (number: number) => ms(TAKEN_IN) + number * 1000;
      for (const [number, one] of lists.entries()) {
        const entries = Object.entries(one).map(([last, { country, until }]) =>
          entry({ address: `203.0.113.${last}`, country, traffic_until: until ?? undefined }),
        );
        await take(db, entries, at(number));
      }
      const [since, until] = [a % lists.length, b % lists.length].sort() as [number, number];
      const report = changes(db, at(since), at(until) + 500);
      const [before, now] = [listedAt(db, at(since)), listedAt(db, at(until) + 500)];
      const ids = (id: string) => [...new Set(rowsOf(report, id).map(({ indicator }) => indicator))].sort();
      expect(ids('added')).toEqual([...now.keys()].filter((id) => !before.has(id)).sort());
      expect(ids('withdrawn')).toEqual([...before.keys()].filter((id) => !now.has(id)).sort());
      const adapted = [...now].filter(([id, body]) => before.has(id) && before.get(id) !== body);
      expect(ids('adapted')).toEqual(adapted.map(([id]) => id).sort());
      expect(report.facts).toMatchObject({ listedBefore: before.size, listedNow: now.size });
      db.close();
    },
  );
});
