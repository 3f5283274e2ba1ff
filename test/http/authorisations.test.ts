import { describe, expect, it } from 'vitest';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { HEADER, ms, REQUISITION, REQUISITIONED } from '../authority/fixture.ts';
import { testServer } from './fixture.ts';
import { ADDRESS, entry, listOf, REFERENCE, serverWithList } from './list.ts';

const URL = `/api/authorisations/${encodeURIComponent(REFERENCE)}`;
const YAML = 'text/yaml';

describe('authorisations', () => {
  it('are listed by reference, in pages that what comes meanwhile does not shift', async () => {
    const { app, db, token, bearer } = await testServer();
    const put = (reference: string) => importAuthorisation(db, listOf({ reference }, []));
    for (const reference of ['B/1', 'B/2', 'B/3']) await put(reference);
    const headers = bearer(token('engineer'));
    const page = async (query: string) =>
      (await app.inject({ url: `/api/authorisations?limit=2${query}`, headers })).json();
    const first = await page('');
    expect(first).toMatchObject({
      items: [{ reference: 'B/1', state: 'active', version: 1, urgent: false }, { reference: 'B/2' }],
      total: 3,
    });
    await put('A/1');
    const second = await page(`&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ reference: 'B/3' }], nextCursor: null, total: 4 });
    expect((await page('&state=ended')).items).toEqual([]);
    const wrong = await app.inject({ url: '/api/authorisations?cursor=x', headers });
    expect(wrong.statusCode).toBe(400);
  });

  it('are told in full: where they stand, terms by operator, the rules of their regime', async () => {
    const { as } = await serverWithList();
    const answer = await as('auditor').get(URL);
    expect(answer.headers.etag).toBe('"1"');
    expect(answer.json()).toMatchObject({
      reference: REFERENCE,
      state: 'active',
      obstacles: [],
      spans: [{ from: { rule: 'L1' }, until: { atMs: ms('2027-06-25'), rule: 'L1' } }],
      terms: [{ retention: 'lce-126-1', operators: ['example-isp'], term: 'P12M' }],
      approvals: { given: 0, needed: 0 },
      renewedBy: [],
      counts: { active: 1 },
      regimeRules: { id: 'nis2-csirt', analyses: { needed: 2, rule: 'L8' } },
    });
    const unknown = await as('auditor').get('/api/authorisations/999');
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json().detail).toBe('there is no authorisation 999');
  });
});

describe('a file', () => {
  async function importer() {
    const { app, db, token, bearer } = await testServer();
    const headers = bearer(token('analyst', 'an.analyst'));
    const send = (payload: string, { check = '', type = 'application/json' } = {}) =>
      app.inject({
        method: 'POST',
        url: `/api/authorisations${check}`,
        headers: { ...headers, 'content-type': type },
        payload,
      });
    const count = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    return { send, count, db };
  }

  it('is taken in under the name of whose token it is, once', async () => {
    const { send, db } = await importer();
    const list = listOf({}, [entry()]);
    const taken = await send(list);
    expect(taken.statusCode).toBe(201);
    expect(taken.json()).toMatchObject({ reference: REFERENCE, indicators: { added: 1 }, refused: 0 });
    expect((await send(list)).json()).toMatchObject({ changed: false, version: 1 });
    const who = db.prepare("SELECT actor, role FROM events WHERE action = 'authorisation.import'").all();
    expect(who).toEqual([{ actor: 'an.analyst', role: 'analyst' }]);
  });

  it('that is only checked changes nothing, and says what it would', async () => {
    const { send, count } = await importer();
    const list = listOf({}, [entry(), entry({ address: '198.51.100.1', country: undefined })]);
    const checked = await send(list, { check: '?check=1' });
    expect(checked.statusCode).toBe(200);
    expect(
      ['events', 'authorisationVersions', 'indicatorVersions', 'authorisationImports'].map(count),
    ).toEqual([1, 0, 0, 0]);
    const taken = await send(list);
    expect({ ...checked.json() }).toEqual({ ...taken.json() });
  });

  it('says of every entry that is refused the line, the field and the rule', async () => {
    const { send } = await importer();
    const yaml = [
      'flowsieve: 1',
      'authorisation:',
      ...Object.entries(HEADER).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`),
      'indicators:',
      `  - ${JSON.stringify(entry())}`,
      `  - ${JSON.stringify(entry({ address: '198.51.100.1', country: undefined }))}`,
    ].join('\n');
    const answer = await send(yaml, { type: YAML });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().refusals).toMatchObject([
      { entry: 1, line: 13, address: '198.51.100.1', field: 'country', rule: 'L6' },
    ]);
  });

  it('whose head is wrong is refused as a whole, with field and rule', async () => {
    const { send, count } = await importer();
    const answer = await send(listOf({ operators: undefined }, [entry()]));
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      type: 'urn:flowsieve:problem:AUTHORISATION_UNREADABLE',
      errors: [{ field: 'authorisation.operators', rule: 'L1' }],
    });
    expect(count('authorisationVersions')).toBe(0);
  });

  it('of no known form, or missing, is refused', async () => {
    const { send } = await importer();
    expect((await send('x', { type: 'image/png' })).statusCode).toBe(415);
    expect((await send('')).statusCode).toBe(422);
    expect((await send('{"flowsieve": 1', { type: YAML })).statusCode).toBe(422);
    expect((await send('{}', { check: '?check=maybe' })).json().errors[0].field).toBe('querystring.check');
  });

  it('may be larger than other bodies', async () => {
    const { send } = await importer();
    const long = listOf({ purpose: 'x'.repeat(1_200_000) }, []);
    const answer = await send(long);
    expect(answer.statusCode).not.toBe(413);
    expect(answer.json().errors[0].field).toBe('authorisation.purpose');
  });
});

