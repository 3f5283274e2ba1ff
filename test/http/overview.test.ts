import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/core/time.ts';
import type { LiveFigures } from '../../src/engine/live-figures.ts';
import { LedgerTable } from '../../src/store/ledger.ts';
import { Origins } from '../../src/store/origins.ts';
import { revokeToken } from '../../src/store/tokens.ts';
import { verification } from '../authority/fixture.ts';
import { testServer } from './fixture.ts';
import { entry, indicatorServer, isoBefore } from './indicators-fixture.ts';

function figures(problem: string | null, atMs = Date.now()): LiveFigures {
  const listeners = [{ name: 'udp 2055', bound: null, problem }];
  return {
    atMs,
    startedMs: 0,
    health: { ready: problem === null, list: { generation: 7 }, store: 'ok', listeners },
    engine: null,
    tasks: [],
  };
}

/** Two operators' last minutes. */
function filled({ db }: Awaited<ReturnType<typeof testServer>>): number {
  const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  const add = db.prepare(
    `INSERT INTO sources (id, kind, name, operator, retentionBasis) VALUES (?, 'listener', ?, ?, 'basis')`,
  );
  add.run(1, 'one', 'example-isp');
  add.run(2, 'two', 'other-isp');
  const ledger = new LedgerTable(db, new Origins(db));
  const row = (source: number, fromMs: number, matched: number) =>
    ledger.upsert(source, {
      exporter: '192.0.2.1',
      fromMs,
      toMs: fromMs + MINUTE_MS,
      counts: { datagrams: 2, records: 10, matched, noHit: 10 - matched, slabDropped: 1, kernelDropped: 2 },
    });
  row(1, minute - 90 * MINUTE_MS, 9);
  row(1, minute - 2 * MINUTE_MS, 3);
  row(1, minute, 4);
  row(2, minute, 5);
  db.prepare(
    `INSERT INTO disputes (indicator, authorisation, operator, ground, suspends, by, role, atMs, recordedAtMs)
     VALUES ('i', 'a', ?, 'wrong', 0, 'x', 'operator', 1, 1)`,
  ).run('other-isp');
  return minute;
}

describe('overview', () => {
  it('says what waits and what was found; an operator sees its own alone', async () => {
    const server = await testServer({ figures: () => figures(null) });
    filled(server);
    const { app, token, bearer } = server;
    const ask = async (text: string) =>
      (await app.inject({ url: '/api/overview', headers: bearer(text) })).json();
    expect(await ask(token('analyst'))).toMatchObject({
      ready: true,
      generation: 7,
      problems: [],
      needs: { disputesOpen: 1, noticesUnacknowledged: 0, matchesToPurge: 0, warningsUnclear: 0 },
      totals: { records: 40, matched: 21 },
    });
    const own = await ask(token('operator'));
    expect(own).toMatchObject({ ready: true, totals: null, listeners: [] });
    expect(own.needs).toEqual({ disputesOpen: 0, noticesUnacknowledged: 0 });
    const other = await ask(token('operator', 'o', 'other-isp'));
    expect(other.needs).toEqual({ disputesOpen: 1, noticesUnacknowledged: 0 });
  });

  it('counts the indicators whose verification is due, to all but operators', async () => {
    const { app, as, items, token, bearer } = await indicatorServer([
      entry(),
      entry({ address: '203.0.113.20', verifications: [verification(isoBefore(9 * DAY_MS))] }),
      entry({ address: '203.0.113.21', verifications: [verification(isoBefore(8 * DAY_MS))] }),
    ]);
    // The list that it counts in has been worked out once this is answered.
    expect(await items('?due=1')).toHaveLength(2);
    const { needs } = (await as('analyst')({ url: '/api/overview' })).json();
    expect(needs.verificationsDue).toBe(2);
    const own = await app.inject({ url: '/api/overview', headers: bearer(token('operator')) });
    expect(own.json().needs).not.toHaveProperty('verificationsDue');
  });

  it.each([
    ['a listener that cannot listen', () => figures('the port is taken'), 'udp 2055: the port is taken'],
    ['a daemon that hangs', () => figures(null, Date.now() - 6_000), 'the daemon does not answer'],
    ['no daemon yet', () => null, 'not started'],
  ])('names the problem: %s', async (_name, now, text) => {
    const { app, token, bearer } = await testServer({ figures: now });
    const answer = await app.inject({ url: '/api/overview', headers: bearer(token('engineer')) });
    expect(answer.json()).toMatchObject({ ready: false, problems: [{ text }] });
  });
});

describe('history', () => {
  it('adds up minutes, of the time and the operator asked for', async () => {
    const server = await testServer();
    const minute = filled(server);
    const { app, token, bearer } = server;
    const ask = async (text: string, query: string) =>
      (await app.inject({ url: `/api/figures/history${query}`, headers: bearer(text) })).json().items;
    expect(await ask(token('engineer'), '')).toMatchObject([
      { atMs: minute - 2 * MINUTE_MS, records: 10, matched: 3, lost: 3 },
      { atMs: minute, records: 20, matched: 9, lost: 6 },
    ]);
    expect(await ask(token('auditor'), '?operator=other-isp')).toMatchObject([{ atMs: minute, matched: 5 }]);
    expect(await ask(token('auditor'), '?minutes=120')).toHaveLength(3);
    // Another operator's figures, asked for by its name.
    expect(await ask(token('operator'), '?minutes=1&operator=other-isp')).toMatchObject([{ matched: 4 }]);
    const wrong = await app.inject({
      url: '/api/figures/history?minutes=0',
      headers: bearer(token('auditor')),
    });
    expect(wrong.json().errors).toMatchObject([{ field: 'querystring.minutes' }]);
  });
});

describe('live', () => {
  async function watch(role: 'engineer' | 'operator' = 'engineer') {
    const server = await testServer({ figures: () => figures(null) });
    filled(server);
    const { app, token, bearer } = server;
    const text = token(role);
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/api/live`, { headers: bearer(text) });
    return { ...server, text, response, rest: () => response.text() };
  }

  it('sends figures and needs, with the headers of every answer, and ends with the token', async () => {
    const { db, text, response, rest } = await watch();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
    revokeToken(db, text.split('_')[1] as string, null, { by: 'root', role: 'admin' });
    const said = await rest();
    expect(said).toContain('event: figures\ndata: {');
    expect(said).toContain('"disputesOpen":1');
  });

  it('ends with the server, and tells an operator of its own alone', async () => {
    const { app, rest } = await watch('operator');
    const said = rest();
    await app.close();
    expect(await said).toContain('event: needs\ndata: {"disputesOpen":0,"noticesUnacknowledged":0}\n');
  });
});
