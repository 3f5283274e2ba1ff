// L18 by the API: who read what, and what is held about one address.
import { describe, expect, it } from 'vitest';
import { beginReading } from '../../src/store/consultations.ts';
import { openDatabase } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { Kept, VICTIMS } from '../retention/fixture.ts';
import { keep } from '../store/fixture.ts';
import { testServer } from './fixture.ts';

async function served() {
  const kept = await new Kept().fill();
  const server = await testServer({ db: keep(openDatabase(kept.path)) });
  const ask = (role: 'auditor' | 'analyst' | 'engineer', query = '') =>
    server.app.inject({
      url: `/api/consultations${query}`,
      headers: server.bearer(server.token(role)),
    });
  const subject = (role: 'auditor' | 'analyst' | 'engineer', payload: object) =>
    server.app.inject({
      method: 'POST',
      url: '/api/subject',
      headers: server.bearer(server.token(role)),
      payload,
    });
  return { ...server, ask, subject };
}

describe('consultations', () => {
  it('are listed newest first, in pages and by filters; addresses are pseudonyms', async () => {
    const { db, ask } = await served();
    for (let n = 1; n <= 5; n++) {
      const kind = n % 2 === 0 ? 'victims' : 'matches';
      const reading = { by: `reader.${n % 2}`, role: 'analyst', purpose: `case ${n}`, kind } as const;
      beginReading(db, { ...reading, filter: { victim: VICTIMS.both } }, n).end(n);
    }
    const ids: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: { id: number }[]; nextCursor: string | null } = (
        await ask('auditor', `?limit=2${cursor && `&cursor=${cursor}`}`)
      ).json();
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(ids).toEqual([5, 4, 3, 2, 1]);
    const found = async (query: string) =>
      (await ask('auditor', query)).json().items.map(({ id }: { id: number }) => id);
    expect(await found('?kind=victims')).toEqual([4, 2]);
    expect(await found('?reader=reader.1&since=2')).toEqual([5, 3]);
    expect(await found('?until=2')).toEqual([1]);
    const all = await ask('auditor');
    expect(all.json().items[0]).toMatchObject({
      rows: 5,
      filter: { victim: expect.stringMatching(/^hmac:/) },
    });
    expect(all.body).not.toContain(VICTIMS.both);
    expect((await ask('auditor', '?kind=x')).json().errors).toMatchObject([{ field: 'querystring.kind' }]);
  });

  it('are for auditors', async () => {
    const { ask } = await served();
    expect((await ask('analyst')).statusCode).toBe(403);
    expect((await ask('engineer')).statusCode).toBe(403);
  });
});

describe('a data subject’s request', () => {
  it('is answered with all that is held, and recorded without the address', async () => {
    const { db, subject, ask } = await served();
    const answer = await subject('analyst', { ip: VICTIMS.both, purpose: 'request 77' });
    const report = answer.json();
    expect(report).toMatchObject({
      address: VICTIMS.both,
      matches: 6,
      contacts: [{ matches: 3 }, { matches: 3 }],
    });
    expect(report.markdown).toContain(`# What is held about ${VICTIMS.both}`);
    const [reading] = (await ask('auditor', '?kind=subject')).json().items;
    expect(reading).toMatchObject({ by: 'the.analyst', purpose: 'request 77', rows: 6 });
    expect(reading.filter.address).toMatch(/^hmac:/);
    expect(JSON.stringify([...readEvents(db)])).not.toContain(VICTIMS.both);
    const again = (await subject('auditor', { ip: VICTIMS.both, purpose: 'again' })).json();
    expect(again.readings).toMatchObject([{ role: 'analyst', purpose: 'request 77' }, { role: 'auditor' }]);
  });

  it('of an address that nothing is held about says so', async () => {
    const { subject } = await served();
    const { matches, contacts } = (await subject('analyst', { ip: '203.0.113.200', purpose: 'x' })).json();
    expect([matches, contacts]).toEqual([0, []]);
  });

  it('is refused without a purpose, for a network, and to an engineer; the address is not repeated', async () => {
    const { subject, ask } = await served();
    expect((await subject('analyst', { ip: VICTIMS.both })).json().errors).toMatchObject([
      { field: 'body.purpose' },
    ]);
    const network = await subject('analyst', { ip: '198.51.100.0/24', purpose: 'x' });
    expect([network.statusCode, network.json().detail]).toEqual([
      400,
      'body.ip: must be one IPv4 or IPv6 address',
    ]);
    expect(network.body).not.toContain('198.51.100');
    expect((await subject('engineer', { ip: VICTIMS.both, purpose: 'x' })).statusCode).toBe(403);
    expect((await ask('auditor')).json().items).toEqual([]);
  });
});
