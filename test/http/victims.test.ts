import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MatchItem } from '../../src/http/routes/matches.ts';
import type {
  VictimAnswer,
  VictimGroupsAnswer,
  VictimItem,
  VictimsAnswer,
} from '../../src/http/routes/victims.ts';
import { listConsultations } from '../../src/store/consultations.ts';
import { EVIDENCE_ORDERS } from '../../src/store/evidence-orders.ts';
import { placeSequester } from '../../src/store/sequesters.ts';
import { refreshEvidence } from '../../src/victims/refresh.ts';
import {
  deliver,
  FROM_MS,
  HOUR_MS,
  INDICATORS,
  OTHER,
  OWN,
  VICTIMS,
  victimServer,
} from './victims-fixture.ts';

type Server = Awaited<ReturnType<typeof victimServer>>;
interface Problem {
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}
interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly total: number | null;
}

const PURPOSE = 'purpose=ticket+1';
const list = async ({ ask }: Server, who: string, query = '') =>
  (await ask<VictimsAnswer>(who, `/api/victims?${PURPOSE}${query}`)).body;
const keysOf = (items: readonly VictimItem[]) =>
  items.map(({ victim, indicator, operator }) => `${victim} ${indicator.at(-1)} ${operator}`);
const idOf = async (server: Server, who: string, victim: string): Promise<string> =>
  (await list(server, who)).items.find((item) => item.victim === victim)?.id as string;

/** All pages of a list, one after another. */
async function pages<Item>({ ask }: Server, who: string, url: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { status, body } = await ask<Page<Item>>(who, `${url}${next}`);
    expect(status).toBe(200);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}

