import { describe, expect, it } from 'vitest';
import type { DraftAnswer, WarningAnswer, WarningItem } from '../../src/http/routes/warnings.ts';
import { listConsultations } from '../../src/store/consultations.ts';
import { readEvents } from '../../src/store/events.ts';
import { claimMail, settleSent, settleUnclear } from '../../src/store/warning-mails.ts';
import { INDICATORS, OWN, VICTIMS, victimServer, warningConfiguration } from './victims-fixture.ts';

interface Problem {
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string }[];
}
interface Page {
  readonly items: readonly WarningItem[];
  readonly nextCursor: string | null;
}

const PURPOSE = 'purpose=ticket+1';

/** Two drafts: to the hospital, and to the operator of whom nothing else is known. */
async function drafted() {
  const server = await victimServer({ configuration: await warningConfiguration() });
  const { ask } = server;
  const draft = await ask<DraftAnswer>('analyst:a.analyst', '/api/warnings/draft', {
    body: { purpose: 'warn, ticket 1' },
  });
  const list = async (query = '') => (await ask<Page>('auditor', `/api/warnings?${query}`)).body;
  const [toOperator, toHospital] = (await list()).items as [WarningItem, WarningItem];
  const step = (who: string, ticket: string, body: object, ifMatch?: string) =>
    ask<WarningItem & Problem>(who, `/api/warnings/${ticket}/steps`, {
      body,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    });
  return { ...server, draft, list, step, toOperator, toHospital };
}

