import { describe, expect, it } from 'vitest';
import { changed } from '../authority/fixture.ts';
import { ADDRESS, entry, serverWithList } from './list.ts';

const GROUND = { ground: 'leased to a hosting customer' };

/** Two operators are named, and have been told of the list. */
async function told(...entries: Parameters<typeof entry>[0][]) {
  const all = entries.length === 0 ? [{}] : entries;
  const server = await serverWithList(
    { operators: ['example-isp', 'other-isp'] },
    all.map((changes) => entry(changes)),
  );
  server.tell();
  return server;
}

describe('a dispute', () => {
  it('is opened by an operator in its own name, and suspends the indicator where asked', async () => {
    const { as, db, indicator } = await told();
    const operator = as('operator', 'c.engineer');
    const opened = await operator.post('/api/disputes', { indicator: ADDRESS, suspend: true, ...GROUND });
    expect(opened.statusCode).toBe(201);
    expect(opened.headers.etag).toBe('"1"');
    expect(opened.json()).toMatchObject({
      ...{ id: 1, state: 'open', operator: 'example-isp', by: 'c.engineer', suspends: true, step: 1 },
      ...{ indicator: indicator(), address: ADDRESS, decisions: [], proposed: null },
    });
    const steps = db.prepare('SELECT kind, cause, role FROM indicatorSteps').all();
    expect(steps).toEqual([{ kind: 'suspend', cause: 'dispute:1', role: 'operator' }]);
    const again = await operator.post('/api/disputes', { indicator: indicator(), ...GROUND });
    expect(again.statusCode).toBe(422);
    expect(again.json().errors).toMatchObject([{ field: 'operator', rule: 'L11' }]);
  });

  it('takes two people who did not open it; who sees an old state is refused', async () => {
    const { as } = await told();
    const analyst = as('analyst', 'a.analyst');
    const asked = { indicator: ADDRESS, operator: 'example-isp', ...GROUND };
    expect((await analyst.post('/api/disputes', asked)).statusCode).toBe(201);
    const url = '/api/disputes/1/decisions';
    const upheld = { outcome: 'upheld', reason: 'the lease is genuine' };
    const own = await analyst.post(url, upheld, '"1"');
    expect(own.json().errors).toMatchObject([{ field: 'by', rule: 'L11' }]);
    const [b, c] = [as('analyst', 'b.analyst'), as('admin', 'c.admin')];
    expect((await b.post(url, upheld)).statusCode).toBe(428);
    const proposed = await b.post(url, upheld, '"1"');
    expect(proposed.json()).toMatchObject({
      ...{ state: 'open', step: 2, proposed: { outcome: 'upheld', by: 'b.analyst' } },
      decisions: [{ completes: false, by: 'b.analyst' }],
    });
    expect((await c.post(url, upheld, '"1"')).statusCode).toBe(412);
    const twice = await as('admin', 'B.Analyst').post(url, upheld, '"2"');
    expect(twice.statusCode).toBe(422);
    expect(twice.json().errors).toMatchObject([{ field: 'by', rule: 'L11' }]);
    const otherwise = await c.post(url, { ...upheld, outcome: 'rejected' }, '"2"');
    expect(otherwise.json().errors).toMatchObject([{ field: 'outcome' }]);
    const decided = await c.post(url, upheld, '"2"');
    expect(decided.statusCode).toBe(201);
    expect(decided.json()).toMatchObject({ state: 'upheld', proposed: null });
    expect((await c.post(url, upheld, '"3"')).json().errors).toMatchObject([{ field: 'state' }]);
  });

  it('of an indicator that the operator was not told of is answered like one of none', async () => {
    const { as, indicator } = await told(
      {},
      { address: '198.51.100.1', tlp: 'RED' },
      { address: '198.51.100.2', analyses: [] },
    );
    const stranger = as('operator', 'x', 'third-isp');
    const operator = as('operator', 'y');
    const unknown = 'indicator--0';
    const answers = await Promise.all(
      [
        ...[ADDRESS, indicator(), unknown].map((named) => [stranger, named] as const),
        ...['198.51.100.1', indicator('198.51.100.2'), unknown].map((named) => [operator, named] as const),
      ].map(async ([who, named]) => {
        const { statusCode, body } = await who.post('/api/disputes', { indicator: named, ...GROUND });
        return `${statusCode} ${body.replaceAll(named, 'X')}`;
      }),
    );
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^404 /);
  });

  it('is seen by its own operator alone, which is not told who decides', async () => {
    const { as } = await told();
    const [own, other] = [as('operator', 'x'), as('operator', 'y', 'other-isp')];
    await own.post('/api/disputes', { indicator: ADDRESS, ...GROUND });
    await as('analyst', 'b').post('/api/disputes/1/decisions', { outcome: 'rejected', reason: 'r' }, '"1"');
    const list = async (who: typeof own, query = '') => (await who.get(`/api/disputes${query}`)).json();
    expect(await list(other, '?operator=example-isp')).toMatchObject({ items: [], total: 0 });
    expect((await list(own)).items).toMatchObject([{ id: 1, state: 'open', proposed: null, decisions: [] }]);
    expect((await list(as('engineer'))).items).toMatchObject([{ proposed: { by: 'b' } }]);
    await as('analyst', 'c').post('/api/disputes/1/decisions', { outcome: 'rejected', reason: 'r' }, '"2"');
    expect((await list(own, '?state=rejected')).items[0].decisions).toMatchObject([
      { outcome: 'rejected', reason: 'r', by: null },
    ]);
    expect((await list(own, '?state=open')).total).toBe(0);
  });

  it('is listed in pages that new ones do not shift', async () => {
    const addresses = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'];
    const { as } = await told(...addresses.map((address) => ({ address })));
    const operator = as('operator');
    const open = (indicator: string) => operator.post('/api/disputes', { indicator, ...GROUND });
    for (const address of addresses.slice(0, 3)) await open(address);
    const first = (await operator.get('/api/disputes?limit=2')).json();
    expect(first).toMatchObject({ items: [{ id: 3 }, { id: 2 }], total: 3 });
    await open(addresses[3] as string);
    const second = (await operator.get(`/api/disputes?limit=2&cursor=${first.nextCursor}`)).json();
    expect(second).toMatchObject({ items: [{ id: 1 }], nextCursor: null });
  });

  it('that is malformed, or of another operator, is refused with its field', async () => {
    const { as } = await told();
    const analyst = as('analyst');
    const refused = async (body: object) => (await analyst.post('/api/disputes', body)).json();
    expect((await refused({ indicator: ADDRESS, operator: 'example-isp' })).errors).toMatchObject([
      { field: 'body.ground' },
    ]);
    expect((await refused({ indicator: ADDRESS, ...GROUND })).detail).toContain('operator');
    const unnamed = await refused({ indicator: ADDRESS, operator: 'third-isp', ...GROUND });
    expect(unnamed.errors).toMatchObject([{ field: 'operator', rule: 'L11' }]);
    const forOther = changed(GROUND, { indicator: ADDRESS, operator: 'other-isp' });
    expect((await as('operator').post('/api/disputes', forOther)).statusCode).toBe(403);
    for (const id of ['99', 'x', '1e3']) {
      const decision = { outcome: 'upheld', reason: 'r' };
      const answer = await analyst.post(`/api/disputes/${id}/decisions`, decision, '"1"');
      expect(answer.statusCode, id).toBe(404);
    }
  });
});
