// What is done about indicators by the API, and every way in which it is refused.
import { describe, expect, it } from 'vitest';
import type { TokenRole } from '../../src/store/tokens.ts';
import { DAY_MS, DIGEST, type Fields, verification } from '../authority/fixture.ts';
import { entry, indicatorServer, isoBefore, seen } from './indicators-fixture.ts';

/** A server with these, and how to change the first of them. */
async function changing(entries: readonly Fields[] = [entry()]) {
  const server = await indicatorServer(entries);
  const { as, items } = server;
  const [first] = await items();
  const change = (payload: object, step: number | null, person = 'a.analyst', role: TokenRole = 'analyst') =>
    as(
      role,
      person,
    )({
      method: 'POST',
      url: `/api/indicators/${first?.id}/steps`,
      headers: step === null ? {} : seen(step),
      payload,
    });
  return { ...server, id: String(first?.id), change };
}

const SUSPEND = { kind: 'suspend', reason: 'in doubt' };

describe('a step', () => {
  it('is recorded under the name of who asks, and takes effect at once', async () => {
    const { change, items, id, as } = await changing();
    const suspended = await change(SUSPEND, 0);
    expect(suspended.statusCode, suspended.body).toBe(201);
    expect(suspended.headers.etag).toBe('"1"');
    expect(suspended.json()).toMatchObject({
      step: { step: 1, kind: 'suspend', by: 'a.analyst', role: 'analyst', reason: 'in doubt' },
      status: { state: 'suspended', inForce: false },
    });
    expect(await items('?state=suspended')).toHaveLength(1);
    const steps = [
      [{ kind: 'reinstate', reason: 'the panel answers' }, 'active'],
      [{ kind: 'verify', outcome: 'inactive', method: 'handshake', evidence: DIGEST }, 'suspended'],
      [{ kind: 'verify', outcome: 'active', method: 'handshake' }, 'active'],
      [{ kind: 'analyse', outcome: 'refuted', method: 'certificates' }, 'suspended'],
      [{ kind: 'revoke', reason: 'seized', trafficUntilMs: Date.now() - DAY_MS }, 'revoked'],
    ] as const;
    for (const [at, [payload, state]] of steps.entries()) {
      const answer = await change(payload, at + 1);
      expect(answer.statusCode, answer.body).toBe(201);
      expect(answer.json().status.state, payload.kind).toBe(state);
    }
    const told = await as('auditor')({ url: `/api/indicators/${id}` });
    expect(told.json().steps.map(({ kind }: Fields) => kind)).toEqual([
      'suspend',
      ...steps.map(([s]) => s.kind),
    ]);
  });

  it('says which step it has seen, and is refused where there are others', async () => {
    const { change, items } = await changing();
    expect((await change(SUSPEND, null)).statusCode).toBe(428);
    await change(SUSPEND, 0);
    const stale = await change({ kind: 'revoke', reason: 'seized' }, 0);
    expect(stale.statusCode).toBe(412);
    expect(stale.json().detail).toContain('the last step is 1, suspend by a.analyst');
    expect(await items('?state=revoked')).toHaveLength(0);
  });

  it.each([
    [{ kind: 'suspend' }, 422, { field: 'reason', rule: 'L10' }],
    [{ kind: 'analyse', outcome: 'confirmed' }, 422, { field: 'method', rule: 'L8' }],
    [{ kind: 'verify', outcome: 'perhaps', method: 'x' }, 422, { field: 'outcome', rule: 'L9' }],
    [{ kind: 'reinstate', reason: 'x' }, 422, { field: 'cause' }],
    [{ ...SUSPEND, atMs: Date.now() + DAY_MS }, 422, { field: 'at' }],
    [{ kind: 'hit', cause: 'warninglist:x', outcome: 'hard' }, 400, { field: 'body.kind' }],
    [{ ...SUSPEND, evidence: 'paper' }, 400, { field: 'body.evidence' }],
    [{ ...SUSPEND, by: 'b.other' }, 400, { field: 'body.by' }],
  ])('is refused with field and rule: %o', async (payload, status, fault) => {
    const { change } = await changing();
    const answer = await change(payload, 0);
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.json().errors).toMatchObject([fault]);
  });

  it('that takes two people is not done by one', async () => {
    const { app, as, bearer, token, db } = await changing([]);
    const feed = (query: string, body: string) =>
      app.inject({
        method: 'POST',
        url: `/api/indicators/import?authorisation=002%2F2026&${query}`,
        headers: { ...bearer(token('analyst', 'a.analyst')), 'content-type': 'text/plain' },
        payload: body,
      });
    await feed('from=text&source=partner-a', '198.51.96.0/20\n');
    const [{ id, step }] = (await as('auditor')({ url: '/api/indicators?hit=1' })).json().items;
    const override = (person: string, given: number) =>
      as(
        'analyst',
        person,
      )({
        method: 'POST',
        url: `/api/indicators/${id}/steps`,
        headers: seen(given),
        payload: { kind: 'override', reason: 'all of it is the actor’s', cause: 'prefix' },
      });
    expect((await override('a.analyst', step)).statusCode).toBe(201);
    const again = await override('A.Analyst', step + 1);
    expect(again.statusCode).toBe(422);
    expect(again.json().errors).toMatchObject([{ field: 'by', rule: 'L21' }]);
    const half = (await as('auditor')({ url: `/api/indicators/${id}` })).json();
    expect(half.hits).toContainEqual(
      expect.objectContaining({ cause: 'prefix', overriddenBy: ['a.analyst'] }),
    );
    expect((await override('b.other', step + 1)).statusCode).toBe(201);
    expect(db.prepare("SELECT count(*) FROM indicatorSteps WHERE kind = 'override'").pluck().get()).toBe(2);
  });

  it('is for those who work on the list', async () => {
    const { change } = await changing();
    for (const role of ['operator', 'auditor', 'engineer'] as const) {
      expect((await change(SUSPEND, 0, undefined, role)).statusCode).toBe(403);
    }
    expect((await change(SUSPEND, 0, 'an.admin', 'admin')).statusCode).toBe(201);
  });

  it('of what is unknown is 404', async () => {
    const { as } = await changing();
    const answer = await as('analyst')({
      method: 'POST',
      url: '/api/indicators/none/steps',
      headers: seen(0),
      payload: SUSPEND,
    });
    expect(answer.statusCode).toBe(404);
  });
});

