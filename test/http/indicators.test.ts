// The list of indicators and one in full, as the API gives them.
import { describe, expect, it, vi } from 'vitest';
import { loadConfiguration } from '../../src/config/configuration.ts';
import { inForceOptions } from '../../src/config/in-force-options.ts';
import { recordBasisStep } from '../../src/store/basis-steps.ts';
import { readLines } from '../../src/store/indicator-lines.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { changed, DAY_MS, type Fields, verification } from '../authority/fixture.ts';
import { entry, indicatorServer, isoBefore } from './indicators-fixture.ts';

const BY = { by: 'a.analyst', role: 'analyst' };

/** Active, overdue, proposed, wide and of another family. */
const LISTED: readonly Fields[] = [
  entry(),
  entry({ address: '198.51.100.9', port: undefined, protocol: undefined, 'threat.name': 'OtherRAT' }),
  entry({ address: '203.0.113.8', verifications: [verification(isoBefore(9 * DAY_MS))] }),
  entry({ address: '203.0.113.64/28', analyses: [] }),
  entry({ address: '2001:db8::7' }),
];

const addresses = (items: readonly Fields[]) => items.map(({ address }) => address);

describe('the list of indicators', () => {
  it('says of each what the command line says', async () => {
    const { db, items } = await indicatorServer(LISTED);
    const inForce = inForceOptions(await loadConfiguration({}, {}));
    const { lines } = readLines(db, { inForce, atMs: Date.now() });
    const told = await items();
    expect(addresses(told)).toEqual(addresses(lines as never));
    for (const [at, { obstacles: _, ...line }] of lines.entries()) expect(told[at]).toMatchObject(line);
    expect(told.map(({ state }) => state)).toEqual(['active', 'active', 'suspended', 'proposed', 'active']);
    expect(told[0]).toMatchObject({ origin: 'file', step: 0, threatName: 'OtherRAT', tlp: 'AMBER+STRICT' });
    expect(told[2]?.obstacles).toMatchObject([{ rule: 'L9', why: 'verification due, last by a.analyst' }]);
  });

  it.each([
    ['?state=suspended', ['203.0.113.8']],
    ['?due=1', ['203.0.113.8']],
    ['?hit=1', []],
    ['?authorisation=003%2F2026', []],
    ['?operator=example-isp&state=proposed', ['203.0.113.64/28']],
    ['?operator=other-isp', []],
    ['?q=203.0.113.6', ['203.0.113.64/28']],
    ['?q=203.0.113.70', ['203.0.113.64/28']],
    ['?q=203.0.113.0%2F24', ['203.0.113.7', '203.0.113.8', '203.0.113.64/28']],
    ['?q=203.0.', ['203.0.113.7', '203.0.113.8', '203.0.113.64/28']],
    ['?q=2001:DB8::', ['2001:db8::7']],
    ['?q=otherrat', ['198.51.100.9']],
    ['?order=desc&limit=2', ['2001:db8::7', '203.0.113.64/28']],
    ['?sort=dueMs&limit=1', ['203.0.113.8']],
    ['?sort=sinceMs&order=desc&state=proposed', ['203.0.113.64/28']],
    ['?sort=state&order=desc&limit=2', ['203.0.113.8', '203.0.113.64/28']],
  ])('is filtered and sorted by the server: %s', async (query, expected) => {
    const { items } = await indicatorServer(LISTED);
    expect(addresses(await items(query))).toEqual(expected);
  });

  it('is given in pages, each row once, whatever is changed meanwhile', async () => {
    const { as, db, items } = await indicatorServer(LISTED);
    const all = addresses(await items('?sort=dueMs'));
    expect(all).toHaveLength(5);
    for (const order of ['asc', 'desc']) {
      const found: unknown[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const after = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = await as('auditor')({
          url: `/api/indicators?sort=sinceMs&limit=2&order=${order}${after}`,
        });
        expect(page.statusCode, page.body).toBe(200);
        const { items: rows, nextCursor, total } = page.json();
        expect(total).toBe(5);
        found.push(...addresses(rows));
        // What has been shown goes elsewhere.
        const [{ id }] = rows;
        recordStep(db, id, { kind: 'analyse', outcome: 'inconclusive', method: 'looked' }, BY);
        cursor = nextCursor;
      }
      expect(found.toSorted()).toEqual(all.toSorted());
    }
  });

  it('shows a change at once: of one, of a basis, of the authorisation', async () => {
    const { db, items, list } = await indicatorServer(LISTED);
    const [, first] = await items();
    recordStep(db, String(first?.id), { kind: 'suspend', reason: 'in doubt' }, BY);
    expect((await items())[1]).toMatchObject({ state: 'suspended', step: 1, inForce: false });
    recordBasisStep(db, 'lce-126-1', { kind: 'suspend', reason: 'a ruling' }, BY);
    expect((await items('?state=active')).length).toBe(0);
    recordBasisStep(db, 'lce-126-1', { kind: 'reinstate', reason: 'a ruling' }, BY);
    expect((await items('?state=active')).length).toBe(2);
    await list([entry()]);
    expect((await items('?state=withdrawn')).length).toBe(4);
  });

  it('changes with time alone', async () => {
    const verifications = [verification(isoBefore(6.9 * DAY_MS))];
    const { items } = await indicatorServer([entry({ verifications })]);
    expect(await items('?state=active')).toHaveLength(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 0.2 * DAY_MS });
    try {
      expect(await items('?state=suspended&due=1')).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses what it does not know, and says which field', async () => {
    const { as } = await indicatorServer([]);
    const ask = async (query: string) => (await as('analyst')({ url: `/api/indicators?${query}` })).json();
    expect(await ask('state=strange')).toMatchObject({
      status: 400,
      errors: [{ field: 'querystring.state' }],
    });
    expect(await ask('sort=port')).toMatchObject({ status: 400, errors: [{ field: 'querystring.sort' }] });
    expect(await ask('cursor=x')).toMatchObject({ status: 400, detail: /^cursor/ });
  });

  it('is for no operator', async () => {
    const { as } = await indicatorServer([entry()]);
    expect((await as('operator')({ url: '/api/indicators' })).statusCode).toBe(403);
  });
});

