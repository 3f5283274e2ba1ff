import { describe, expect, it } from 'vitest';
import { DISCARD_REASONS } from '../../src/core/counters.ts';
import { iterateLedger } from '../../src/store/ledger.ts';
import { job, request, row, START_MS, temporaryDatabase, writer } from './fixture.ts';

const MINUTE_MS = 60_000;

function filled() {
  const db = temporaryDatabase();
  const store = writer(db);
  const minute = (n: number, exporter: string | null = '192.0.2.1', minutes = 1) =>
    row(
      { records: 10, matched: 1 },
      { exporter, fromMs: START_MS + n * MINUTE_MS, toMs: START_MS + (n + minutes) * MINUTE_MS },
    );
  store.commit(
    request(job(db), {
      ledger: [minute(0), minute(1), minute(61), minute(1, '192.0.2.2'), minute(1, null, 5)],
    }),
  );
  store.commit(request(job(db, { operator: 'other-isp' }), { ledger: [minute(0)] }));
  return db;
}

describe('the ledger', () => {
  it('gives a line of the contract per interval and exporter', () => {
    const db = temporaryDatabase();
    const counts = {
      records: 9,
      matched: 2,
      matches: 3,
      noHit: 3,
      otherPort: 3,
      notInForce: 1,
      kernelDropped: 4,
      slabDropped: 5,
    };
    writer(db).commit(request(job(db), { ledger: [row({ ...counts, early: 6, earlyDropped: 1 })] }));
    expect([...iterateLedger(db)]).toEqual([
      {
        fromMs: START_MS,
        toMs: START_MS + MINUTE_MS,
        operator: 'example-isp',
        exporter: '192.0.2.1',
        datagrams: 1,
        records: 9,
        matched: 2,
        matches: 3,
        unaccounted: 0,
        discarded: {
          noHit: 3,
          otherOperator: 0,
          otherBasis: 0,
          otherPort: 3,
          outsideTraffic: 0,
          notInForce: 1,
        },
        undecodable: 0,
        swappedTimes: 0,
        early: 6,
        earlyDropped: 1,
        kernelDropped: 4,
        slabDropped: 5,
        refused: 0,
        notTaken: 0,
        sequenceLost: 0,
        sequenceIndeterminate: 0,
        lastSeenMs: null,
        clockSkewMs: null,
        sampling: null,
      },
    ]);
  });

  it('keeps of what is observed the last, the farthest and the greatest, by row and added up', () => {
    const db = temporaryDatabase();
    const store = writer(db);
    const source = job(db);
    const observe = (
      minute: number,
      lastSeenMs: number | null,
      clockSkewMs: number | null,
      sampling: number | null,
    ) => {
      const interval = { fromMs: START_MS + minute * MINUTE_MS, toMs: START_MS + (minute + 1) * MINUTE_MS };
      const observed = { lastSeenMs, clockSkewMs, sampling };
      store.commit(request(source, { ledger: [row({}, { ...interval, observed })] }));
    };
    observe(0, null, null, null);
    observe(0, 20, -300, 1000);
    observe(0, 10, 200, 100);
    observe(0, null, null, null);
    observe(1, 30, 250, null);
    const seen = (intervalMs: number) =>
      [...iterateLedger(db, { intervalMs })].map((line) => [
        line.lastSeenMs,
        line.clockSkewMs,
        line.sampling,
      ]);
    expect(seen(MINUTE_MS)).toEqual([
      [20, -300, 1000],
      [30, 250, null],
    ]);
    expect(seen(60 * MINUTE_MS)).toEqual([[30, -300, 1000]]);
  });

  it('keeps operators, exporters and intervals apart', () => {
    const lines = [...iterateLedger(filled())].map(({ fromMs, toMs, operator, exporter }) => [
      (fromMs - START_MS) / MINUTE_MS,
      (toMs - START_MS) / MINUTE_MS,
      operator,
      exporter,
    ]);
    expect(lines).toEqual([
      [0, 1, 'example-isp', '192.0.2.1'],
      [0, 1, 'other-isp', '192.0.2.1'],
      [1, 6, 'example-isp', null],
      [1, 2, 'example-isp', '192.0.2.1'],
      [1, 2, 'example-isp', '192.0.2.2'],
      [61, 62, 'example-isp', '192.0.2.1'],
    ]);
  });

  it('adds up by hour, and says the interval that it covers', () => {
    const lines = [
      ...iterateLedger(filled(), {
        intervalMs: 60 * MINUTE_MS,
        operator: 'example-isp',
        exporter: '192.0.2.1',
      }),
    ];
    expect(
      lines.map(({ fromMs, toMs, records }) => [
        (fromMs - START_MS) / MINUTE_MS,
        (toMs - START_MS) / MINUTE_MS,
        records,
      ]),
    ).toEqual([
      [0, 60, 20],
      [60, 120, 10],
    ]);
  });

  it('adds up by minute without cutting longer intervals short', () => {
    const [line] = [...iterateLedger(filled(), { intervalMs: MINUTE_MS })].filter(
      ({ exporter }) => exporter === null,
    );
    expect(line).toMatchObject({ fromMs: START_MS + MINUTE_MS, toMs: START_MS + 6 * MINUTE_MS });
  });

  it('answers for a time range', () => {
    const range = { fromMs: START_MS + MINUTE_MS, untilMs: START_MS + 61 * MINUTE_MS };
    expect([...iterateLedger(filled(), range)]).toHaveLength(3);
  });

  it.each(DISCARD_REASONS)('holds no row in which %s is not accounted for', (reason) => {
    const db = filled();
    expect(() => db.exec(`UPDATE ledger SET ${reason} = ${reason} + 1`)).toThrow(/conservation/);
  });
});
