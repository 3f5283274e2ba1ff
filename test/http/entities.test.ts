import { describe, expect, it } from 'vitest';
import type { EntityItem, RegisterReportAnswer } from '../../src/http/routes/entities.ts';
import { listedEntity, registerOf } from '../victims/entities.ts';
import { VICTIMS, victimServer } from './victims-fixture.ts';

interface Page {
  readonly items: readonly EntityItem[];
  readonly nextCursor: string | null;
}

const CSV = `id,name,kind,sector,prefixes,protected
a-lawyer,A Lawyer,other,,198.51.100.9/32,lawyer
b-bank,B Bank,essential,banking,203.0.113.128/25,
c-wrong,C,king,,,
`;

async function imported() {
  const server = await victimServer();
  const answer = await server.ask<RegisterReportAnswer>('analyst', '/api/entities/import?register=more', {
    body: CSV,
    type: 'text/csv',
  });
  return { ...server, answer };
}

describe('entities', () => {
  it('are taken in from CSV, each entry alone; the refused name line, field and rule', async () => {
    const { answer } = await imported();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      register: 'more',
      changed: true,
      entities: { added: 2, changed: 0, ended: 0 },
      refused: 1,
      refusals: [{ id: 'c-wrong', line: 4, faults: [{ field: 'kind' }] }],
    });
  });

  it('of a protected profession take what is stored from all but auditors', async () => {
    const { ask } = await imported();
    const shown = async (who: string) => {
      const { body } = await ask<{ items: { victim: string | null }[] }>(who, '/api/matches?purpose=x');
      return body.items.some(({ victim }) => victim === VICTIMS.own);
    };
    expect([await shown('analyst'), await shown('auditor')]).toEqual([false, true]);
  });

  it('are taken in from JSON; what the register lists no more is ended', async () => {
    const { ask } = await victimServer();
    const body = registerOf(listedEntity({ id: 'new', prefixes: ['192.0.2.0/25'] })).toString();
    const { body: report } = await ask<RegisterReportAnswer>('admin', '/api/entities/import', { body });
    expect(report.entities).toEqual({ added: 1, changed: 0, ended: 1 });
    expect((await ask('analyst', '/api/entities/example-hospital')).status).toBe(404);
    expect((await ask<EntityItem>('analyst', '/api/entities/new')).body.register).toBe('entities');
  });

  it.each([
    ['nothing', '', 'text/csv', '', 422],
    ['no JSON', '{', 'application/json', '', 422],
    ['an unknown column', 'id,name,kind,colour\n', 'text/csv', '', 422],
    ['an unknown form', '<a/>', 'text/xml', '', 415],
    ['a name that is none', CSV, 'text/csv', '?register=..%2Fetc', 400],
  ])('%s is not taken in', async (_, body, type, query, status) => {
    const { ask } = await victimServer();
    expect((await ask('analyst', `/api/entities/import${query}`, { body, type })).status).toBe(status);
    expect((await ask<Page>('analyst', '/api/entities')).body.items).toHaveLength(1);
  });

  it.each([
    ['all', '', ['a-lawyer', 'b-bank', 'example-hospital']],
    ['of a kind', 'kind=essential', ['b-bank', 'example-hospital']],
    ['of a sector', 'sector=health', ['example-hospital']],
    ['protected', 'protected=true', ['a-lawyer']],
    ['not protected', 'protected=false', ['b-bank', 'example-hospital']],
    ['by part of a name', 'q=bank', ['b-bank']],
  ])('are listed page by page: %s', async (_, query, expected) => {
    const { ask } = await imported();
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await ask<Page>('auditor', `/api/entities?limit=1&${query}${next}`);
      ids.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    expect(ids).toEqual(expected);
  });

  it.each(['operator', 'engineer'])('are shown to no %s, and changed by no auditor', async (role) => {
    const { ask } = await victimServer();
    expect((await ask(role, '/api/entities')).status).toBe(403);
    expect((await ask(role, '/api/entities/example-hospital')).status).toBe(403);
    for (const who of [role, 'auditor']) {
      expect((await ask(who, '/api/entities/import', { body: CSV, type: 'text/csv' })).status).toBe(403);
    }
  });
});