describe('a verification of many', () => {
  const overdue = [verification(isoBefore(9 * DAY_MS))];
  const LISTED = [
    entry({ verifications: overdue }),
    entry({ address: '203.0.113.8', verifications: overdue }),
    entry({ address: '203.0.113.9' }),
  ];
  const FOUND = { outcome: 'active', method: 'weekly scan' };

  async function verifying() {
    const server = await changing(LISTED);
    const verify = (payload: object) =>
      server.as('analyst')({ method: 'POST', url: '/api/indicators/verify', payload });
    return { ...server, verify };
  }

  it('is recorded of those named, or of all that are due', async () => {
    const { verify, items, id } = await verifying();
    expect((await verify({ ...FOUND, ids: [id, id] })).json()).toEqual({
      recorded: 1,
      refused: 0,
      refusals: [],
    });
    expect(await items('?due=1')).toHaveLength(1);
    expect((await verify({ ...FOUND, allDue: true })).json().recorded).toBe(1);
    expect(await items('?state=active')).toHaveLength(3);
    expect((await verify({ ...FOUND, allDue: true, dueByMs: Date.now() + 8 * DAY_MS })).json().recorded).toBe(
      3,
    );
  });

  it('goes on where one of them is refused', async () => {
    const { verify, items, change } = await verifying();
    await change({ kind: 'revoke', reason: 'seized' }, 0);
    const ids = (await items()).map(({ id }) => id);
    const answer = (await verify({ ...FOUND, ids })).json();
    expect(answer).toMatchObject({ recorded: 2, refused: 1 });
    expect(answer.refusals[0]).toContain('revoked');
  });

  it('is refused as a whole where it could be of none', async () => {
    const { verify, id } = await verifying();
    for (const [payload, status, field] of [
      [{ ...FOUND }, 400, 'body.ids'],
      [{ ...FOUND, ids: [id], allDue: true }, 400, 'body.ids'],
      [{ ids: [id], outcome: 'active' }, 400, 'body.method'],
      [{ ...FOUND, ids: [id], atMs: Date.now() + DAY_MS }, 422, 'at'],
    ] as const) {
      const answer = await verify(payload);
      expect(answer.statusCode).toBe(status);
      expect(answer.json().errors[0].field).toBe(field);
    }
    expect((await verify({ ...FOUND, ids: [id, 'none'] })).statusCode).toBe(404);
  });
});