describe('victims', () => {
  it('are listed with the strongest evidence first, whose they are, and how much was looked at', async () => {
    const server = await victimServer();
    const { items, total, pendingDays } = await list(server, 'analyst');
    expect({ total, pendingDays, shown: items.length }).toEqual({ total: 5, pendingDays: 0, shown: 5 });
    expect(items[0]).toMatchObject({
      victim: VICTIMS.both,
      class: 'E3',
      threat: 'ExampleRAT',
      flows: 8,
      hours: 4,
      c2s: { listed: ['203.0.113.7'] },
      attribution: { entity: { id: 'example-hospital', sector: 'health' }, kind: 'essential' },
      beacon: { score: 0.5 },
      coverage: { isComplete: true, days: 1 },
    });
    expect(items.slice(1).map((item) => item.class)).toEqual(Array(4).fill('E2'));
  });

  it.each([
    ['the operator', `operator=${OTHER}`, 2],
    ['the indicator', `indicator=${INDICATORS[1]}`, 1],
    ['the C2 address', 'indicator=203.0.113.8', 1],
    ['the authorisation', 'authorisation=003%2F2026', 0],
    ['the class', 'class=E3,E4', 1],
    ['the entity', 'entity=example-hospital', 3],
    ['the time', `sinceMs=${FROM_MS + 3 * HOUR_MS}`, 1],
    ['a threat', 'q=otherb', 1],
    ['an entity by its name', 'q=HOSPITAL', 3],
    ['an operator by part of its id', 'q=other-', 2],
  ])('are filtered by %s', async (_, query, count) => {
    const server = await victimServer();
    expect((await list(server, 'auditor', `&${query}`)).items).toHaveLength(count);
  });

  it.each(
    Object.keys(EVIDENCE_ORDERS).flatMap((sort) => [
      [sort, 'asc'],
      [sort, 'desc'],
    ]),
  )('page by page they are the same as at once: %s %s', async (sort, order) => {
    const server = await victimServer();
    const query = `&sort=${sort}&order=${order}`;
    const whole = keysOf((await list(server, 'analyst', query)).items);
    const url = `/api/victims?${PURPOSE}${query}&limit=1`;
    const paged = keysOf(await pages<VictimItem>(server, 'analyst', url));
    expect(paged).toEqual(whole);
    const reversed = keysOf(
      (await list(server, 'analyst', `&sort=${sort}&order=${order === 'asc' ? 'desc' : 'asc'}`)).items,
    );
    expect(reversed).toEqual(whole.toReversed());
  });

  it('a page stays where it was when others come', async () => {
    const server = await victimServer();
    const first = await list(server, 'analyst', '&limit=2');
    deliver(server.db, OWN, '198.51.100.77', { hours: 5, atMs: FROM_MS + 24 * HOUR_MS });
    refreshEvidence(server.db);
    const rest = await list(server, 'analyst', `&cursor=${first.nextCursor}`);
    const shown = [...first.items, ...rest.items];
    expect(new Set(keysOf(shown)).size).toBe(5);
    expect(shown.some(({ victim }) => victim === '198.51.100.77')).toBe(false);
  });

  it('are gathered by what they have in common', async () => {
    const { ask } = await victimServer();
    const groups = async (by: string) =>
      (await ask<VictimGroupsAnswer>('analyst', `/api/victims/groups?${PURPOSE}&by=${by}`)).body.items.map(
        ({ key, victims }) => [key, victims],
      );
    expect(await groups('entity')).toEqual(
      expect.arrayContaining([
        [null, 2],
        ['example-hospital', 1],
      ]),
    );
    expect(await groups('operator')).toEqual(
      expect.arrayContaining([
        [OWN, 2],
        [OTHER, 2],
      ]),
    );
    expect(await groups('indicator')).toEqual([
      [INDICATORS[0], 3],
      [INDICATORS[1], 1],
    ]);
    expect(await groups('class')).toEqual([
      ['E2', 3],
      ['E3', 1],
    ]);
  });

  it('each is shown with its days of contact, hour by hour, and what warns of it', async () => {
    const server = await victimServer();
    const id = await idOf(server, 'analyst', VICTIMS.both);
    const { status, body } = await server.ask<VictimAnswer>('analyst', `/api/victims/${id}?${PURPOSE}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, victim: VICTIMS.both, isCut: false, warnings: [] });
    expect(body.items).toHaveLength(3);
    expect(body.items[0]?.timeline).toEqual([
      {
        dayMs: FROM_MS,
        flowsTo: 4,
        flowsFrom: 4,
        bytesTo: 4_800,
        bytesFrom: 4_800,
        hours: [0, 1, 2, 3],
        provenHours: [0, 1, 2, 3],
        beacon: 0.5,
      },
    ]);
  });

  it('is found by an address that stands in no path', async () => {
    const { ask } = await victimServer();
    const find = (who: string, address: string) =>
      ask<{ id: string } & Problem>(who, '/api/victims/find', { body: { address, purpose: 'ticket 1' } });
    const found = await find('analyst', '2001:DB8:7:0::9');
    const detail = await ask<VictimAnswer>('analyst', `/api/victims/${found.body.id}?${PURPOSE}`);
    expect(detail.body.victim).toBe(VICTIMS.other);
    expect(found.body.id).not.toContain('2001');
    const [unknown, others] = [await find('operator', '192.0.2.99'), await find('operator', VICTIMS.other)];
    expect([unknown.status, others.status]).toEqual([404, 404]);
    expect(others.body).toEqual(unknown.body);
    expect(JSON.stringify(others.body)).not.toContain(VICTIMS.other);
    const wrong = await find('analyst', '198.51.100.7x');
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body)).not.toContain('198.51');
  });

  it('an id is of no other victim once what it named is erased', async () => {
    const server = await victimServer();
    const id = await idOf(server, 'analyst', VICTIMS.own);
    const ask = async (named: string) =>
      (await server.ask('analyst', `/api/victims/${named}?${PURPOSE}`)).status;
    const [, proof] = id.split('-');
    const [row] = (await idOf(server, 'analyst', VICTIMS.other)).split('-');
    expect(await ask(id)).toBe(200);
    expect(await ask(`${row}-${proof}`)).toBe(404);
    server.db.prepare('DELETE FROM matches WHERE victim = ?').run(VICTIMS.own);
    expect(await ask(id)).toBe(404);
  });
});

describe('whoever reads', () => {
  it('is refused a filter that is not known, which would show everybody, and a purpose of nothing (L18)', async () => {
    const { ask, db } = await victimServer();
    const refused = async (query: string) => {
      const { status, body } = await ask<Problem>('analyst', `/api/victims?${query}`);
      expect(status).toBe(400);
      expect(JSON.stringify(body)).not.toContain(VICTIMS.own);
      return body.errors?.map(({ field, message }) => `${field}: ${message}`);
    };
    expect(await refused(`${PURPOSE}&victim=${VICTIMS.own}`)).toEqual([
      'querystring.victim: there is no such field',
    ]);
    expect(await refused('')).toEqual(['querystring.purpose: is required']);
    expect(await refused('purpose=%20%20')).toHaveLength(1);
    expect(listConsultations(db)).toEqual([]);
  });

  it('says what for, before anything is shown; no address stands in what is kept of it', async () => {
    const server = await victimServer();
    const none = await server.ask<Problem>('analyst', '/api/victims');
    expect(none.status).toBe(400);
    expect(none.body.errors?.map(({ field }) => field)).toEqual(['querystring.purpose']);
    expect(listConsultations(server.db)).toEqual([]);
    const id = await idOf(server, 'auditor', VICTIMS.own);
    await server.ask('auditor', `/api/victims/${id}?purpose=see+${VICTIMS.own}`);
    const readings = listConsultations(server.db);
    expect(readings).toMatchObject([
      { by: 'the.auditor', role: 'auditor', kind: 'victims', rows: 5 },
      { kind: 'victims', rows: 1 },
    ]);
    expect(JSON.stringify(readings)).not.toContain(VICTIMS.own);
    expect(listConsultations(server.db, { about: VICTIMS.own })).toHaveLength(1);
  });

  it.each([
    ['sort', 'sort=flow', 'querystring.sort'],
    ['class', 'class=E9', 'querystring.class.0'],
    ['limit', 'limit=501', 'querystring.limit'],
    ['sinceMs', 'sinceMs=yesterday', 'querystring.sinceMs'],
  ])('is told which field is wrong: %s', async (_, query, field) => {
    const { ask } = await victimServer();
    const { status, body } = await ask<Problem>('analyst', `/api/victims?${PURPOSE}&${query}`);
    expect({ status, fields: body.errors?.map((error) => error.field) }).toEqual({
      status: 400,
      fields: [field],
    });
  });

  it('a cursor of another list is refused', async () => {
    const { ask } = await victimServer();
    expect((await ask('analyst', `/api/victims?${PURPOSE}&cursor=WzFd`)).status).toBe(400);
    expect((await ask('analyst', `/api/matches?${PURPOSE}&cursor=e30`)).status).toBe(400);
  });

  it('an auditor reads what is sequestered, others do not', async () => {
    const server = await victimServer();
    const sequester = { kind: 'indicator', value: INDICATORS[0] } as const;
    const why = { by: 'a', role: 'analyst', at: Date.now(), reason: 'unlawful', cause: 'by hand' };
    placeSequester(server.db, sequester, why);
    expect((await list(server, 'analyst')).items).toHaveLength(1);
    expect((await list(server, 'auditor')).items).toHaveLength(5);
    const id = await idOf(server, 'auditor', VICTIMS.own);
    const show = async (who: string) => (await server.ask(who, `/api/victims/${id}?${PURPOSE}`)).status;
    expect([await show('analyst'), await show('auditor')]).toEqual([404, 200]);
  });
});

describe('an operator', () => {
  const paths = (id: string) => [
    `/api/victims?${PURPOSE}`,
    `/api/victims?${PURPOSE}&operator=${OTHER}`,
    `/api/victims?${PURPOSE}&q=${OTHER}`,
    `/api/victims?${PURPOSE}&indicator=203.0.113.7&sort=victim`,
    `/api/victims/groups?${PURPOSE}&by=operator&operator=${OTHER}`,
    `/api/victims/${id}?${PURPOSE}`,
    `/api/matches?${PURPOSE}`,
    `/api/matches?${PURPOSE}&operator=${OTHER}`,
    `/api/matches?${PURPOSE}&victim=${id}`,
    `/api/exports/operator/json?${PURPOSE}`,
    `/api/exports/operator/csv?${PURPOSE}&operator=${OTHER}`,
  ];

  it('sees what it delivered, and of whose the addresses are nothing', async () => {
    const server = await victimServer();
    const { items } = await list(server, 'operator');
    expect(keysOf(items).sort()).toEqual([
      `${VICTIMS.both} 1 ${OWN}`,
      `${VICTIMS.both} 2 ${OWN}`,
      `${VICTIMS.own} 1 ${OWN}`,
    ]);
    const id = await idOf(server, 'operator', VICTIMS.both);
    for (const path of paths(id)) {
      const { status, body } = await server.ask('operator', path);
      expect.soft(status, path).toBe(200);
      for (const foreign of [OTHER, VICTIMS.other, 'hospital', 'Hospital']) {
        expect.soft(JSON.stringify(body), `${path} holds ${foreign}`).not.toContain(foreign);
      }
    }
  });

  it.each(['entity=example-hospital', 'by=entity'])('asks for no entity: %s', async (query) => {
    const { ask } = await victimServer();
    const path = query.startsWith('by') ? '/api/victims/groups' : '/api/victims';
    expect((await ask('operator', `${path}?${PURPOSE}&${query}`)).status).toBe(403);
  });

  it("another's victim answers as one that is not there, whatever id is guessed", async () => {
    const server = await victimServer();
    const other = await idOf(server, 'analyst', VICTIMS.other);
    for (const path of [
      (id: string) => `/api/victims/${id}?${PURPOSE}`,
      (id: string) => `/api/matches?${PURPOSE}&victim=${id}`,
    ]) {
      const [unknown, foreign] = [
        await server.ask<Problem>('operator', path('999-0123456789abcdef')),
        await server.ask<Problem>('operator', path(other)),
      ];
      expect([foreign.status, foreign.body.detail]).toEqual([404, unknown.body.detail]);
    }
    for (let row = 0; row < 12; row++) {
      const { status } = await server.ask(
        'operator',
        `/api/victims/${row}-${other.split('-')[1]}?${PURPOSE}`,
      );
      expect(status).toBe(404);
    }
  });

  it('never gets a page with what another delivered', async () => {
    const delivery = fc.record({
      operator: fc.constantFrom(OWN, OTHER),
      victim: fc.integer({ min: 1, max: 6 }),
      indicator: fc.constantFrom(0 as const, 1 as const),
      hours: fc.integer({ min: 1, max: 3 }),
    });
    const query = fc.record({
      sort: fc.constantFrom(...Object.keys(EVIDENCE_ORDERS)),
      order: fc.constantFrom('asc', 'desc'),
      limit: fc.integer({ min: 1, max: 4 }),
      operator: fc.constantFrom('', `&operator=${OTHER}`, '&q=isp'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(delivery, { maxLength: 6 }), query, async (deliveries, asked) => {
        const server = await victimServer();
        for (const { operator, victim, ...rest } of deliveries) {
          deliver(server.db, operator, `192.0.2.${victim}`, { ...rest, atMs: FROM_MS + 12 * HOUR_MS });
        }
        refreshEvidence(server.db);
        const { sort, order, limit, operator } = asked;
        const url = `/api/victims?${PURPOSE}&sort=${sort}&order=${order}&limit=${limit}${operator}`;
        const items = await pages<VictimItem>(server, 'operator', url);
        const all = (await list(server, 'analyst')).items;
        expect(items.every((item) => item.operator === OWN)).toBe(true);
        expect(keysOf(items).sort()).toEqual(keysOf(all.filter((item) => item.operator === OWN)).sort());
        const matches = await pages<MatchItem>(server, 'operator', `/api/matches?${PURPOSE}&limit=${limit}`);
        expect(matches.every((match) => match.operator === OWN)).toBe(true);
      }),
      { numRuns: 12, seed: 20_261_121 },
    );
  }, 60_000);
});

describe('matches', () => {
  it('come in pages, in the order of their start and backwards', async () => {
    const server = await victimServer();
    const all = await pages<MatchItem>(server, 'analyst', `/api/matches?${PURPOSE}&limit=500`);
    expect(all).toHaveLength(18);
    const url = `/api/matches?${PURPOSE}&limit=4`;
    expect(await pages(server, 'analyst', url)).toEqual(all);
    expect(await pages(server, 'analyst', `${url}&order=desc`)).toEqual(all.toReversed());
  });

  it.each([
    ['operator', `operator=${OTHER}`, 6],
    ['indicator', 'indicator=203.0.113.8', 2],
    ['since', `sinceMs=${FROM_MS + HOUR_MS}`, 8],
    ['until', `untilMs=${FROM_MS + HOUR_MS}`, 10],
  ])('are filtered by %s', async (_, query, count) => {
    const server = await victimServer();
    const url = `/api/matches?${PURPOSE}&limit=3&${query}`;
    expect(await pages(server, 'auditor', url)).toHaveLength(count);
  });

  it('of one victim are found by its id', async () => {
    const server = await victimServer();
    const id = await idOf(server, 'analyst', VICTIMS.both);
    const found = await pages<MatchItem>(server, 'analyst', `/api/matches?${PURPOSE}&victim=${id}&limit=5`);
    expect(found).toHaveLength(14);
    expect(new Set(found.map(({ victim }) => victim))).toEqual(new Set([VICTIMS.both]));
  });
});
