// The list in memory: worked out in slices, merged, and always what a fresh reading would give.
import { fc, test } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { INDICATOR_STATES } from '../../src/authority/explain.ts';
import type { AuthorisationRecord } from '../../src/authority/records.ts';
import { isVerificationDue } from '../../src/authority/status.ts';
import { loadConfiguration } from '../../src/config/configuration.ts';
import { parsePrefix } from '../../src/core/prefix.ts';
import { IndicatorColumns, type RowPlace } from '../../src/http/indicator-columns.ts';
import { type IndicatorFilter, passing } from '../../src/http/indicator-filter.ts';
import { IndicatorList } from '../../src/http/indicator-list.ts';
import { IndicatorModel } from '../../src/http/indicator-model.ts';
import { INDICATOR_SORTS, type IndicatorRow, type IndicatorSort } from '../../src/http/indicator-row.ts';
import { type Marks, SortedSlots } from '../../src/http/sorted-slots.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { recordOfEach } from '../../src/store/bulk-steps.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { addressKey, readLines } from '../../src/store/indicator-lines.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { changed, fileOf, HEADER } from '../authority/fixture.ts';
import { entry } from './indicators-fixture.ts';

const BY = { by: 'a.analyst', role: 'analyst' };
const ALL = { sort: 'address', after: null, limit: 10_000, descending: false } as const;
const LOG = { info: () => {}, warn: () => {}, error: () => {} };
/** More than are worked out at once. */
const MANY = 700;

let db: Database;
let list: IndicatorList;

function expectAsRead(): void {
  const { lines } = readLines(db, { inForce: IN_FORCE_DEFAULTS, atMs: Date.now() });
  const { items } = list.select({}, ALL);
  expect(items.map(({ id, state }) => `${id} ${state}`)).toEqual(
    lines.map(({ id, state }) => `${id} ${state}`),
  );
}

describe('the list in memory', () => {
  beforeEach(async () => {
    db = openDatabase(':memory:');
    const entries = Array.from({ length: MANY }, (_, at) =>
      entry({ address: `203.0.${Math.floor(at / 250)}.${at % 250}` }),
    );
    const file = fileOf(
      changed(HEADER, { decided: new Date(Date.now() - 1e9).toISOString(), ends: undefined }),
      entries,
    );
    await importAuthorisation(db, JSON.stringify(file), { by: 'a.head' });
    list = new IndicatorList({ db, configuration: await loadConfiguration({}, {}), log: LOG });
  });
  afterEach(async () => {
    await list.stop();
    db.close();
  });

  it('is not there at first, says how far it is, and then has everything', async () => {
    expect(await list.isReady(0)).toBe(false);
    expect(list.progress.of).toBe(MANY);
    expect(await list.isReady(60_000)).toBe(true);
    expectAsRead();
  });

  it('has a change of few at once, and one of many a little later, without anything being lost', async () => {
    await list.isReady(60_000);
    const ids = list.ids({});
    recordStep(db, ids[3] as string, { kind: 'revoke', reason: 'seized' }, BY);
    list.look();
    expect(list.ids({ state: 'revoked' })).toEqual([ids[3]]);
    await recordOfEach(
      db,
      ids.map((id) => ({ id })),
      { kind: 'suspend', reason: 'in doubt' },
      BY,
    );
    list.look();
    const before = list.select({ state: 'active' }, ALL);
    expect(before.total).toBe(MANY - 1);
    expect(before.behind).toBe(MANY - 1);
    // In between, one more of few.
    recordStep(db, ids[5] as string, { kind: 'revoke', reason: 'seized' }, BY);
    list.look();
    expect(list.ids({ state: 'revoked' })).toHaveLength(2);
    const behind = (): number => {
      list.look();
      return list.select({}, ALL).behind;
    };
    await expect.poll(behind).toBe(0);
    expectAsRead();
    expect(list.ids({ state: 'suspended' })).toHaveLength(MANY - 2);
  });

  it('stops in the middle of its work', async () => {
    list.look();
    await list.stop();
    expect(await list.isReady(0)).toBe(false);
  });
});

/** Few of each, so that many are equal; some have no key. */
const ROW = fc.record({
  address: fc.constantFrom(
    '192.0.2.1',
    '192.0.2.0/24',
    '198.51.100.7',
    '2001:db8::1',
    '2001:db8::/48',
    '::/0',
  ),
  port: fc.option(fc.constantFrom(1, 80, 443)),
  threatName: fc.option(fc.constantFrom('ExampleRAT', 'examplerat 2', 'ZZZ', 'Café')),
  state: fc.constantFrom(...INDICATOR_STATES),
  dueMs: fc.option(fc.integer({ min: 0, max: 3 })),
  sinceMs: fc.option(fc.integer({ min: 0, max: 3 })),
  authorisation: fc.constantFrom('1/2026', '2/2026'),
  hasHits: fc.boolean(),
});
const ROWS = fc.array(ROW, { maxLength: 30 });