describe('a step', () => {
  it('ends an authorisation, only as it was seen', async () => {
    const { as, db } = await serverWithList();
    const analyst = as('analyst', 'the.head');
    const end = { kind: 'end', reason: 'the purpose is reached' };
    expect((await analyst.post(`${URL}/steps`, end)).statusCode).toBe(428);
    expect((await analyst.post(`${URL}/steps`, end, '"7"')).statusCode).toBe(412);
    expect((await analyst.post(`${URL}/steps`, end, 'W/"1"')).statusCode).toBe(400);
    // A file that came meanwhile counts, too.
    await importAuthorisation(db, listOf({ purpose: 'another' }, [entry()]));
    expect((await analyst.post(`${URL}/steps`, end, '"1"')).statusCode).toBe(412);
    const done = await analyst.post(`${URL}/steps`, end, '"2"');
    expect(done.statusCode).toBe(201);
    expect(done.headers.etag).toBe('"3"');
    expect(done.json()).toMatchObject({ kind: 'end', by: 'the.head', role: 'analyst', step: 1 });
    expect((await analyst.get(URL)).json()).toMatchObject({
      state: 'ended',
      obstacles: [{ rule: 'L1', why: 'ended by the.head: the purpose is reached' }],
    });
  });

  it('is refused without a reason, to the same person twice, and where there is nothing to confirm', async () => {
    const { as } = await serverWithList();
    const analyst = as('analyst', 'the.head');
    const refused = await analyst.post(`${URL}/steps`, { kind: 'end' }, '"1"');
    expect(refused.statusCode).toBe(422);
    expect(refused.json().errors).toMatchObject([{ field: 'reason', rule: 'L1' }]);
    const confirm = await analyst.post(`${URL}/steps`, { kind: 'confirm' }, '"1"');
    expect(confirm.json().errors).toMatchObject([{ field: 'urgent', rule: 'I3' }]);
    expect((await analyst.post(`${URL}/steps`, { kind: 'approve' }, '"1"')).statusCode).toBe(201);
    const again = await as('admin', 'The.Head ').post(`${URL}/steps`, { kind: 'approve' }, '"2"');
    expect(again.json().errors).toMatchObject([{ field: 'by', rule: 'I1' }]);
    expect((await analyst.get(URL)).json().approvals).toMatchObject({ given: 1 });
    const wrong = await analyst.post(`${URL}/steps`, { kind: 'end', reason: 'x', evidence: 'abc' }, '"2"');
    expect(wrong.json().errors).toMatchObject([{ field: 'body.evidence' }]);
    const unknown = await analyst.post('/api/authorisations/X/steps', { kind: 'end', reason: 'x' }, '"1"');
    expect(unknown.statusCode).toBe(404);
  });

  it('confirms an urgent decision before its deadline, once', async () => {
    const decided = new Date(Date.now() - 3_600_000).toISOString();
    const ends = new Date(Date.now() + 86_400_000).toISOString();
    const header = {
      ...REQUISITION,
      ...{ reference: 'LIO-7/2026', decided, ends, notified: decided, urgent: true },
      approvals: [{ by: 'the.head', at: decided }],
      mentions: { ...(REQUISITION.mentions as object), urgent_reason: 'the server leaves' },
    };
    const { as } = await serverWithList(header, [REQUISITIONED]);
    const url = `/api/authorisations/${encodeURIComponent('LIO-7/2026')}`;
    const analyst = as('analyst', 'the.head');
    expect((await analyst.get(url)).json().urgent).toMatchObject({ confirmation: null });
    expect((await analyst.post(`${url}/steps`, { kind: 'confirm' }, '"1"')).statusCode).toBe(201);
    const again = await analyst.post(`${url}/steps`, { kind: 'confirm' }, '"2"');
    expect(again.json().errors).toMatchObject([{ field: 'state', rule: 'I3' }]);
  });
});

