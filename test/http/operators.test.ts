import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/core/time.ts';
import type { EngineFigures, LiveFigures } from '../../src/engine/live-figures.ts';
import type { Database } from '../../src/store/database.ts';
import { eventsOf } from '../../src/store/events.ts';
import { LedgerTable } from '../../src/store/ledger.ts';
import { declareOperator, knownOperators } from '../../src/store/operators.ts';
import { Origins } from '../../src/store/origins.ts';
import { testServer } from './fixture.ts';

const MINUTE = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

type Listener = EngineFigures['listeners'][number];
function listener(name: string, operators: readonly string[], change: Partial<Listener> = {}): Listener {
  return {
    name,
    operators,
    problem: null,
    bound: {
      address: '::',
      port: 2055,
      sockets: 1,
      receiveBuffer: { asked: 16_777_216, obtained: 16_777_216 },
      dropsKnown: true,
    },
    known: { exporters: 1, templates: 3, waitingSets: 0, templatesOf: [['192.0.2.1', 3]] },
    ...change,
  };
}

function figuresOf(listeners: readonly Listener[]): LiveFigures {
  const { engine, ...rest } = EMPTY;
  return { ...rest, engine: { ...(engine as EngineFigures), listeners } };
}
const HISTOGRAM = { counts: [], sumSeconds: 0 };
const EMPTY: LiveFigures = {
  atMs: Date.now(),
  startedMs: 0,
  health: { ready: true, list: { generation: 1 }, store: 'ok', listeners: [] },
  tasks: [],
  engine: {
    listeners: [],
    sources: [],
    list: null,
    slabs: 1,
    slabsHandedOver: 0,
    batchesUnderWay: 0,
    uncommittedRows: 0,
    uncommittedMatches: 0,
    matching: HISTOGRAM,
    committing: HISTOGRAM,
    failedCommits: 0,
    lastCommitMs: null,
    memory: { rss: 1, heapUsed: 1 },
  },
};

const CHANGE = { by: 'x', role: 'engineer', at: 1 };

async function asking(listeners: readonly Listener[] = []) {
  const server = await testServer({ figures: () => figuresOf(listeners) });
  const { app, token, bearer } = server;
  const engineer = bearer(token('engineer', 'an.engineer'));
  const get = async (url: string, headers = engineer) => (await app.inject({ url, headers })).json();
  const put = (id: string, payload: object, version?: string, headers = engineer) =>
    app.inject({
      method: 'PUT',
      url: `/api/operators/${id}`,
      payload,
      headers: { ...headers, ...(version === undefined ? {} : { 'if-match': version }) },
    });
  return { ...server, get, put, engineer };
}