describe('an indicator', () => {
  it('is shown in full, with the rule of each bound, and its step as ETag', async () => {
    const { as, db, items } = await indicatorServer([entry()]);
    const [{ id } = {}] = await items();
    recordStep(db, String(id), { kind: 'suspend', reason: 'in doubt' }, BY);
    const answer = await as('auditor')({ url: `/api/indicators/${id}` });
    expect(answer.headers.etag).toBe('"1"');
    const told = answer.json();
    expect(told).toMatchObject({
      id,
      status: { state: 'suspended', obstacles: [{ rule: 'L10', why: 'suspended by a.analyst: in doubt' }] },
      confirmedBy: ['a.analyst', 'b.analyst'],
      analysesNeeded: 2,
      document: { country: 'NL', threat: { name: 'ExampleRAT' }, sources: [{ name: 'partner-a' }] },
      steps: [{ step: 1, kind: 'suspend', by: 'a.analyst' }],
    });
    const [window] = told.windows;
    expect(window).toMatchObject({
      operators: ['example-isp'],
      traffic: { from: { rule: 'L3', why: 'first seen' }, until: { atMs: null } },
      inForce: false,
    });
    expect(window.collection[0].until).toMatchObject({ rule: 'L10' });
  });

  it('is shown as it was known before', async () => {
    const { as, db, items } = await indicatorServer([entry()]);
    const [{ id } = {}] = await items();
    const at = Date.now() + 1;
    recordStep(db, String(id), { kind: 'revoke', reason: 'seized' }, { ...BY, at: at + 1 });
    const then = await as('auditor')({ url: `/api/indicators/${id}?asKnownAtMs=${at}` });
    expect(then.json()).toMatchObject({ status: { state: 'active' }, steps: [] });
  });

  it('has a history, newest first, in pages', async () => {
    const { as, db, items } = await indicatorServer([entry()]);
    const [{ id } = {}] = await items();
    recordStep(db, String(id), { kind: 'suspend', reason: 'in doubt', atMs: Date.now() - 1_000 }, BY);
    const ask = async (query: string) =>
      (await as('engineer')({ url: `/api/indicators/${id}/history${query}` })).json();
    const all = await ask('');
    expect(all.items[0]).toMatchObject({
      action: 'indicator.suspend',
      by: 'a.analyst',
      detail: { reason: 'in doubt' },
    });
    expect(all.items[0].atMs).toBeLessThan(all.items[0].recordedAtMs);
    expect(all.items.map(({ action }: Fields) => action)).toContain('authorisation.import');
    const first = await ask('?limit=1');
    const second = await ask(`?limit=500&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual(all.items);
  });

  it('that is unknown is 404', async () => {
    const { as } = await indicatorServer([]);
    for (const url of ['/api/indicators/none', '/api/indicators/none/history']) {
      expect((await as('analyst')({ url })).statusCode).toBe(404);
    }
  });
});

describe('explain', () => {
  const ask = { operator: 'example-isp', retentionBasis: 'lce-126-1' };
  const flow = (changes: Fields = {}) => ({
    ...ask,
    flow: changed({ dst: '203.0.113.7', dstPort: 443, protocol: 6, startMs: Date.now() - DAY_MS }, changes),
  });

  it('tells the matcher’s verdict with its rules', async () => {
    const { as } = await indicatorServer([entry()]);
    const explain = async (payload: object) =>
      (await as('auditor')({ method: 'POST', url: '/api/explain', payload })).json();
    expect(await explain(flow())).toMatchObject({
      verdict: 'matched',
      indicators: [{ address: '203.0.113.7', direction: 'to-c2', verdict: 'matched' }],
    });
    expect(await explain(flow({ dstPort: 80 }))).toMatchObject({ verdict: 'otherPort' });
    expect(await explain(flow({ dst: '192.0.2.1' }))).toMatchObject({ verdict: 'noHit', indicators: [] });
    expect(await explain({ ...flow(), operator: 'other-isp' })).toMatchObject({ verdict: 'otherOperator' });
  });

  it('names what is wrong with the question, and no address', async () => {
    const { as } = await indicatorServer([entry()]);
    const explain = (payload: object) => as('analyst')({ method: 'POST', url: '/api/explain', payload });
    const wrong = await explain(flow({ dst: '192.0.2.1/33' }));
    expect(wrong.json()).toMatchObject({ status: 400, errors: [{ field: 'body.flow.dst' }] });
    expect(wrong.body).not.toContain('192.0.2.1');
    expect((await explain(flow({ dst: undefined }))).json().errors).toMatchObject([
      { field: 'body.flow.dst' },
    ]);
    expect((await explain(flow({ endMs: 1 }))).json().errors).toMatchObject([{ field: 'body.flow.endMs' }]);
    expect((await explain({ ...flow(), retentionBasis: 'lce-126' })).json().detail).toContain('did you mean');
  });
});
