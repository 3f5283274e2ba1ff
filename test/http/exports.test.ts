import { describe, expect, it } from 'vitest';
import { listConsultations } from '../../src/store/consultations.ts';
import { OTHER, OWN, VICTIMS, victimServer, warningConfiguration } from './victims-fixture.ts';

const PURPOSE = 'purpose=ticket+1';

describe('exports', () => {
  it.each([
    ['csv', 'text/csv', 'csv'],
    ['json', 'application/x-ndjson', 'ndjson'],
    ['intelmq', 'application/x-ndjson', 'ndjson'],
    ['shadowserver', 'text/csv', 'csv'],
    ['stix', 'application/stix+json', 'json'],
    ['report-18-8', 'text/markdown', 'md'],
  ])('come as a file: %s', async (format, type, extension) => {
    const { app, tokenOf, bearer } = await victimServer();
    const { statusCode, headers, body } = await app.inject({
      url: `/api/exports/analyst/${format}?${PURPOSE}`,
      headers: bearer(tokenOf('analyst')),
    });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toContain(type);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-disposition']).toMatch(
      new RegExp(`^attachment; filename="flowsieve-${format}-\\d{4}-\\d\\d-\\d\\d\\.${extension}"$`),
    );
    for (const victim of Object.values(VICTIMS)) expect(body).toContain(victim);
  });

  it('are recorded with their purpose and how many there were, once all is handed out', async () => {
    const { ask, db } = await victimServer();
    await ask('analyst', `/api/exports/entity/json?id=example-hospital&${PURPOSE}`);
    expect(listConsultations(db)).toMatchObject([
      { by: 'the.analyst', kind: 'export', purpose: 'ticket 1', rows: 3, filter: { format: 'json' } },
    ]);
  });

  it('to an entity hold its own alone, to an operator what it delivered', async () => {
    const { ask } = await victimServer();
    const entity = await ask<string>('analyst', `/api/exports/entity/csv?id=example-hospital&${PURPOSE}`);
    expect(entity.body).toContain(VICTIMS.both);
    expect(entity.body).not.toContain(VICTIMS.own);
    const operator = await ask<string>('analyst', `/api/exports/operator/csv?id=${OWN}&${PURPOSE}`);
    expect(operator.body).toContain(VICTIMS.own);
    expect(operator.body).not.toContain(VICTIMS.other);
    expect(operator.body).not.toContain('hospital');
  });

  it('an operator gets its own, and nothing under any other name', async () => {
    const { ask } = await victimServer();
    const own = await ask<string>('operator', `/api/exports/operator/json?${PURPOSE}`);
    expect(own.status).toBe(200);
    expect(own.body).toContain(VICTIMS.own);
    expect(own.body).not.toContain(VICTIMS.other);
    const status = async (path: string) => (await ask('operator', `/api/exports/${path}`)).status;
    expect(await status(`operator/json?id=${OTHER}&${PURPOSE}`)).toBe(404);
    expect(await status(`operator/json?id=nobody&${PURPOSE}`)).toBe(404);
    expect(await status(`analyst/json?${PURPOSE}`)).toBe(403);
    expect(await status(`entity/json?id=example-hospital&${PURPOSE}`)).toBe(403);
    const foreign = await ask<string>('operator', `/api/exports/operator/json?${PURPOSE}&operator=${OTHER}`);
    expect(foreign.body).not.toContain(VICTIMS.other);
  });

  it.each([
    ['without a purpose', 'analyst/csv', 400],
    ['of no operator', `operator/csv?${PURPOSE}`, 400],
    ['of an unknown operator', `operator/csv?id=nobody&${PURPOSE}`, 404],
    ['of an unknown entity', `entity/csv?id=nobody&${PURPOSE}`, 404],
    ['in an unknown format', `analyst/pdf?${PURPOSE}`, 400],
    ['that names who reports, where that is not set', `analyst/xarf?${PURPOSE}`, 503],
  ])('%s there is none, and no reading', async (_, path, expected) => {
    const { ask, db } = await victimServer();
    expect((await ask('analyst', `/api/exports/${path}`)).status).toBe(expected);
    expect(listConsultations(db)).toEqual([]);
  });

  it('with the organisation set, XARF is made', async () => {
    const configuration = await warningConfiguration();
    const organisation = { name: 'CERT.example', mail: 'cert@cert.example' };
    const { ask } = await victimServer({ configuration: { ...configuration, organisation } });
    const { status, body } = await ask<string>('analyst', `/api/exports/analyst/xarf?${PURPOSE}`);
    expect({ status, named: body.includes('CERT.example') }).toEqual({ status: 200, named: true });
  });

  it('others are served and written for while one is made', async () => {
    const { app, ask, tokenOf, bearer, db } = await victimServer();
    const answer = await app.inject({
      url: `/api/exports/analyst/json?${PURPOSE}`,
      headers: bearer(tokenOf('analyst')),
      payloadAsStream: true,
    });
    const stream = answer.stream();
    expect((await ask('analyst', `/api/victims?${PURPOSE}`)).status).toBe(200);
    let length = 0;
    for await (const chunk of stream) length += (chunk as Buffer).length;
    expect(length).toBeGreaterThan(1_000);
    expect(listConsultations(db).map(({ kind, rows }) => [kind, rows])).toEqual([
      ['export', 5],
      ['victims', 5],
    ]);
  });

  it('a client that goes away leaves the reading unfinished, and room for the next', async () => {
    const { app, ask, tokenOf, bearer, db } = await victimServer();
    for (let times = 0; times < 6; times++) {
      const answer = await app.inject({
        url: `/api/exports/analyst/json?${PURPOSE}`,
        headers: bearer(tokenOf('analyst')),
        payloadAsStream: true,
      });
      expect(answer.statusCode).toBe(200);
      const stream = answer.stream();
      const closed = new Promise((resolve) => stream.once('close', resolve));
      stream.destroy();
      await closed;
    }
    expect((await ask('analyst', `/api/exports/analyst/json?${PURPOSE}`)).status).toBe(200);
    expect(listConsultations(db).at(-1)?.rows).toBe(5);
  });
});
