import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WorkThreads } from '../../src/http/long-work.ts';
import { findAuthorisation } from '../../src/store/authorisations.ts';
import { isWritable, openDatabase } from '../../src/store/database.ts';
import { temporaryFolder } from '../support/cli.ts';
import { testServer } from './fixture.ts';
import { entry, listOf, REFERENCE } from './list.ts';

const LOG = { info: () => {}, warn: () => {}, error: () => {} };
const LIST = listOf({}, [entry()]);

/** A server whose long work is done by threads, and a second connection that can hold the database. */
async function server({ stopWaitMs = 5_000 } = {}) {
  const path = join(temporaryFolder(), 'flows.db');
  const work = new WorkThreads(path, LOG, { stopWaitMs });
  const { app, db, token, bearer } = await testServer({ db: openDatabase(path), work });
  const other = openDatabase(path);
  onTestFinished(() => {
    other.close();
  });
  const headers = bearer(token('analyst'));
  const importing = (payload: string) =>
    app.inject({
      method: 'POST',
      url: '/api/authorisations',
      payload,
      headers: { ...headers, 'content-type': 'application/json' },
    });
  const get = (url: string) => app.inject({ url, headers });
  const isUnderWay = () => {
    try {
      work.refuseMore('importAuthorisation');
      return false;
    } catch {
      return true;
    }
  };
  return { app: app as unknown as FastifyInstance, db, other, headers, importing, get, isUnderWay };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('long work', () => {
  it('keeps nobody waiting: others are answered before it ends', async () => {
    const { other, importing, get, isUnderWay } = await server();
    other.exec('BEGIN IMMEDIATE');
    const order: string[] = [];
    const imported = importing(LIST).then(({ statusCode }) => order.push(`import ${statusCode}`));
    await until(isUnderWay);
    for (const url of ['/healthz', '/api/indicators', '/api/authorisations']) {
      order.push(`${url} ${(await get(url)).statusCode}`);
    }
    other.exec('COMMIT');
    await imported;
    expect(order).toEqual(['/healthz 200', '/api/indicators 200', '/api/authorisations 200', 'import 201']);
  });

  it('lets who is going to write wait for a turn without stopping others', async () => {
    const { app, other, headers, get } = await server();
    other.exec('BEGIN IMMEDIATE');
    const order: string[] = [];
    const read = get('/api/matches?purpose=a%20case').then(({ statusCode }) =>
      order.push(`matches ${statusCode}`),
    );
    const changed = app
      .inject({
        method: 'POST',
        url: '/api/subject',
        headers,
        payload: { ip: '203.0.113.7', purpose: 'asked' },
      })
      .then(({ statusCode }) => order.push(`subject ${statusCode}`));
    order.push(`health ${(await get('/healthz')).statusCode}`);
    other.exec('COMMIT');
    await Promise.all([read, changed]);
    expect(order[0]).toBe('health 200');
    expect(order.slice(1).sort()).toEqual(['matches 200', 'subject 200']);
  });

  it('is done one change at a time: another is refused, and told when to ask again', async () => {
    const { app, other, headers, importing, isUnderWay } = await server();
    other.exec('BEGIN IMMEDIATE');
    const first = importing(LIST);
    await until(isUnderWay);
    const second = await importing('x');
    const feed = await app.inject({
      method: 'POST',
      url: `/api/indicators/import?from=text&authorisation=${encodeURIComponent(REFERENCE)}`,
      headers,
      payload: '203.0.113.8\n',
    });
    other.exec('COMMIT');
    expect(second.headers['retry-after']).toBe('10');
    expect(second.json()).toMatchObject({ status: 503 });
    expect(second.json().detail).toMatch(/^another large change is being made/);
    expect([feed.statusCode, (await first).statusCode]).toEqual([503, 201]);
    expect((await importing(LIST)).statusCode).toBe(200);
  });

  it('refuses as it would here: code, fields and rules', async () => {
    const wrong = listOf({ operators: 'all' }, [entry()]);
    const threaded = await (await server()).importing(wrong);
    const here = await testServer();
    const answer = await here.app.inject({
      method: 'POST',
      url: '/api/authorisations',
      payload: wrong,
      headers: { ...here.bearer(here.token('analyst')), 'content-type': 'application/json' },
    });
    expect(threaded.statusCode).toBe(422);
    expect(threaded.json()).toMatchObject({ errors: [{ field: 'authorisation.operators', rule: 'L1' }] });
    expect(threaded.json()).toEqual(answer.json());
  });

  it('writes documents, also while a change is made', async () => {
    const { other, importing, get } = await server();
    await importing(LIST);
    other.exec('BEGIN IMMEDIATE');
    const second = importing(listOf({ reference: '003/2026' }, [entry()]));
    const url = `/api/authorisations/${encodeURIComponent(REFERENCE)}/reports/context-note`;
    const note = await get(url);
    other.exec('COMMIT');
    expect(note.statusCode).toBe(200);
    expect(note.body).toContain(REFERENCE);
    expect((await second).statusCode).toBe(201);
  });

  it('is let come to its end when the server stops', async () => {
    const { app, db, other, importing, isUnderWay } = await server();
    other.exec('BEGIN IMMEDIATE');
    const imported = importing(LIST);
    await until(isUnderWay);
    const closed = app.close();
    other.exec('COMMIT');
    expect((await imported).statusCode).toBe(201);
    await closed;
    expect(findAuthorisation(db, REFERENCE)).toBeDefined();
  });

  it('leaves nothing half done when the server stops and it takes too long', async () => {
    const { app, db, importing } = await server({ stopWaitMs: 0 });
    const many = Array.from({ length: 4_000 }, (_, n) =>
      entry({ address: `198.51.${100 + (n >> 8)}.${n & 255}` }),
    );
    const imported = importing(listOf({}, many));
    await until(() => !isWritable(db));
    await app.close();
    expect((await imported).statusCode).toBe(503);
    expect(isWritable(db)).toBe(true);
    expect(findAuthorisation(db, REFERENCE)).toBeUndefined();
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