describe('operators', () => {
  it('are listed with their listeners and what is wrong with these, also those that a listener alone names', async () => {
    const { db, get } = await asking([
      listener('udp [::]:2055', ['example-isp'], { problem: 'the address is taken', bound: null }),
      listener('tls [::]:4740', ['example-isp', 'forgotten-isp']),
    ]);
    declareOperator(db, 'example-isp', { name: 'Example ISP', retention: { 'lce-122': 'P6M' } }, CHANGE);
    declareOperator(db, 'silent-isp', {}, CHANGE);
    const { items, total } = await get('/api/operators');
    expect(total).toBe(3);
    expect(items).toMatchObject([
      {
        id: 'example-isp',
        version: 1,
        name: 'Example ISP',
        retention: { 'lce-122': 'P6M' },
        listeners: [
          { name: 'udp [::]:2055', problem: 'the address is taken', problems: ['deaf'] },
          { name: 'tls [::]:4740', problem: null, problems: [] },
        ],
        noticesUnacknowledged: 0,
        disputesOpen: 0,
      },
      { id: 'forgotten-isp', version: 0, name: null, listeners: [{ name: 'tls [::]:4740' }] },
      { id: 'silent-isp', version: 1, listeners: [] },
    ]);
  });

  it('come in pages that are the same whoever comes meanwhile', async () => {
    const { db, get } = await asking();
    for (const id of ['b', 'd', 'f']) declareOperator(db, id, {}, CHANGE);
    const first = await get('/api/operators?limit=2');
    declareOperator(db, 'a', {}, CHANGE);
    const second = await get(`/api/operators?limit=2&cursor=${first.nextCursor}`);
    const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(ids).toEqual(['b', 'd', 'f']);
    expect(second.nextCursor).toBe(null);
    expect((await get('/api/operators?cursor=x')).status).toBe(400);
  });

  it('are changed by whoever has seen what stands; the change is on record', async () => {
    const { app, db, put, engineer } = await asking();
    declareOperator(db, 'example-isp', { name: 'Example' }, CHANGE);
    const seen = await app.inject({ url: '/api/operators/example-isp', headers: engineer });
    expect(seen.headers.etag).toBe('"1"');
    expect((await put('example-isp', { name: 'Other' })).statusCode).toBe(428);
    const changed = await put(
      'example-isp',
      { contact: 'soc@isp.example', language: 'de', retention: { 'lce-122': 'P3M' } },
      '"1"',
    );
    expect(changed.statusCode).toBe(200);
    expect(changed.headers.etag).toBe('"2"');
    expect(changed.json()).toMatchObject({
      name: 'Example',
      contact: 'soc@isp.example',
      language: 'de',
      version: 2,
    });
    const stale = await put('example-isp', { name: 'Other' }, '"1"');
    expect(stale.statusCode).toBe(412);
    expect(stale.json().type).toBe('urn:flowsieve:problem:CONFLICT');
    expect(knownOperators(db).get('example-isp')?.name).toBe('Example');
    expect(eventsOf(db, ['example-isp']).at(-1)).toMatchObject({
      action: 'operator.change',
      actor: 'an.engineer',
      role: 'engineer',
    });
  });

  it('one that is not known yet is made known', async () => {
    const { put, db } = await asking();
    expect((await put('new-isp', { name: 'New' }, '"1"')).statusCode).toBe(412);
    expect((await put('new-isp', { name: 'New' }, '"0"')).json()).toMatchObject({
      id: 'new-isp',
      version: 1,
    });
    expect(knownOperators(db).get('new-isp')?.name).toBe('New');
  });

  it.each<[id: string, payload: object, named: string]>([
    ['example-isp', { name: '' }, 'body.name'],
    ['example-isp', { contact: 'x'.repeat(501) }, 'body.contact'],
    ['example-isp', { nme: 'x' }, 'nme'],
    ['example-isp', { retention: { 'lce-122': 'six months' } }, 'body.retention.lce-122'],
    [
      'example-isp',
      { retention: { 'lce-126-1': 'P5M' } },
      'body.retention.lce-126-1: the term of lce-126-1 is one of',
    ],
    ['Example%20ISP', { name: 'x' }, 'params.id'],
  ])('what is wrong is named: %s %#', async (id, payload, named) => {
    const { put } = await asking();
    const answer = await put(id, payload, '"0"');
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toContain(named);
  });

  it('an operator sees itself; another is answered like one that there is not; nobody but engineer and admin changes one', async () => {
    const { db, app, get, put, token, bearer } = await asking([
      listener('udp', ['example-isp', 'other-isp']),
    ]);
    for (const id of ['example-isp', 'other-isp']) declareOperator(db, id, {}, CHANGE);
    const own = bearer(token('operator'));
    expect((await get('/api/operators', own)).items).toMatchObject([{ id: 'example-isp' }]);
    expect((await get('/api/operators/example-isp', own)).id).toBe('example-isp');
    const [other, none] = await Promise.all(
      ['other-isp', 'none'].map((id) => app.inject({ url: `/api/operators/${id}`, headers: own })),
    );
    expect(other?.statusCode).toBe(404);
    expect(other?.body.replaceAll('other-isp', '…')).toBe(none?.body.replaceAll('none', '…'));
    for (const role of ['operator', 'analyst', 'auditor'] as const) {
      expect((await put('example-isp', { name: 'x' }, '"1"', bearer(token(role)))).statusCode).toBe(403);
    }
    expect((await put('example-isp', { name: 'x' }, '"1"', bearer(token('admin')))).statusCode).toBe(200);
  });
});

