import { describe, expect, it } from 'vitest';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { entry, listOf, serverWithList } from './list.ts';

const URL = '/api/bases/lce-126-1/steps';
const RULING = { kind: 'suspend', reason: 'Constitutional Court, judgment 1/2027' };

async function served() {
  const server = await serverWithList({}, [entry(), entry({ address: '198.51.100.1' })]);
  const basis = async (id = 'lce-126-1') =>
    (await server.as('engineer').get('/api/bases')).json().items.find((one: { id: string }) => one.id === id);
  return { ...server, basis };
}

describe('legal bases', () => {
  it('are listed with what rests on them, each once', async () => {
    const { basis, db, as } = await served();
    expect(await basis()).toMatchObject({ kind: 'retention', step: 0, suspended: null, indicators: 2 });
    expect(await basis('nis2-21-2-2')).toMatchObject({ kind: 'task', indicators: 2 });
    expect(await basis('lce-122')).toMatchObject({ indicators: 0 });
    const ids = (await as('auditor').get('/api/bases')).json().items.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // What was adapted still counts once.
    await importAuthorisation(db, listOf({}, [entry({ country: 'BE' })]));
    expect(await basis()).toMatchObject({ indicators: 1 });
  });

  it('are suspended with their matches, and reinstated, only as they were seen', async () => {
    const { as, basis, db } = await served();
    const analyst = as('analyst', 'a.lawyer');
    expect((await analyst.post(URL, RULING)).statusCode).toBe(428);
    expect((await analyst.post(URL, RULING, '"1"')).statusCode).toBe(412);
    const done = await analyst.post(URL, RULING, '"0"');
    expect(done.statusCode).toBe(201);
    expect(done.headers.etag).toBe('"1"');
    expect(done.json()).toMatchObject({ kind: 'suspend', by: 'a.lawyer', step: 1 });
    expect(await basis()).toMatchObject({ step: 1, suspended: { by: 'a.lawyer', reason: RULING.reason } });
    const sequesters = () => db.prepare('SELECT count(*) FROM activeSequesters').pluck().get();
    expect(sequesters()).toBe(1);
    const twice = await analyst.post(URL, RULING, '"1"');
    expect(twice.json().errors).toMatchObject([{ field: 'basis', rule: 'L20' }]);
    const back = await analyst.post(URL, { kind: 'reinstate', reason: 'a new law' }, '"1"');
    expect(back.statusCode).toBe(201);
    expect(sequesters()).toBe(0);
    expect(await basis()).toMatchObject({ step: 2, suspended: null });
  });

  it('a basis that no regime has, or a step without a reason, is refused', async () => {
    const { as } = await served();
    const analyst = as('analyst');
    expect((await analyst.post('/api/bases/x/steps', RULING, '"0"')).statusCode).toBe(404);
    const wrong = await analyst.post(URL, { kind: 'suspend' }, '"0"');
    expect(wrong.json().errors).toMatchObject([{ field: 'body.reason' }]);
    const late = await analyst.post(URL, { ...RULING, atMs: Date.now() + 60_000 }, '"0"');
    expect(late.json().errors).toMatchObject([{ field: 'at', rule: 'L20' }]);
  });
});
