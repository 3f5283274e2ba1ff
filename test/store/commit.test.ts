import { describe, expect, it } from 'vitest';
import { FlowSieveError } from '../../src/core/errors.ts';
import { openDatabase } from '../../src/store/database.ts';
import { openSource } from '../../src/store/jobs.ts';
import { iterateLedger, ledgerTotals } from '../../src/store/ledger.ts';
import { countMatches, iterateMatches } from '../../src/store/matches.ts';
import {
  DAY_MS,
  EVALUATED_MS,
  job,
  keep,
  match,
  matches,
  request,
  row,
  START_MS,
  temporaryDatabase,
  writer,
} from './fixture.ts';

describe('a commit', () => {
  it('keeps a match with every field of the contract', () => {
    const db = temporaryDatabase();
    const counted = row({ matched: 1 });
    const outcome = writer(db, { retentionDays: 30 }).commit(
      request(job(db), { matches: [match(counted)], ledger: [counted] }),
    );
    expect(outcome).toEqual({ added: 1, droppedMatches: 0, droppedRecords: 0 });
    expect([...iterateMatches(db)]).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        indicator: 'indicator--1',
        authorisation: '002/2026',
        operator: 'example-isp',
        exporter: '192.0.2.1',
        victim: '198.51.100.7',
        victimPort: 51_000,
        c2: '203.0.113.7',
        c2Port: 443,
        protocol: 6,
        direction: 'to-c2',
        startMs: START_MS,
        endMs: START_MS + 1_000,
        bytes: 1_200,
        packets: 9,
        tcpFlags: 27,
        sampling: 1,
        timeSource: 'absolute',
        evaluatedAtMs: EVALUATED_MS,
        deleteAfterMs: EVALUATED_MS + 30 * DAY_MS,
        source: 'exports/nfcapd.202606301200',
        retentionBasis: 'lce-126-1',
      },
    ]);
  });

  it('keeps a match of which little is known', () => {
    const db = temporaryDatabase();
    const counted = row({ matched: 1 }, { exporter: null });
    const unknown = {
      victim: null,
      victimPort: null,
      c2Port: null,
      protocol: null,
      bytes: null,
      packets: null,
      tcpFlags: null,
      sampling: null,
    };
    writer(db).commit(request(job(db), { matches: [match(counted, unknown)], ledger: [counted] }));
    expect([...iterateMatches(db)][0]).toMatchObject({ ...unknown, exporter: null });
  });

  it('keeps counters as large as a peer can send', () => {
    const db = temporaryDatabase();
    const counted = row({ matched: 1 });
    const large = match(counted, { bytes: 2 ** 64, packets: Number.MAX_SAFE_INTEGER });
    writer(db).commit(request(job(db), { matches: [large], ledger: [counted] }));
    expect([...iterateMatches(db)][0]).toMatchObject({ bytes: 2 ** 64, packets: Number.MAX_SAFE_INTEGER });
  });

  it('adds up ledger rows of the same interval, and keeps others apart', () => {
    const db = temporaryDatabase();
    const store = writer(db);
    const replay = job(db);
    const later = { fromMs: START_MS + 60_000, toMs: START_MS + 120_000 };
    store.commit(request(replay, { ledger: [row({ records: 5, undecodable: 1 })] }));
    store.commit(
      request(replay, { ledger: [row({ records: 7, sequenceLost: 3 }), row({ records: 1 }, later)] }),
    );
    expect(
      [...iterateLedger(db)].map(({ fromMs, records, undecodable, sequenceLost }) => [
        fromMs,
        records,
        undecodable,
        sequenceLost,
      ]),
    ).toEqual([
      [START_MS, 12, 1, 3],
      [START_MS + 60_000, 1, 0, 0],
    ]);
  });

  it('refuses a ledger row whose records are not all accounted for, and keeps nothing of the commit', () => {
    const db = temporaryDatabase();
    const lost = row({ records: 10, matched: 1, noHit: 8 });
    expect(() => writer(db).commit(request(job(db), { matches: [match(lost)], ledger: [lost] }))).toThrow(
      /1 records of 10 .*neither matched nor discarded/,
    );
    expect(countMatches(db)).toBe(0);
    expect([...iterateLedger(db)]).toEqual([]);
  });

  it('goes on after one that failed', () => {
    const db = temporaryDatabase();
    const store = writer(db);
    const replay = job(db);
    const counted = row({ matched: 1 });
    expect(() =>
      store.commit(request(replay, { matches: [match(counted)], ledger: [row({ records: 1, noHit: 0 })] })),
    ).toThrow();
    store.commit(request(replay, { matches: [match(counted)], ledger: [counted] }));
    expect(countMatches(db)).toBe(1);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  it('of a replay without a checkpoint is refused', () => {
    const db = temporaryDatabase();
    expect(() => writer(db).commit(request(job(db), { checkpoint: null }))).toThrow(/needs a checkpoint/);
  });

  it('of standard input needs none', () => {
    const db = temporaryDatabase();
    const stdin = openSource(db, 'stream', {
      name: '<stdin>',
      operator: 'example-isp',
      retentionBasis: 'lce-126-1',
    });
    const counted = row({ matched: 1 });
    writer(db).commit(request(stdin, { matches: [match(counted)], ledger: [counted], checkpoint: null }));
    expect([...iterateMatches(db)][0]?.source).toBe('<stdin>');
    expect(ledgerTotals(db, stdin.id).records).toBe(10);
  });
});

