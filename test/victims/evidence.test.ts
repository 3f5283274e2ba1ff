// Evidence in the database: whatever comes, goes or is withheld, it says what computing everything anew would say.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { ContactTable } from '../../src/store/contacts.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { decideDispute, openDispute } from '../../src/store/disputes.ts';
import { daysReader, iterateEvidence } from '../../src/store/evidence.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { iterateMatches, type NewMatch } from '../../src/store/matches.ts';
import { placeSequester, releaseSequester } from '../../src/store/sequesters.ts';
import { ContactDay } from '../../src/victims/contact-day.ts';
import { refreshEvidence } from '../../src/victims/refresh.ts';
import { iterateVictims, type Victim } from '../../src/victims/victims.ts';
import { ENTRY, fileOf, HEADER } from '../authority/fixture.ts';
import {
  DAY_MS,
  job,
  keep,
  match,
  request,
  row,
  START_MS,
  temporaryDatabase,
  writer,
} from '../store/fixture.ts';
import { nobody } from './fixture.ts';

const HOUR_MS = 3_600_000;
const BASES = ['lce-126-1', 'lce-122'];
const OPERATORS = ['example-isp', 'other-isp'];

function store(
  db: Database,
  matches: readonly Partial<NewMatch>[],
  operator = 'example-isp',
  retentionBasis = 'lce-126-1',
) {
  const counted = row({ records: matches.length, matched: matches.length });
  writer(db).commit(
    request(job(db, { operator, retentionBasis, fingerprint: `${operator} ${retentionBasis}` }), {
      matches: matches.map((change) => match(counted, change)),
      ledger: [counted],
    }),
  );
}

function contents(db: Database) {
  return [...iterateVictims(db, { sequestered: true }, nobody())]
    .map(({ computedAtMs: _, ...victim }) => victim)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ victim, indicator, operator, retentionBasis }: Omit<Victim, 'computedAtMs'>): string {
  return [victim, indicator, operator, retentionBasis].join(' ');
}

const stale = (db: Database) => new ContactTable(db).countStale();