describe('warnings', () => {
  it('are drafted one for each recipient, and say what is held back', async () => {
    const { draft, db, toOperator, toHospital } = await drafted();
    expect(draft.status).toBe(201);
    expect(draft.body).toMatchObject({ items: 4, heldBack: { noContact: 1, warned: 0 } });
    expect(toHospital).toMatchObject({
      state: 'draft',
      recipient: { kind: 'entity', id: 'example-hospital', language: 'nl' },
      items: 3,
      step: 1,
    });
    expect(toOperator.recipient).toMatchObject({ kind: 'operator', id: OWN });
    expect(listConsultations(db, { kind: 'warnings' })).toMatchObject([
      { by: 'a.analyst', purpose: 'warn, ticket 1', rows: 4 },
    ]);
  });

  it('are drafted of one victim alone, by its id', async () => {
    const { ask } = await victimServer();
    const { body } = await ask<{ items: { id: string; victim: string }[] }>(
      'analyst',
      `/api/victims?${PURPOSE}`,
    );
    const victim = body.items.find((item) => item.victim === VICTIMS.own)?.id;
    const draft = (of: unknown) =>
      ask<DraftAnswer>('analyst', '/api/warnings/draft', { body: { purpose: 'x', victim: of } });
    expect((await draft(victim)).body).toMatchObject({ items: 1 });
    expect((await draft('7-0123456789abcdef')).status).toBe(404);
  });

  it('show the letter as it would be sent, to whoever says what for', async () => {
    const { ask, toHospital, db } = await drafted();
    const url = `/api/warnings/${toHospital.ticket}`;
    expect((await ask<Problem>('analyst', url)).body.errors?.[0]?.field).toBe('querystring.purpose');
    const { body, etag } = await ask<WarningAnswer>('auditor', `${url}?${PURPOSE}`);
    expect(body.letter.text).toContain(VICTIMS.both);
    expect(body.letter.text).toContain('CERT.example');
    expect(etag).toBe('"1"');
    expect(listConsultations(db).at(-1)).toMatchObject({ by: 'the.auditor', kind: 'warnings', rows: 3 });
    expect((await ask('analyst', `/api/warnings/FS-1999-000001?${PURPOSE}`)).status).toBe(404);
  });

  it('are approved by somebody else, who has seen them as they are', async () => {
    const {
      step,
      toHospital: { ticket },
    } = await drafted();
    const approve = { kind: 'approve' };
    expect((await step('analyst:b.analyst', ticket, approve)).status).toBe(428);
    expect((await step('analyst:b.analyst', ticket, approve, '"2"')).status).toBe(412);
    const same = await step('analyst:A.Analyst', ticket, approve, '"1"');
    expect({ status: same.status, detail: same.body.detail }).toEqual({
      status: 422,
      detail: expect.stringContaining('another person'),
    });
    // An admin is one person, too.
    expect((await step('admin:a.analyst', ticket, approve, '"1"')).status).toBe(422);
    const done = await step('analyst:b.analyst', ticket, approve, '"1"');
    expect({ status: done.status, state: done.body.state, etag: done.etag }).toEqual({
      status: 201,
      state: 'approved',
      etag: '"2"',
    });
    expect((await step('analyst:c.analyst', ticket, approve, '"1"')).status).toBe(412);
    expect((await step('analyst:c.analyst', ticket, approve, '"2"')).status).toBe(422);
  });

  it('are handed to the daemon to be sent; never while they are being sent', async () => {
    const {
      step,
      list,
      db,
      toHospital: { ticket },
    } = await drafted();
    const send = (ifMatch: string) => step('analyst:b.analyst', ticket, { kind: 'send' }, ifMatch);
    expect((await send('"1"')).status).toBe(422);
    await step('analyst:b.analyst', ticket, { kind: 'approve' }, '"1"');
    expect((await send('"1"')).status).toBe(412);
    expect((await send('"2"')).status).toBe(202);
    const claimed = claimMail(db, Date.now());
    expect(claimed?.warning.ticket).toBe(ticket);
    const during = await send('"2"');
    expect({ status: during.status, detail: during.body.detail }).toEqual({
      status: 422,
      detail: expect.stringContaining('being sent now'),
    });
    settleUnclear(db, claimed!, 'ETIMEDOUT');
    expect((await list('unclear=true')).items.map((one) => one.ticket)).toEqual([ticket]);
    expect((await list('unclear=false')).items).toHaveLength(2);
    // An hour later nobody is sending any more: somebody has looked.
    db.prepare('UPDATE warningMails SET begunAtMs = begunAtMs - 3600000').run();
    expect((await send('"2"')).status).toBe(202);
    settleSent(db, claimMail(db, Date.now())!, { by: 'flowsieve', role: 'system' });
    expect((await list('state=sent')).items).toHaveLength(1);
    expect((await send('"3"')).status).toBe(422);
    const thanked = await step('analyst', ticket, { kind: 'acknowledge', reason: 'they called' }, '"3"');
    expect(thanked.body).toMatchObject({ state: 'acknowledged', step: 4 });
  });

  it('without a mail server none is sent, and it is said what is missing', async () => {
    const { ask } = await victimServer();
    await ask('analyst:a.analyst', '/api/warnings/draft', { body: { purpose: 'x' } });
    const { body } = await ask<Page>('analyst', '/api/warnings');
    const url = `/api/warnings/${body.items[0]?.ticket}/steps`;
    const sent = await ask<Problem>('analyst', url, { body: { kind: 'send' }, ifMatch: '"1"' });
    expect({ status: sent.status, detail: sent.body.detail }).toEqual({
      status: 503,
      detail: expect.stringContaining('warnings.sender'),
    });
  });

  it('are taken back with a reason alone', async () => {
    const {
      step,
      toOperator: { ticket },
      db,
    } = await drafted();
    const bare = await step('analyst', ticket, { kind: 'retract' }, '"1"');
    expect({ status: bare.status, detail: bare.body.detail }).toEqual({
      status: 422,
      detail: expect.stringContaining('reason'),
    });
    const done = await step('analyst', ticket, { kind: 'retract', reason: 'it was a test' }, '"1"');
    expect(done.body).toMatchObject({ state: 'retracted', step: 2 });
    const events = [...readEvents(db)].filter(({ object }) => object === ticket);
    expect(events.at(-1)).toMatchObject({ action: 'warning.retract', actor: 'the.analyst', role: 'analyst' });
    expect(JSON.stringify(events)).not.toContain(VICTIMS.own);
  });

  it('are listed in pages, the newest first, by state, recipient and indicator', async () => {
    const { list, toHospital, toOperator } = await drafted();
    const first = await list('limit=1');
    const second = await list(`limit=1&cursor=${first.nextCursor}`);
    const tickets = [...first.items, ...second.items].map(({ ticket }) => ticket);
    expect(tickets).toEqual([toOperator.ticket, toHospital.ticket]);
    expect(second.nextCursor).toBeNull();
    expect((await list(`recipient=${OWN}`)).items).toHaveLength(1);
    expect((await list(`indicator=${INDICATORS[1]}`)).items).toHaveLength(1);
    expect((await list('state=approved')).items).toEqual([]);
  });

  it.each(['operator', 'engineer', 'auditor'])('are changed by no %s', async (role) => {
    const { ask, step, toHospital } = await drafted();
    expect((await step(role, toHospital.ticket, { kind: 'approve' }, '"1"')).status).toBe(403);
    expect((await ask(role, '/api/warnings/draft', { body: { purpose: 'x' } })).status).toBe(403);
    const read = await ask(role, `/api/warnings/${toHospital.ticket}?${PURPOSE}`);
    expect(read.status).toBe(role === 'auditor' ? 200 : 403);
  });

  it('an answer names the field that is wrong', async () => {
    const { step, toHospital } = await drafted();
    const { status, body } = await step('analyst', toHospital.ticket, { kind: 'burn' }, '"1"');
    expect({ status, fields: body.errors?.map(({ field }) => field) }).toEqual({
      status: 400,
      fields: ['body.kind'],
    });
  });
});