describe('retention (L19)', () => {
  it.each([0, 366, Number.NaN, -1])('of %s days is refused', (retentionDays) => {
    expect(() => writer(temporaryDatabase(), { retentionDays })).toThrow(FlowSieveError);
  });

  it('can be shortened afterwards, not extended', () => {
    const db = temporaryDatabase();
    const counted = row({ matched: 1 });
    writer(db, { retentionDays: 30 }).commit(
      request(job(db), { matches: [match(counted)], ledger: [counted] }),
    );
    db.exec('UPDATE matches SET deleteAfterMs = deleteAfterMs - 1');
    expect(() => db.exec('UPDATE matches SET deleteAfterMs = deleteAfterMs + 1')).toThrow(/L19/);
    expect(() => db.exec('UPDATE matches SET evaluatedAtMs = evaluatedAtMs + 1')).toThrow(/L19/);
  });
});

describe('a review of the list at the commit (L10)', () => {
  const revoked = 'indicator--1';

  it('is told by what the matches were judged, inside the transaction', () => {
    const db = temporaryDatabase();
    let told: unknown;
    let inTransaction = false;
    const review = (judged: unknown) => {
      told = judged;
      inTransaction = db.inTransaction;
      return null;
    };
    writer(db, { review }).commit(request(job(db), { generation: 7 }));
    expect(told).toMatchObject({ generation: 7, evaluatedAtMs: EVALUATED_MS });
    expect(inTransaction).toBe(true);
  });

  it('drops what is not in force any more, and counts it as such', () => {
    const db = temporaryDatabase();
    const counted = row({ records: 10, matched: 3, matches: 3 });
    const found = [
      match(counted),
      match(counted, { indicatorId: 'indicator--2', startMs: START_MS + 1 }),
      match(counted, { startMs: START_MS + 2 }),
    ];
    const store = writer(db, { review: () => (one) => one.indicatorId !== revoked });
    expect(store.commit(request(job(db), { matches: found, ledger: [counted] }))).toEqual({
      added: 1,
      droppedMatches: 2,
      droppedRecords: 2,
    });
    expect([...iterateMatches(db)].map(({ indicator }) => indicator)).toEqual(['indicator--2']);
    expect([...iterateLedger(db)][0]).toMatchObject({
      records: 10,
      matched: 1,
      matches: 1,
      discarded: { noHit: 7, notInForce: 2 },
    });
  });

  it('leaves a record matched that still meets another indicator', () => {
    const db = temporaryDatabase();
    const counted = row({ records: 4, matched: 2, matches: 4 });
    const found = [
      match(counted),
      match(counted, { indicatorId: 'indicator--2', sameRecord: true }),
      match(counted, { startMs: START_MS + 1 }),
      match(counted, { startMs: START_MS + 1, direction: 'from-c2', sameRecord: true }),
    ];
    const store = writer(db, { review: () => (one) => one.indicatorId !== revoked });
    expect(store.commit(request(job(db), { matches: found, ledger: [counted] }))).toEqual({
      added: 1,
      droppedMatches: 3,
      droppedRecords: 1,
    });
    expect([...iterateLedger(db)][0]).toMatchObject({ matched: 1, matches: 1, discarded: { notInForce: 1 } });
  });

  it('sees what another process has committed, and keeps it from committing until the end', () => {
    const db = temporaryDatabase();
    db.exec('CREATE TABLE revocations (indicator TEXT)');
    const other = keep(openDatabase(db.name));
    other.pragma('busy_timeout = 0');
    const counted = row({ matched: 1 });
    const store = writer(db, {
      review: () => {
        expect(() => other.exec("INSERT INTO revocations VALUES ('too late')")).toThrow(/locked/);
        const known = db.prepare('SELECT indicator FROM revocations').pluck().all();
        return (one) => !known.includes(one.indicatorId);
      },
    });
    const replay = job(db);
    other.prepare('INSERT INTO revocations VALUES (?)').run(revoked);
    expect(
      store.commit(request(replay, { matches: [match(counted)], ledger: [counted] })).droppedMatches,
    ).toBe(1);
    expect(countMatches(db)).toBe(0);
  });

  it('refuses a match whose ledger row is not committed with it', () => {
    const db = temporaryDatabase();
    const counted = row({ matched: 1 });
    const store = writer(db, { review: () => () => false });
    expect(() => store.commit(request(job(db), { matches: [match(counted)] }))).toThrow(/ledger row/);
  });
});

describe('a full disk', () => {
  it('is said, and keeps what was committed before', () => {
    const db = temporaryDatabase();
    const store = writer(db);
    const replay = job(db);
    const first = row({ records: 100, matched: 100 });
    store.commit(request(replay, { matches: matches(first, 100), ledger: [first] }));
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    const second = row({ records: 5_000, matched: 5_000 });
    const fill = () =>
      store.commit(
        request(replay, {
          matches: matches(second, 5_000, START_MS + 10_000),
          ledger: [second],
          checkpoint: { position: 200, done: true },
        }),
      );
    expect(fill).toThrow(
      expect.objectContaining({ code: 'DATABASE', message: expect.stringMatching(/disk is full/) }),
    );
    expect(countMatches(db)).toBe(100);
    expect(ledgerTotals(db, replay.id).records).toBe(100);
    expect(job(db).resume).toEqual({ position: 100 });

    db.pragma('max_page_count = 1000000');
    expect(fill().added).toBe(5_000);
    expect(ledgerTotals(db, replay.id)).toMatchObject({ records: 5_100, matched: 5_100 });
  });
});