function rowsOf(parts: readonly Omit<IndicatorRow, Derived>[], from = 0): IndicatorRow[] {
  return parts.map((part, at) => {
    const prefix = parsePrefix(part.address);
    if ('problem' in prefix) throw new Error(prefix.problem);
    const { first, last } = prefix.value;
    return { ...part, id: `indicator--${from + at}a`, first, last, scope: null, nextChangeMs: Infinity };
  });
}
type Derived = 'id' | 'first' | 'last' | 'scope' | 'nextChangeMs';

/** Those that are left out are gone. */
function publish(model: IndicatorModel, rows: readonly IndicatorRow[], gone: readonly string[] = []): void {
  const added = rows.map((row) => [row.id, model.columns.add(row)] as const);
  for (const _ of model.publish(new Map([...gone.map((id) => [id, null] as const), ...added])));
}

function naiveKey(row: IndicatorRow, by: IndicatorSort): number | null {
  if (by === 'address') return 0;
  return by === 'state' ? INDICATOR_STATES.indexOf(row.state) : row[by];
}

function inOrder(rows: readonly IndicatorRow[], by: IndicatorSort, descending: boolean): string[] {
  const placeOf = (row: IndicatorRow) => `${addressKey(row, row.port)} ${row.id}`;
  return rows
    .toSorted((one, other) => {
      const [a, b] = [naiveKey(one, by), naiveKey(other, by)];
      const byPlace = placeOf(one) < placeOf(other) ? -1 : 1;
      if (a === null || b === null) return a === b ? byPlace : a === null ? 1 : -1;
      return (a - b || byPlace) * (descending ? -1 : 1);
    })
    .map(({ id }) => id);
}

/** Page after page. */
function readAll(
  { columns, orders }: IndicatorModel,
  by: IndicatorSort,
  limit: number,
  descending: boolean,
  marks: Marks | null = null,
): { ids: string[]; totals: Set<number> } {
  const ids: string[] = [];
  const totals = new Set<number>();
  let after: RowPlace | null = null;
  for (;;) {
    const page: ReturnType<SortedSlots['page']> = orders[by].page(marks, { after, limit, descending });
    totals.add(page.total);
    ids.push(...page.slots.map((slot) => columns.ids[slot] as string));
    const last = page.slots.at(-1);
    if (!page.hasMore || last === undefined) return { ids, totals };
    after = columns.placeOf(last, by);
  }
}

describe('rows in order', () => {
  test.prop([
    ROWS,
    ROWS,
    fc.array(fc.nat(29)),
    fc.array(fc.nat(29)),
    fc.constantFrom(...INDICATOR_SORTS),
    fc.boolean(),
    fc.integer({ min: 1, max: 7 }),
  ])(
    'merged and read in pages are as if sorted anew',
    (first, second, replacing, removing, by, descending, limit) => {
      const model = new IndicatorModel();
      const before = rowsOf(first);
      publish(model, before);
      const idsAt = (places: readonly number[]) => [...new Set(places)].flatMap((at) => before[at]?.id ?? []);
      const replaced = idsAt(replacing);
      const removed = idsAt(removing).filter((id) => !replaced.includes(id));
      const fresh = rowsOf(second, 100).map((row, at) => ({ ...row, id: replaced[at] ?? row.id }));
      publish(model, fresh, removed);
      const changed = new Set([...removed, ...fresh.map(({ id }) => id)]);
      const kept = [...before.filter(({ id }) => !changed.has(id)), ...fresh];
      const { ids, totals } = readAll(model, by, limit, descending);
      expect(ids).toEqual(inOrder(kept, by, descending));
      expect([...totals]).toEqual([kept.length]);
    },
  );

  test.prop([ROWS, ROWS, fc.nat(40), fc.constantFrom(...INDICATOR_SORTS)])(
    'what is published while others are sorted is newer than they',
    (many, few, steps, by) => {
      const model = new IndicatorModel();
      const earlier = rowsOf(many.map((row) => ({ ...row, state: 'revoked' as const })));
      publish(model, earlier);
      const coming = rowsOf(many);
      const slots = new Map(coming.map((row) => [row.id, model.columns.add(row)]));
      const publishing = model.publish(slots);
      // Sorting so few yields nowhere: it is stood in for where it would, between the first step and the end.
      const between = rowsOf(few.slice(0, steps));
      const sortedOfAddress = model.orders.address.sorted.bind(model.orders.address);
      let isFirst = true;
      model.orders.address.sorted = function* (all) {
        if (isFirst) {
          isFirst = false;
          yield;
        }
        return yield* sortedOfAddress(all);
      };
      publishing.next();
      publish(model, between);
      const withoutComing = [
        ...earlier.filter(({ id }) => !between.some((row) => row.id === id)),
        ...between,
      ];
      expect(readAll(model, by, 5, false).ids).toEqual(inOrder(withoutComing, by, false));
      for (const _ of publishing);
      const all = [...coming.filter(({ id }) => !between.some((row) => row.id === id)), ...between];
      expect(readAll(model, by, 5, false).ids).toEqual(inOrder(all, by, false));
    },
  );

  test.prop([fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 20_000, maxLength: 30_000 })], {
    numRuns: 3,
  })('sorting many lets others have their turn, again and again', (keys) => {
    const columns = new IndicatorColumns();
    const [row] = rowsOf([
      {
        ...{ address: '192.0.2.1', port: null, threatName: null, state: 'active', sinceMs: null },
        ...{ dueMs: 0, authorisation: '1/2026', hasHits: false },
      },
    ]);
    const slots = keys.map((dueMs, at) => columns.add({ ...(row as IndicatorRow), id: String(at), dueMs }));
    const sorting = new SortedSlots(columns, 'dueMs').sorted(Uint32Array.from(slots));
    let turns = 0;
    let step = sorting.next();
    for (; !step.done; step = sorting.next()) turns += 1;
    expect(turns).toBeGreaterThan(5);
    expect([...step.value].map((slot) => columns.dueMs[slot])).toEqual(keys.toSorted((a, b) => a - b));
  });
});