describe('a report', () => {
  it.each(['changes', 'context-note', 'operator-request', 'block-list', 'alert'])(
    '%s is what the command line writes',
    async (kind) => {
      const { as } = await serverWithList({}, [entry({ tlp: 'CLEAR', block: true })]);
      const engineer = as('engineer');
      const markdown = await engineer.get(`${URL}/reports/${kind}?format=markdown`);
      expect(markdown.headers['content-type']).toContain('text/markdown');
      expect(markdown.body).toMatch(/^# [\s\S]*SHA-256 of the lines above: [0-9a-f]{64}\n$/);
      const json = await engineer.get(`${URL}/reports/${kind}?format=json`);
      expect(json.json()).toMatchObject({ document: kind, authorisation: { reference: REFERENCE } });
    },
  );

  it('is written in the format that is asked for, of the time that is asked for', async () => {
    const { as } = await serverWithList({}, [entry({ block: true, port: undefined, protocol: undefined })]);
    const analyst = as('analyst');
    const rpz = await analyst.get(`${URL}/reports/block-list?format=rpz&operator=example-isp`);
    expect(rpz.body).toContain('32.7.113.0.203.rpz-ip');
    const since = await analyst.get(`${URL}/reports/changes?format=json&since=${Date.now() - 60_000}`);
    expect(since.json().facts).toMatchObject({ added: 1 });
    const register = await analyst.get('/api/authorisations/intelligence-services/reports/register');
    expect(register.statusCode).toBe(200);
  });

  it('L16: an alert says apart how many were left out', async () => {
    const { as } = await serverWithList({}, [entry({ tlp: 'CLEAR' }), entry({ address: '198.51.100.1' })]);
    const answer = await as('analyst').get(`${URL}/reports/alert`);
    expect(answer.headers['x-left-out']).toBe('1');
    expect(answer.body).toContain(ADDRESS);
    expect(answer.body).not.toContain('198.51.100.1');
  });

  it.each([
    ['alert?since=1', 400, 'since is for changes, not for alert'],
    ['alert', 422, 'L16'],
    ['changes?since=99999999999999', 400, 'since 5138'],
    ['operator-request?operator=x', 404, 'operator x: 002/2026 names example-isp (L1)'],
    ['register', 404, 'has no register kept (I5)'],
    ['register?month=2026-13', 400, 'month 2026-13: not a month such as 2026-07'],
    ['context-note?format=rpz', 400, 'format rpz is for block-list'],
  ])('%s is refused', async (asked, status, words) => {
    const { as } = await serverWithList();
    const answer = await as('analyst').get(`${URL}/reports/${asked}`);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().detail).toContain(words);
  });

  it('of an unknown kind or authorisation is refused', async () => {
    const { as } = await serverWithList();
    const poem = await as('analyst').get(`${URL}/reports/poem`);
    expect(poem.json().errors).toMatchObject([{ field: 'params.kind' }]);
    expect((await as('analyst').get('/api/authorisations/X/reports/changes')).statusCode).toBe(404);
  });
});