describe('a feed', () => {
  async function feeding() {
    const server = await changing([]);
    const take = (query: string, payload: string | Buffer, role: TokenRole = 'analyst') =>
      server.as(role)({
        method: 'POST',
        url: `/api/indicators/import?authorisation=002%2F2026&${query}`,
        headers: { 'content-type': 'text/csv' },
        payload,
      });
    return { ...server, take };
  }
  const TEXT = '203.0.113.50\n203.0.113.51 # beacon\nnowhere\n';

  it('becomes proposals, with a report', async () => {
    const { take, items } = await feeding();
    const dry = await take('from=text&source=partner-a&dryRun=1', TEXT);
    expect(dry.json()).toMatchObject({ dryRun: true, entries: 3, taken: 2, refused: 1 });
    expect(await items()).toHaveLength(0);
    const done = await take('from=text&source=partner-a&reliability=B&credibility=2&set=country%3DNL', TEXT);
    expect(done.statusCode, done.body).toBe(200);
    expect(done.json()).toMatchObject({
      dryRun: false,
      taken: 2,
      refused: 1,
      refusals: [{ line: 3, rule: 'format' }],
    });
    expect(done.json().missing.map(({ field }: Fields) => field)).toContain('first_seen');
    expect(done.json().missing.map(({ field }: Fields) => field)).not.toContain('country');
    expect(await items('?state=proposed')).toMatchObject([
      { address: '203.0.113.50', origin: 'draft' },
      { address: '203.0.113.51' },
    ]);
  });

  it.each([
    ['from=text&reliability=Z', TEXT, 400],
    ['from=pdf', TEXT, 400],
    ['from=text&set=colour%3Dred', TEXT, 400],
    ['from=text&columns=address%3DA', TEXT, 400],
    ['from=text', '', 400],
    ['from=stix', 'no JSON', 422],
    ['from=text&authorisation=none', TEXT, 400],
  ])('is refused: %s', async (query, body, status) => {
    const { take, items } = await feeding();
    const answer = await take(query, body);
    expect(answer.statusCode, answer.body).toBe(status);
    expect(await items()).toHaveLength(0);
  });

  it('may be larger than other bodies', async () => {
    const { take } = await feeding();
    const answer = await take('from=text&dryRun=1', `${TEXT}# ${'x'.repeat(60)}\n`.padEnd(1_500_000, '#\n'));
    expect(answer.statusCode).toBe(200);
  });

  it('of an unknown authorisation is 404, and is for those who work on the list', async () => {
    const { as, take } = await feeding();
    const url = '/api/indicators/import?authorisation=none&from=text';
    const payload = Buffer.from(TEXT);
    expect((await as('analyst')({ method: 'POST', url, payload })).statusCode).toBe(404);
    expect((await take('from=text', TEXT, 'auditor')).statusCode).toBe(403);
  });
});

describe('a proposal', () => {
  async function proposed() {
    const server = await changing([]);
    const { as, items } = server;
    await as('analyst')({
      method: 'POST',
      url: '/api/indicators/import?authorisation=002%2F2026&from=text&source=partner-a&reliability=B&credibility=2',
      headers: { 'content-type': 'text/plain' },
      payload: '203.0.113.50\n',
    });
    // On the warning list of addresses for documentation: a step.
    const [{ id, step: last } = {}] = await items();
    const complete = (payload: object, step: number | null = Number(last)) =>
      as('analyst')({
        method: 'POST',
        url: `/api/indicators/${id}/complete`,
        headers: step === null ? {} : seen(step),
        payload,
      });
    return { ...server, complete, id };
  }
  const ALL = {
    first_seen: '2026-03-02T10:00:00Z',
    first_seen_event: 'the panel answered there',
    country: 'NL',
    'threat.activity': 'espionage',
    'threat.kind': 'serious-public-security-threat',
    'threat.relation': 'actor-or-means',
    'threat.description': 'operated by the actor',
    'basis.retention': 'lce-126-1',
    'basis.access': 'lce-127-1-2-2',
    'basis.task': 'nis2-21-2-2',
    tlp: 'AMBER',
  };

  it('is completed field by field, and is an indicator when nothing is missing', async () => {
    const { complete, as, id } = await proposed();
    const shown = async () => (await as('auditor')({ url: `/api/indicators/${id}` })).json();
    expect((await shown()).missing.length).toBeGreaterThan(3);
    const first = await complete({ set: { country: 'NL' }, version: 1, reason: 'as the registry says' });
    expect(first.statusCode, first.body).toBe(200);
    expect(first.json()).toMatchObject({ version: 2, changed: true, indicator: null });
    expect((await shown()).proposal).toMatchObject({
      fields: { country: 'NL' },
      sources: [{ name: 'partner-a' }],
    });
    const rest = await complete({ set: ALL, version: 2 });
    expect(rest.json(), rest.body).toMatchObject({ indicator: 1, missing: [] });
    expect(await shown()).toMatchObject({
      origin: 'proposal',
      status: { state: 'proposed' },
      confirmedBy: [],
    });
  });

  it('is not completed by who has seen another version, nor with what cannot be', async () => {
    const { complete, as } = await proposed();
    expect((await complete({ set: {} }, null)).statusCode).toBe(428);
    expect((await complete({ set: {} }, 3)).statusCode).toBe(412);
    await complete({ set: { country: 'NL' }, version: 1 });
    expect((await complete({ set: { country: 'BE' }, version: 1 })).statusCode).toBe(412);
    expect((await complete({ set: { colour: 'red' } })).statusCode).toBe(400);
    expect((await complete({ set: { country: 'Atlantis' } })).statusCode).toBe(422);
    const none = await as('analyst')({
      method: 'POST',
      url: '/api/indicators/none/complete',
      headers: seen(0),
      payload: { set: {} },
    });
    expect(none.statusCode).toBe(404);
  });
});