const FILTER = fc.record({
  state: fc.option(fc.constantFrom(...INDICATOR_STATES), { nil: undefined }),
  authorisation: fc.option(fc.constantFrom('1/2026', '3/2026'), { nil: undefined }),
  operator: fc.option(fc.constantFrom('example-isp', 'other-isp'), { nil: undefined }),
  q: fc.option(
    fc.constantFrom(
      ...['192.0.2.', '192.0.2.1', '192.0.2.0/25', '192.0.2.1/24', '0.0.0.0/0', '198.51.100.7/32', '::/0'],
      ...[
        '2001:db8::1',
        '2001:DB8::/32',
        '2001:db8',
        ' 2001:db8::1 ',
        'EXAMPLERAT',
        'rat 2',
        'CAFÉ',
        'zz',
        '/48',
      ],
      ...['', 'indicator--2', 'A'],
    ),
    { nil: undefined },
  ),
  dueByMs: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  hit: fc.option(fc.constant(true as const), { nil: undefined }),
});

/** Row by row, as it is said in words. */
function isMeant(row: IndicatorRow, filter: IndicatorFilter): boolean {
  const isOfOperator = row.authorisation === '1/2026' && filter.operator === 'example-isp';
  const isDue = (byMs: number) => isVerificationDue({ state: row.state, verificationDueMs: row.dueMs }, byMs);
  return (
    (filter.state ?? row.state) === row.state &&
    (filter.authorisation ?? row.authorisation) === row.authorisation &&
    (filter.operator === undefined || isOfOperator) &&
    (filter.dueByMs === undefined || isDue(filter.dueByMs)) &&
    (filter.hit === undefined || row.hasHits) &&
    (filter.q === undefined || isFound(row, filter.q.trim().toLowerCase()))
  );
}

function isFound(row: IndicatorRow, text: string): boolean {
  const asked = parsePrefix(text);
  if ('problem' in asked) {
    return [row.address, row.id, row.threatName?.toLowerCase() ?? ''].some((one) => one.includes(text));
  }
  const numberOf = (words: readonly number[]) =>
    words.reduce((sum, word) => sum * 2n ** 32n + BigInt(word), 0n);
  const { first, last } = asked.value;
  const meets =
    first.length === row.first.length &&
    numberOf(row.first) <= numberOf(last) &&
    numberOf(first) <= numberOf(row.last);
  return meets || row.address.startsWith(text);
}

describe('rows that are meant', () => {
  test.prop([ROWS, FILTER])('are those that row by row are found', (parts, filter) => {
    const model = new IndicatorModel();
    const rows = rowsOf(parts);
    publish(model, rows);
    const authorisations = new Map([
      ['1/2026', { operators: ['example-isp'] } as unknown as AuthorisationRecord],
    ]);
    const marks = passing(model.columns, filter, { authorisations });
    const meant = rows.filter((row) => isMeant(row, filter));
    const { ids, totals } = readAll(model, 'address', 4, false, marks);
    expect(ids).toEqual(inOrder(meant, 'address', false));
    expect([...totals]).toEqual([meant.length]);
  });
});
