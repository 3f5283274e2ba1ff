import { describe, expect, it } from 'vitest';
import { SigningKey, verifySignature } from '../../src/core/signing-key.ts';
import { escalateUnanswered } from '../../src/notices/escalation.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { settings } from '../notices/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { entry, serverWithList } from './list.ts';

/** Each of two operators has been told of a new list and of a revocation. */
async function told() {
  const server = await serverWithList({ operators: ['example-isp', 'other-isp'] }, [
    entry(),
    entry({ address: '198.51.100.1' }),
  ]);
  server.tell();
  const by = { by: 'a.analyst', role: 'analyst' };
  recordStep(server.db, server.indicator(), { kind: 'revoke', reason: 'taken down' }, by);
  server.tell();
  return server;
}

describe('notices', () => {
  it('are listed, the newest first, in pages, by operator and by what became of them', async () => {
    const { as } = await told();
    const list = async (query: string) => (await as('auditor').get(`/api/notices${query}`)).json();
    const first = await list('?limit=3');
    expect(first).toMatchObject({
      items: [{ kind: 'revocation', state: 'unplanned' }, { kind: 'revocation' }, { kind: 'new' }],
      total: 4,
    });
    expect(await list(`?limit=3&cursor=${first.nextCursor}`)).toMatchObject({
      items: [{ kind: 'new' }],
      nextCursor: null,
    });
    expect((await list('?operator=other-isp&state=open')).total).toBe(2);
    expect((await list('?delivery=delivered')).total).toBe(0);
    expect((await list('?delivery=unplanned')).total).toBe(4);
  });

  it('an operator sees its own; another’s id is answered like one that there is not', async () => {
    const { as } = await told();
    const operator = as('operator');
    const own = (await operator.get('/api/notices?operator=other-isp')).json();
    expect(own.total).toBe(2);
    expect(own.items.map((notice: { operator: string }) => notice.operator)).toEqual([
      'example-isp',
      'example-isp',
    ]);
    const others = (await as('analyst').get('/api/notices?operator=other-isp')).json().items[0].id as string;
    for (const path of ['', '/acknowledgement']) {
      const ask = async (id: string) => {
        const url = `/api/notices/${id}${path}`;
        const { statusCode, body } = await (path === '' ? operator.get(url) : operator.post(url, {}));
        return `${statusCode} ${body.replaceAll(id, 'X')}`;
      };
      expect(await ask(others)).toBe(await ask('notice--0'));
      expect(await ask(others)).toMatch(/^404 /);
    }
  });

  it('an operator is not shown the escalation of its own silence', async () => {
    const { as, db } = await told();
    db.prepare('UPDATE noticesAwaited SET issuedAtMs = 0 WHERE notice = 1').run();
    const folder = temporaryFolder();
    const key = SigningKey.open(`${folder}/key.pem`);
    escalateUnanswered(db, settings(folder), Date.now(), () => key);
    const all = (await as('analyst').get('/api/notices')).json();
    expect(all.items[0]).toMatchObject({ kind: 'escalation', recipient: 'escalation' });
    const [operator] = all.items.filter((one: { recipient: string }) => one.recipient === 'escalation');
    const asked = as('operator', 'x', operator.operator);
    expect((await asked.get('/api/notices')).json().total).toBe(2);
    expect((await asked.get(`/api/notices/${operator.id}`)).statusCode).toBe(404);
    expect((await as('analyst').post(`/api/notices/${operator.id}/acknowledgement`, {})).statusCode).toBe(
      422,
    );
  });

  it('each is shown as it was signed, with the key that checks it', async () => {
    const { as } = await told();
    const operator = as('operator');
    const { id } = (await operator.get('/api/notices')).json().items[0];
    const notice = (await operator.get(`/api/notices/${id}`)).json();
    expect(notice).toMatchObject({ id, deliveries: [], attempts: [], state: 'unplanned' });
    expect(JSON.parse(notice.signed)).toMatchObject({ kind: 'revocation', operator: 'example-isp' });
    const pem = await operator.get(`/api/signing-key?key=${notice.key}`);
    expect(pem.headers['content-type']).toBe('application/x-pem-file');
    expect(pem.body).toBe((await operator.get('/api/signing-key')).body);
    const signature = Buffer.from(notice.signature, 'base64');
    expect(verifySignature(pem.body, Buffer.from(notice.signed), signature)).toBe(true);
    expect(verifySignature(pem.body, Buffer.from(`${notice.signed} `), signature)).toBe(false);
    expect((await operator.get('/api/signing-key?key=x')).statusCode).toBe(404);
  });

  it('there is no key until something is signed', async () => {
    const { as } = await serverWithList();
    expect((await as('operator').get('/api/signing-key')).statusCode).toBe(404);
  });

  it('are acknowledged once, by the operator or by who was told for it', async () => {
    const { as, db } = await told();
    const operator = as('operator', 'c.engineer');
    const [newest, oldest] = (await operator.get('/api/notices')).json().items;
    const url = `/api/notices/${newest.id}/acknowledgement`;
    const done = await operator.post(url, { reason: 'ticket 1234' });
    expect(done.statusCode).toBe(201);
    expect(done.json()).toMatchObject({ operator: 'example-isp', by: 'c.engineer', isNew: true });
    const again = await as('analyst', 'a.analyst').post(url, {});
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ by: 'c.engineer', reason: 'ticket 1234', isNew: false });
    const byAnalyst = `/api/notices/${oldest.id}/acknowledgement`;
    expect((await as('analyst', 'a.analyst').post(byAnalyst, {})).json().by).toBe('a.analyst');
    expect((await operator.get('/api/notices?state=open')).json().total).toBe(0);
    expect((await operator.get('/api/notices?state=acknowledged')).json().total).toBe(2);
    const events = db
      .prepare("SELECT actor, role FROM events WHERE action = 'notice.acknowledge' ORDER BY sequence")
      .all();
    expect(events).toEqual([
      { actor: 'c.engineer', role: 'operator' },
      { actor: 'a.analyst', role: 'analyst' },
    ]);
    const empty = await operator.post(url, { reason: '' });
    expect(empty.json().errors).toMatchObject([{ field: 'body.reason' }]);
  });
});