describe('evidence', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('store' as const),
      victim: fc.constantFrom('198.51.100.7', '198.51.100.8', '2001:db8::7'),
      indicatorId: fc.constantFrom('indicator--1', 'indicator--2'),
      source: fc.constantFrom(0, 1, 2, 3),
      at: fc.integer({ min: 0, max: 3 * DAY_MS }),
      port: fc.integer({ min: 1, max: 40 }),
      count: fc.integer({ min: 1, max: 30 }),
    }),
    fc.record({ kind: fc.constant('delete' as const), share: fc.integer({ min: 2, max: 5 }) }),
    fc.record({ kind: fc.constant('refresh' as const) }),
  );

  test.prop([fc.array(step, { maxLength: 12 })], { seed: 20_261_121, numRuns: 25 })(
    'kept up to date says the same as computed from nothing',
    (steps) => {
      const db = keep(openDatabase(':memory:'));
      for (const does of steps) {
        if (does.kind === 'refresh') refreshEvidence(db);
        else if (does.kind === 'delete')
          db.prepare('DELETE FROM matches WHERE startMs % ? = 0').run(does.share);
        else {
          const { victim, indicatorId, at, port, count, source } = does;
          const found = Array.from({ length: count }, (_, n) => ({
            victim,
            indicatorId,
            startMs: START_MS + at + n * 60_000,
            endMs: START_MS + at + n * 60_000 + 500,
            victimPort: port + n,
            direction: n % 3 === 0 ? ('from-c2' as const) : ('to-c2' as const),
          }));
          store(db, found, OPERATORS[source % 2], BASES[source >> 1]);
        }
      }
      refreshEvidence(db);
      const kept = contents(db);
      db.exec('DELETE FROM evidenceDetails');
      expect(contents(db)).toEqual(kept);
      db.exec(`DELETE FROM contactDays; DELETE FROM evidence;
        INSERT INTO staleContacts SELECT DISTINCT victim, indicator, startMs / 86400000, 0 FROM matches`);
      refreshEvidence(db);
      expect(kept).toEqual(contents(db));
      expect(stale(db)).toBe(0);
    },
  );

  it.each([
    ['alone', 1],
    ['beside more others than are read at once', 1_500],
  ])('read %s says what its matches say one by one', (_, others) => {
    const db = temporaryDatabase();
    const flows = (victim: string, count: number, step: number) =>
      Array.from({ length: count }, (_, n) => ({
        victim,
        startMs: START_MS + n * step,
        endMs: START_MS + n * step + (n % 5) * 1_000,
        victimPort: 1_024 + (n % 7),
        bytes: n % 4 === 0 ? null : 100 + (n % 3),
        direction: n % 3 === 0 ? ('from-c2' as const) : ('to-c2' as const),
      }));
    store(db, flows('198.51.100.9', others, 1_000));
    refreshEvidence(db);
    store(db, flows('198.51.100.7', 12, 900_000), 'other-isp');
    store(db, flows('198.51.100.8', 9, 60_000));
    refreshEvidence(db);
    const daysOf = daysReader(db);
    for (const stored of iterateEvidence(db)) {
      const naive = new Map<number, ContactDay>();
      for (const found of iterateMatches(db, { operator: stored.operator })) {
        if (found.victim !== stored.victim) continue;
        const day = Math.floor(found.startMs / DAY_MS);
        const contactDay = naive.get(day) ?? new ContactDay(day);
        contactDay.add(found);
        naive.set(day, contactDay);
      }
      expect([...naive.values()].map((day) => day.toRow())).toEqual(daysOf(stored));
    }
    expect(contents(db)).toHaveLength(3);
  });

  it('is of one victim, indicator, operator and legal basis', () => {
    const db = temporaryDatabase();
    for (const operator of OPERATORS)
      for (const [at, basis] of BASES.entries()) store(db, [{ startMs: START_MS + at }], operator, basis);
    store(db, [{ indicatorId: 'indicator--2' }, { victim: '198.51.100.8' }]);
    refreshEvidence(db);
    expect(contents(db)).toHaveLength(6);
  });

  it('adds up what went each way', () => {
    const db = temporaryDatabase();
    store(db, [
      { bytes: 100, packets: 1, tcpFlags: 2, victimPort: 1 },
      { bytes: 200, packets: null, tcpFlags: 16, startMs: START_MS + HOUR_MS, endMs: START_MS + 3 * HOUR_MS },
      {
        direction: 'from-c2',
        bytes: null,
        packets: 5,
        tcpFlags: null,
        sampling: 1_000,
        timeSource: 'uptime',
      },
      {
        startMs: START_MS + DAY_MS,
        endMs: START_MS + DAY_MS,
        sampling: null,
        protocol: 17,
        c2Port: 53,
        c2: '203.0.113.8',
      },
    ]);
    refreshEvidence(db);
    expect(contents(db)).toMatchObject([
      {
        victim: '198.51.100.7',
        flows: 4,
        toC2: { flows: 3, bytes: 1_500, packets: 10, tcpFlags: 2 | 16 | 27 },
        fromC2: { flows: 1, bytes: null, packets: 5, tcpFlags: null },
        firstMs: START_MS,
        lastMs: START_MS + DAY_MS,
        hours: 4,
        days: 2,
        protocols: [6, 17],
        c2s: { listed: ['203.0.113.7', '203.0.113.8'], count: 2, isAtLeast: false },
        victimPorts: { listed: [1, 51_000], count: 2 },
        c2Ports: { listed: [443, 53], count: 2 },
        exporters: { listed: ['192.0.2.1'], count: 1 },
        sampling: { min: 1, max: 1_000 },
        timeSources: ['absolute', 'uptime'],
      },
    ]);
  });

  it('of very many ports lists a few, and counts those of a day exactly', () => {
    const db = temporaryDatabase();
    store(
      db,
      Array.from({ length: 5_000 }, (_, n) => ({
        victimPort: 1_024 + n,
        startMs: START_MS + n,
        endMs: START_MS + n,
      })),
    );
    refreshEvidence(db);
    const [{ victimPorts }] = contents(db) as [ReturnType<typeof contents>[number]];
    expect([victimPorts.listed.length, victimPorts.count, victimPorts.isAtLeast]).toEqual([16, 5_000, false]);
    store(db, [{ victimPort: 1, startMs: START_MS + DAY_MS, endMs: START_MS + DAY_MS }]);
    refreshEvidence(db);
    expect(contents(db)[0]?.victimPorts).toMatchObject({ count: 5_000, isAtLeast: true });
  });

  it('a day of more matches than are read at once is read whole, and each once', () => {
    const db = temporaryDatabase();
    store(
      db,
      Array.from({ length: 5_001 }, (_, n) => ({ startMs: START_MS + n, endMs: START_MS + n, bytes: 1 })),
    );
    refreshEvidence(db);
    expect(contents(db)).toMatchObject([{ flows: 5_001, toC2: { bytes: 5_001 } }]);
  });

  it('matches that name no victim are evidence of nobody', () => {
    const db = temporaryDatabase();
    store(db, [{ victim: null }]);
    expect(stale(db)).toBe(0);
  });

  it('a repeated replay makes nothing stale', () => {
    const db = temporaryDatabase();
    store(db, [{}]);
    refreshEvidence(db);
    store(db, [{}]);
    expect(stale(db)).toBe(0);
  });

  it('goes with the last match, in the same transaction (L19)', () => {
    const db = temporaryDatabase();
    store(db, [{}, { victim: '198.51.100.8' }, { victim: '198.51.100.8', startMs: START_MS + 5 }]);
    refreshEvidence(db);
    store(db, [{ startMs: START_MS + DAY_MS, endMs: START_MS + DAY_MS }]);
    db.exec("DELETE FROM matches WHERE victim = '198.51.100.7'");
    for (const table of ['evidence', 'staleContacts'])
      expect(db.prepare(`SELECT count(*) FROM ${table} WHERE victim = '198.51.100.7'`).pluck().get()).toBe(0);
    expect(db.prepare('SELECT count(*) FROM contactDays').pluck().get()).toBe(1);
    expect(contents(db)).toMatchObject([{ victim: '198.51.100.8', flows: 2 }]);
  });

  it('of a day goes with its last match, and is said of the days that are left (L19)', () => {
    const db = temporaryDatabase();
    const later = START_MS + DAY_MS;
    store(db, [{ victimPort: 1 }, { victimPort: 2, startMs: later, endMs: later }]);
    refreshEvidence(db);
    db.prepare('DELETE FROM matches WHERE startMs = ?').run(later);
    expect(contents(db)).toMatchObject([{ days: 1, flows: 1, victimPorts: { listed: [1] } }]);
  });

  it('of a basis, an authorisation or an indicator that is sequestered is not listed until it is released (L20, I8)', () => {
    const db = temporaryDatabase();
    store(db, [{}], 'example-isp', 'lce-126-1');
    store(db, [{ indicatorId: 'indicator--2', authorisation: '003/2026' }], 'example-isp', 'lce-122');
    refreshEvidence(db);
    const change = { by: 'a.head', role: 'analyst', at: START_MS, reason: 'a ruling', cause: 'person' };
    const shown = () => [...iterateEvidence(db)].map(({ indicator }) => indicator);
    for (const criterion of [
      { kind: 'basis', value: 'lce-126-1' },
      { kind: 'authorisation', value: '002/2026' },
      { kind: 'indicator', value: 'indicator--1' },
    ] as const) {
      db.transaction(() => placeSequester(db, criterion, change))();
      expect([criterion.kind, shown()]).toEqual([criterion.kind, ['indicator--2']]);
      expect([...iterateEvidence(db, { sequestered: true })]).toHaveLength(2);
      db.transaction(() => releaseSequester(db, criterion, change))();
      expect(shown()).toHaveLength(2);
    }
  });

  it('leaves out matches that only an auditor may read, until they are released (I7)', () => {
    const db = temporaryDatabase();
    store(db, [{}, { startMs: START_MS + 1 }, { victim: '198.51.100.8' }]);
    refreshEvidence(db);
    const change = { by: 'a.head', role: 'analyst', at: START_MS, reason: 'a lawyer', cause: 'person' };
    const criterion = { kind: 'protected', value: 'entity:1' } as unknown as Parameters<
      typeof placeSequester
    >[1];
    const number = db.transaction(() => placeSequester(db, criterion, change))();
    db.prepare("INSERT INTO sequesteredMatches SELECT id, ? FROM matches WHERE victim = '198.51.100.7'").run(
      number,
    );
    refreshEvidence(db);
    expect(contents(db).map(({ victim }) => victim)).toEqual(['198.51.100.8']);
    db.transaction(() => releaseSequester(db, criterion, change))();
    refreshEvidence(db);
    expect(contents(db)).toMatchObject([{ victim: '198.51.100.7', flows: 2 }, { flows: 1 }]);
  });

  it('leaves out what a dispute has shown to be wrong, and marks what one doubts (L11)', async () => {
    const db = temporaryDatabase();
    const at = Date.UTC(2026, 6, 2);
    await importAuthorisation(db, JSON.stringify(fileOf(HEADER, [ENTRY])), { by: 'a.head', at: at - 1 });
    const { id } = findIndicator(db, '203.0.113.7');
    const later = START_MS + DAY_MS;
    store(db, [{ indicatorId: id }, { indicatorId: id, startMs: later, endMs: later + 1_000 }]);
    store(db, [{ indicatorId: id, victim: '198.51.100.8', startMs: later, endMs: later + 1_000 }]);
    refreshEvidence(db);
    const asked = {
      indicator: id,
      operator: 'example-isp',
      ground: 'leased since',
      suspends: false,
      wrongSinceMs: later,
    };
    const { id: dispute } = openDispute(db, asked, { by: 'c.engineer', role: 'operator', at });
    expect(contents(db).map(({ disputed, flows }) => [disputed, flows])).toEqual([
      ['open', 2],
      ['open', 1],
    ]);
    for (const by of ['a.analyst', 'b.analyst'])
      decideDispute(db, dispute, { outcome: 'upheld', reason: 'genuine' }, { by, role: 'analyst', at });
    refreshEvidence(db);
    expect(contents(db)).toMatchObject([{ victim: '198.51.100.7', flows: 1, lastMs: START_MS + 1_000 }]);
    expect(contents(db)[0]).not.toHaveProperty('disputed');
  });

  it('whoever loses its claim stores nothing, and what became stale meanwhile stays so', () => {
    const db = temporaryDatabase();
    store(db, [{}]);
    const contacts = new ContactTable(db);
    const contact = contacts.claim(1, null);
    if (!contact) throw new Error('nothing is stale');
    contacts.claim(2, null);
    contacts.store(1, [{ contact, deliveries: [] }], 0);
    expect(stale(db)).toBe(1);
    store(db, [{ startMs: START_MS + 1 }]);
    contacts.store(2, [{ contact, deliveries: [] }], 0);
    expect(stale(db)).toBe(1);
    refreshEvidence(db);
    expect(contents(db)).toMatchObject([{ flows: 2 }]);
  });
});