function ledgerOf(db: Database) {
  const add = db.prepare(
    `INSERT INTO sources (kind, name, operator, retentionBasis) VALUES ('listener', ?, ?, 'lce-126-1')`,
  );
  const ledger = new LedgerTable(db, new Origins(db));
  return {
    source: (name: string, operator: string) => Number(add.run(name, operator).lastInsertRowid),
    row: (
      source: number,
      exporter: string | null,
      ageMinutes: number,
      counts: Record<string, number>,
      observed = {},
    ) =>
      ledger.upsert(source, {
        exporter,
        fromMs: MINUTE - ageMinutes * MINUTE_MS,
        toMs: MINUTE - (ageMinutes - 1) * MINUTE_MS,
        counts: { noHit: counts.records ?? 0, ...counts },
        observed: {
          lastSeenMs: MINUTE - ageMinutes * MINUTE_MS,
          clockSkewMs: null,
          sampling: null,
          ...observed,
        },
      }),
  };
}

describe('exporters', () => {
  it('are listed with what they brought, lost and announced, and what is wrong', async () => {
    const { db, get } = await asking([listener('udp', ['example-isp'])]);
    const { source, row } = ledgerOf(db);
    const udp = source('udp', 'example-isp');
    row(udp, '192.0.2.1', 90, { datagrams: 9, records: 90 });
    row(udp, '192.0.2.1', 30, { datagrams: 5, records: 50 }, { clockSkewMs: -90_000, sampling: 100 });
    row(udp, '192.0.2.1', 1, { datagrams: 10, records: 600, sequenceLost: 7 }, { clockSkewMs: 2_000 });
    row(udp, '192.0.2.2', 20, { datagrams: 4, early: 4, records: 0 });
    row(udp, null, 1, { kernelDropped: 3, refused: 2 }, { lastSeenMs: null });
    const gone = source('udp old', 'example-isp');
    row(gone, '192.0.2.9', 200, { datagrams: 1, records: 1 });
    const { items, total } = await get('/api/exporters');
    expect(total).toBe(4);
    expect(items).toMatchObject([
      { exporter: null, kernelDropped: 3, refused: 2, templates: null, problems: ['kernelDrops', 'refused'] },
      {
        exporter: '192.0.2.1',
        listener: 'udp',
        datagrams: 15,
        records: 650,
        sequenceLost: 7,
        clockSkewMs: -90_000,
        sampling: 100,
        lastSeenMs: MINUTE - MINUTE_MS,
        templates: 3,
        problems: ['sequenceGaps', 'clockSkew'],
      },
      { exporter: '192.0.2.2', templates: null, problems: ['silent', 'noTemplate'] },
      { exporter: '192.0.2.9', listener: 'udp old', datagrams: 0, problems: ['listenerGone'] },
    ]);
    // Five minutes and what has passed of this one.
    expect(items[1].recordsPerSecond).toBeGreaterThan(600 / 361);
    expect(items[1].recordsPerSecond).toBeLessThanOrEqual(600 / 300);
    expect((await get('/api/exporters?minutes=120')).items[1]).toMatchObject({ records: 740 });
    expect((await get('/api/exporters?q=192.0.2.2')).items).toMatchObject([{ exporter: '192.0.2.2' }]);
    expect((await get('/api/exporters?minutes=4')).errors).toMatchObject([{ field: 'querystring.minutes' }]);
  });

  it('of no listener it is said that it is gone while the daemon has not said which there are', async () => {
    const { app, db, token, bearer } = await testServer();
    const { source, row } = ledgerOf(db);
    row(source('udp', 'example-isp'), '192.0.2.1', 1, { datagrams: 1, undecodable: 1 });
    const answer = await app.inject({ url: '/api/exporters', headers: bearer(token('auditor')) });
    expect(answer.json().items).toMatchObject([{ templates: null, problems: ['undecodable'] }]);
  });

  it('those unheard for longer than asked are left out, however long the ledger is', async () => {
    const { db, get } = await asking();
    const { source, row } = ledgerOf(db);
    const udp = source('udp', 'example-isp');
    row(udp, '192.0.2.1', (3 * DAY_MS) / MINUTE_MS, { datagrams: 1 });
    row(udp, '192.0.2.2', 1, { datagrams: 1 });
    expect((await get('/api/exporters?days=1')).total).toBe(1);
    expect((await get('/api/exporters')).total).toBe(2);
  });

  it('come in pages, each exporter once, also where several have none or the same address', async () => {
    const { db, get } = await asking();
    const { source, row } = ledgerOf(db);
    for (const operator of ['b-isp', 'a-isp']) {
      for (const name of ['udp 1', 'udp 2']) {
        const id = source(name, operator);
        for (const exporter of [null, '192.0.2.1', '192.0.2.10']) row(id, exporter, 1, { datagrams: 1 });
      }
    }
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: Record<string, unknown>[]; nextCursor: string | null } = await get(
        `/api/exporters?limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(
        ...page.items.map(({ operator, listener, exporter }) => `${operator} ${listener} ${exporter}`),
      );
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
    expect(seen[0]).toBe('a-isp udp 1 null');
  });

  it.each([
    ['recordsPerSecond', '132', '231'],
    ['lost', '213', '312'],
    // By how far it is off, either way; the unknown first.
    ['clockSkewMs', '312', '213'],
    // Alike, they keep their order.
    ['lastSeenMs', '213', '132'],
    ['operator', '123', '123'],
  ])('are sorted by %s, page by page, both ways', async (sort, ascending, descending) => {
    const { db, get } = await asking();
    const { source, row } = ledgerOf(db);
    const udp = source('udp', 'example-isp');
    row(udp, '192.0.2.1', 1, { datagrams: 1, records: 1, slabDropped: 1 }, { clockSkewMs: 5 });
    row(udp, '192.0.2.2', 2, { datagrams: 1, records: 9 }, { clockSkewMs: -90 });
    row(udp, '192.0.2.3', 1, { datagrams: 1, records: 5, kernelDropped: 2 });
    const inPages = async (order: string) => {
      let seen = '';
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: { items: { exporter: string }[]; nextCursor: string | null } = await get(
          `/api/exporters?sort=${sort}&order=${order}&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        seen += page.items.map(({ exporter }) => exporter.slice(-1)).join('');
        cursor = page.nextCursor;
      }
      return seen;
    };
    expect(await inPages('asc')).toBe(ascending);
    expect(await inPages('desc')).toBe(descending);
  });

  it('an order that there is not is refused by name', async () => {
    const { get } = await asking();
    expect((await get('/api/exporters?sort=name')).errors).toMatchObject([{ field: 'querystring.sort' }]);
  });

  it('an operator sees its own, whatever it asks for', async () => {
    const { db, get, token, bearer } = await asking();
    const { source, row } = ledgerOf(db);
    row(source('udp', 'example-isp'), '192.0.2.1', 1, { datagrams: 1 });
    row(source('udp', 'other-isp'), '192.0.2.2', 1, { datagrams: 1 });
    const own = bearer(token('operator'));
    for (const query of ['', '?operator=other-isp']) {
      expect((await get(`/api/exporters${query}`, own)).items).toMatchObject([{ exporter: '192.0.2.1' }]);
    }
    expect((await get('/api/exporters?operator=other-isp')).items).toMatchObject([{ exporter: '192.0.2.2' }]);
  });
});
