// L22 by the API: what became of every record, whose it is to see, and what does not add up.
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/time.ts';
import type { LedgerAnswer } from '../../src/http/routes/ledger.ts';
import type { Database } from '../../src/store/database.ts';
import { LedgerTable } from '../../src/store/ledger.ts';
import { Origins } from '../../src/store/origins.ts';
import { testServer } from './fixture.ts';

const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;

function fill(db: Database): void {
  const add = db.prepare(
    `INSERT INTO sources (id, kind, name, operator, retentionBasis) VALUES (?, 'listener', ?, ?, 'basis')`,
  );
  add.run(1, 'one', 'example-isp');
  add.run(2, 'two', 'other-isp');
  const ledger = new LedgerTable(db, new Origins(db));
  const row = (source: number, fromMs: number, exporter: string, more = {}) =>
    ledger.upsert(source, {
      exporter,
      fromMs,
      toMs: fromMs + 60_000,
      counts: { datagrams: 9, records: 10, matched: 2, noHit: 5, notInForce: 3, kernelDropped: 1, ...more },
      observed: { lastSeenMs: fromMs + 1, clockSkewMs: -5, sampling: null },
    });
  row(1, TODAY - 3 * DAY_MS, '192.0.2.1');
  row(1, TODAY - 3 * DAY_MS + HOUR_MS, '192.0.2.2');
  row(1, TODAY - 2 * DAY_MS, '192.0.2.1', { undecodable: 4 });
  row(2, TODAY - 2 * DAY_MS, '192.0.2.9');
}

async function served() {
  const server = await testServer();
  fill(server.db);
  const asking = async (text: string, query = '') => {
    const answer = await server.app.inject({ url: `/api/ledger${query}`, headers: server.bearer(text) });
    return { status: answer.statusCode, ...(answer.json() as LedgerAnswer), body: answer.json() };
  };
  return { ...server, asking };
}

describe('the ledger', () => {
  it('adds up per operator, over all days, with coverage beside it', async () => {
    const { asking, token } = await served();
    const { items, total, nextCursor } = await asking(token('engineer'));
    expect([total, nextCursor]).toEqual([2, null]);
    expect(items).toMatchObject([
      {
        operator: 'example-isp',
        exporter: null,
        fromMs: TODAY - 3 * DAY_MS,
        toMs: TODAY - 2 * DAY_MS + 60_000,
        records: 30,
        matched: 6,
        discarded: { noHit: 15, notInForce: 9, otherPort: 0 },
        unaccounted: 0,
        discrepancy: null,
        lastSeenMs: TODAY - 2 * DAY_MS + 1,
        clockSkewMs: -5,
        sampling: null,
        coverage: {
          received: { records: 30, undecodable: 4 },
          accounted: { matched: 6, discarded: 24 },
          lostDatagrams: 3,
          lostShare: 0.1,
        },
      },
      { operator: 'other-isp', records: 10 },
    ]);
  });

  it('adds up per exporter, day and hour, in the order asked for', async () => {
    const { asking, token } = await served();
    const text = token('auditor');
    const exporters = (await asking(text, '?by=exporter')).items;
    expect(exporters.map(({ operator, exporter, records }) => [operator, exporter, records])).toEqual([
      ['example-isp', '192.0.2.1', 20],
      ['example-isp', '192.0.2.2', 10],
      ['other-isp', '192.0.2.9', 10],
    ]);
    const days = (await asking(text, '?by=day')).items;
    expect(
      days.map(({ fromMs, operator, records }) => [(TODAY - fromMs) / DAY_MS, operator, records]),
    ).toEqual([
      [2, 'other-isp', 10],
      [2, 'example-isp', 10],
      [3, 'example-isp', 20],
    ]);
    const hours = (
      await asking(text, `?by=hour&order=asc&since=${TODAY - 3 * DAY_MS}&until=${TODAY - 2 * DAY_MS}`)
    ).items;
    expect(hours.map(({ fromMs }) => (fromMs - TODAY + 3 * DAY_MS) / HOUR_MS)).toEqual([0, 1]);
  });

  it('comes in pages that leave nothing out and repeat nothing', async () => {
    const { asking, token } = await served();
    const text = token('auditor');
    for (const query of ['by=operator', 'by=exporter', 'by=hour', 'by=day', 'by=day&order=asc']) {
      const whole = (await asking(text, `?${query}`)).items;
      const paged: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: LedgerAnswer = await asking(
          text,
          `?${query}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        paged.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(paged, query).toEqual(whole);
      expect(whole.length).toBeGreaterThan(1);
    }
  });

  it('shows an operator its own, whatever it asks for', async () => {
    const { asking, token } = await served();
    const operators = async (query: string) =>
      (await asking(token('operator'), query)).items.map(({ operator }) => operator);
    expect(await operators('')).toEqual(['example-isp']);
    expect(await operators('?operator=other-isp')).toEqual(['example-isp']);
    expect(new Set(await operators('?by=exporter&operator=other-isp'))).toEqual(new Set(['example-isp']));
    expect((await asking(token('analyst'), '?operator=other-isp')).items).toHaveLength(1);
  });

  it('says plainly what does not add up', async () => {
    const { asking, token, db } = await served();
    db.pragma('ignore_check_constraints = ON');
    db.exec(`UPDATE ledger SET noHit = 1 WHERE fromMs = ${TODAY - 2 * DAY_MS} AND undecodable = 4`);
    const { items } = await asking(token('auditor'));
    expect(items.map(({ unaccounted, discrepancy }) => [unaccounted, discrepancy])).toEqual([
      [4, '4 of 30 records are neither matched nor discarded, or counted twice'],
      [0, null],
    ]);
  });

  it('is empty without flows, and names a wrong field', async () => {
    const { asking, token } = await served();
    expect((await asking(token('auditor'), '?since=0&until=1')).items).toEqual([]);
    const wrong = await asking(token('auditor'), '?by=week');
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([400, 'querystring.by']);
    expect((await asking(token('auditor'), '?cursor=x')).status).toBe(400);
  });
});
