// The list in memory: worked out in slices, merged, and always what a fresh reading would give.
import { fc, test } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { loadConfiguration } from '../../src/config/configuration.ts';
import { IndicatorList } from '../../src/http/indicator-list.ts';
import type { IndicatorRow } from '../../src/http/indicator-row.ts';
import { SortedRows } from '../../src/http/sorted-rows.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { recordOfEach } from '../../src/store/bulk-steps.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { readLines } from '../../src/store/indicator-lines.ts';
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
    await expect.poll(behind, { timeout: 30_000 }).toBe(0);
    expectAsRead();
    expect(list.ids({ state: 'suspended' })).toHaveLength(MANY - 2);
  });

  it('stops in the middle of its work', async () => {
    list.look();
    await list.stop();
    expect(await list.isReady(0)).toBe(false);
  });
});

/** Few keys, so that many are equal, and some none. */
const KEYS = fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { maxLength: 30 });

function rowsOf(keys: readonly (number | null)[], from = 0): IndicatorRow[] {
  return keys.map((key, at) => ({
    dueMs: key,
    place: String(from + at).padStart(4, '0'),
    isReplaced: false,
  })) as unknown as IndicatorRow[];
}

function inOrder(rows: readonly IndicatorRow[], descending: boolean): string[] {
  const keyOf = ({ dueMs, place }: IndicatorRow) => [dueMs === null ? 1 : 0, dueMs ?? 0, place] as const;
  const turned = (sign: number) => (descending ? -sign : sign);
  return rows
    .toSorted((one, other) => {
      const [a, b] = [keyOf(one), keyOf(other)];
      if (a[0] !== b[0]) return a[0] - b[0];
      if (a[0] === 1) return a[2] < b[2] ? -1 : 1;
      return turned(Number(a[1]) - Number(b[1]) || (a[2] < b[2] ? -1 : 1));
    })
    .map(({ place }) => place);
}

describe('rows in order', () => {
  test.prop([KEYS, KEYS, fc.array(fc.nat(29)), fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 7 })])(
    'merged and read in pages are as if sorted anew',
    (first, second, replaced, isMany, descending, limit) => {
      const sorted = new SortedRows('dueMs');
      const rows = rowsOf(first);
      sorted.merge(rows, []);
      const gone = [...new Set(replaced)].flatMap((at) => rows[at] ?? []);
      for (const row of gone) row.isReplaced = true;
      const fresh = rowsOf(second, 100);
      sorted.merge(fresh, isMany ? [...gone, ...rowsOf(Array(500).fill(9), 900)] : gone);
      const kept = [...rows.filter(({ isReplaced }) => !isReplaced), ...fresh];
      const found: string[] = [];
      let after: readonly [number | null, string] | null = null;
      for (;;) {
        const page: ReturnType<SortedRows['page']> = sorted.page(() => true, { after, limit, descending });
        expect(page.total).toBe(kept.length);
        found.push(...page.rows.map(({ place }) => place));
        const last = page.rows.at(-1);
        if (!page.hasMore || !last) break;
        after = [last.dueMs, last.place];
      }
      expect(found).toEqual(inOrder(kept, descending));
    },
  );
});
