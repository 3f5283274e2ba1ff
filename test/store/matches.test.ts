import { createHash } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { iterateMatches, type MatchFilter, type NewMatch, writeMatchId } from '../../src/store/matches.ts';
import { job, match, request, row, START_MS, temporaryDatabase, writer } from './fixture.ts';

function idOf(one: NewMatch, operator = 'example-isp'): string {
  const id = Buffer.alloc(16);
  writeMatchId(id, one, operator);
  return id.toString('hex');
}

describe('the id of a match', () => {
  const base = match(row());

  it('stays what it is', () => {
    expect(idOf(base)).toBe('019f18668600ec3c2fa27257577d20be');
  });

  it('is its start time, and SHA-256 over everything that tells flows apart', () => {
    const values = [51_000, 443, 6, 0, START_MS, START_MS + 1_000, 1_200, 9, 27];
    const numbers = Buffer.alloc(values.length * 8);
    for (const [at, value] of values.entries()) numbers.writeDoubleBE(value, at * 8);
    const digest = createHash('sha256')
      .update('example-isp\n192.0.2.1\nindicator--1\n198.51.100.7\n203.0.113.7\n')
      .update(numbers)
      .digest('hex');
    expect(idOf(base)).toBe(START_MS.toString(16).padStart(12, '0') + digest.slice(0, 20));
  });

  it.each([
    { indicatorId: 'indicator--2' },
    { victim: '198.51.100.8' },
    { victim: null },
    { victimPort: 51_001 },
    { victimPort: null },
    { c2: '203.0.113.8' },
    { c2Port: 444 },
    { protocol: 17 },
    { direction: 'from-c2' as const },
    { startMs: START_MS + 1 },
    { endMs: START_MS + 1_001 },
    { bytes: 1_201 },
    { packets: 10 },
    { tcpFlags: 26 },
    { row: row({}, { exporter: '192.0.2.2' }) },
    { row: row({}, { exporter: null }) },
  ])('is another with %o', (change) => {
    expect(idOf({ ...base, ...change })).not.toBe(idOf(base));
  });

  it('is another with another operator', () => {
    expect(idOf(base, 'other-isp')).not.toBe(idOf(base));
  });

  it.each([
    { authorisation: '003/2026' },
    { sampling: 1_000 },
    { timeSource: 'uptime' as const },
    { row: row({ records: 77 }, { fromMs: 0, toMs: 1 }) },
  ])('is the same with %o', (change) => {
    expect(idOf({ ...base, ...change })).toBe(idOf(base));
  });

  it('begins with the start time, whatever that is', () => {
    expect(idOf({ ...base, startMs: 1 }).slice(0, 12)).toBe('000000000001');
    expect(idOf({ ...base, startMs: 1.75 }).slice(0, 12)).toBe('000000000001');
    expect(idOf({ ...base, startMs: -5 }).slice(0, 12)).toBe('000000000000');
    expect(idOf({ ...base, startMs: 2 ** 60 }).slice(0, 12)).toBe('ffffffffffff');
  });
});

/** Six matches that differ in what can be asked for. */
const VARIANTS = [
  {},
  { indicatorId: 'indicator--2', c2: '203.0.113.9' },
  { indicatorId: 'indicator--2', authorisation: '003/2026' },
  { c2: '2001:db8::9' },
];
const OPERATORS = ['example-isp', 'other-isp'];

function filled(): Database {
  const db = temporaryDatabase();
  const store = writer(db);
  for (const operator of OPERATORS) {
    const counted = row({ records: 40, matched: 40 });
    const found = Array.from({ length: 40 }, (_, n) =>
      match(counted, {
        ...VARIANTS[n % VARIANTS.length],
        startMs: START_MS + n * 7,
        endMs: START_MS + n * 7,
      }),
    );
    store.commit(request(job(db, { operator }), { matches: found, ledger: [counted] }));
  }
  return db;
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

test.prop(
  {
    operator: optional(fc.constantFrom(...OPERATORS, 'nobody')),
    indicator: optional(
      fc.constantFrom('indicator--1', 'indicator--2', '203.0.113.9', '2001:db8::9', 'none'),
    ),
    authorisation: optional(fc.constantFrom('002/2026', '003/2026', '004/2026')),
    sinceMs: optional(fc.integer({ min: START_MS - 10, max: START_MS + 300 })),
    untilMs: optional(fc.integer({ min: START_MS - 10, max: START_MS + 300 })),
    limit: optional(fc.nat(50)),
  },
  { seed: 20261121, numRuns: 60 },
)('a filter gives what filtering all matches gives', (given) => {
  const filter = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as MatchFilter;
  const db = filled();
  const naive = [...iterateMatches(db)]
    .filter((one) => filter.operator === undefined || one.operator === filter.operator)
    .filter((one) => filter.indicator === undefined || [one.indicator, one.c2].includes(filter.indicator))
    .filter((one) => filter.authorisation === undefined || one.authorisation === filter.authorisation)
    .filter((one) => filter.sinceMs === undefined || one.startMs >= filter.sinceMs)
    .filter((one) => filter.untilMs === undefined || one.startMs < filter.untilMs)
    .slice(0, filter.limit);
  expect([...iterateMatches(db, filter)]).toEqual(naive);
  db.close();
});

it('matches come in the order of their start', () => {
  const starts = [...iterateMatches(filled())].map(({ startMs }) => startMs);
  expect(starts).toHaveLength(80);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
});

it('an iteration may be left early', () => {
  const db = filled();
  for (const one of iterateMatches(db)) {
    expect(one.startMs).toBe(START_MS);
    break;
  }
  db.exec('DELETE FROM matches');
  expect([...iterateMatches(db)]).toEqual([]);
});
