// The audit log by the API: events in pages, heads, proofs, and an export that is checked without the server.
import { describe, expect, it } from 'vitest';
import { verifyExport } from '../../src/audit/export-file.ts';
import { proofFaults } from '../../src/audit/proof-file.ts';
import { loadConfiguration } from '../../src/config/configuration.ts';
import { Log } from '../audit/logged.ts';
import { testServer } from './fixture.ts';

interface Page {
  readonly items: readonly { readonly sequence: number }[];
  readonly nextCursor: string | null;
}

async function served(...sizes: number[]) {
  const log = new Log(...sizes);
  const configuration = { ...(await loadConfiguration({}, {})), database: log.path };
  const server = await testServer({ db: log.db, configuration });
  const text = server.token('engineer');
  const ask = (url: string, method: 'GET' | 'POST' = 'GET') =>
    server.app.inject({ method, url: `/api/audit/${url}`, headers: server.bearer(text) });
  return { ...server, log, ask };
}

async function linesOf(text: string): Promise<AsyncIterable<string>> {
  return (async function* () {
    yield* text.split('\n').filter(Boolean);
  })();
}

describe('events', () => {
  it('come newest first, and by what they are about', async () => {
    const { ask, log } = await served(40);
    const newest = (await ask('events?limit=2')).json();
    expect(newest.items.map(({ action }: { action: string }) => action)).toEqual([
      'token.create',
      'audit.head',
    ]);
    expect(newest.total).toBe(log.size);
    const first = (await ask('events?order=asc&limit=1')).json();
    expect(first.items).toMatchObject([{ sequence: 1, action: 'key.create', actor: 'an.engineer' }]);
    const about = (await ask('events?object=indicator--7')).json();
    expect(about).toMatchObject({ items: [{ sequence: 8, detail: { note: 'event 8' } }], total: null });
    expect((await ask('events?action=indicator&limit=500')).json().items).toHaveLength(39);
    expect((await ask('events?action=indic')).json().items).toEqual([]);
    expect((await ask('events?actor=nobody')).json()).toMatchObject({ items: [], nextCursor: null });
    expect((await ask('events?since=9000000000000')).json().items).toEqual([]);
    expect((await ask('events?action=key.create&until=9000000000000')).json().items).toHaveLength(1);
  });

  it.each(['asc', 'desc'])(
    'come in pages that what is logged meanwhile does not shift, %s',
    async (order) => {
      const { ask, log } = await served(30);
      const seen: number[] = [];
      for (let cursor: string | null = ''; cursor !== null && seen.length < 100; ) {
        const page: Page = (
          await ask(`events?action=indicator&order=${order}&limit=7${cursor && `&cursor=${cursor}`}`)
        ).json();
        seen.push(...page.items.map(({ sequence }) => sequence));
        cursor = page.nextCursor;
        if (order === 'desc') log.grow(1);
      }
      const expected = Array.from({ length: 29 }, (_, at) => at + 2);
      expect(seen).toEqual(order === 'asc' ? expected : expected.reverse());
    },
  );

  it('name a wrong field', async () => {
    const { ask } = await served(3);
    expect((await ask('events?order=up')).json().errors).toMatchObject([{ field: 'querystring.order' }]);
    expect((await ask('events?cursor=W10')).statusCode).toBe(400);
  });
});

describe('heads and proofs', () => {
  it('prove an event, and that the log only grew', async () => {
    const { ask, log } = await served(10, 40, 75);
    const heads = (await ask('heads?limit=2')).json();
    expect(heads.items.map(({ treeSize }: { treeSize: number }) => treeSize)).toEqual([75, 40]);
    expect(heads.events).toBe(log.size);
    const rest = (await ask(`heads?limit=2&cursor=${heads.nextCursor}`)).json();
    expect([rest.items[0].treeSize, rest.nextCursor]).toEqual([10, null]);
    const keys = (await ask('key')).json().items;
    expect(keys).toMatchObject([
      { keyId: log.key.keyId, publicKeyPem: log.key.publicKeyPem, jwk: { kty: 'OKP', crv: 'Ed25519' } },
    ]);
    const proof = (await ask('proof?sequence=21')).json();
    expect(proofFaults(proof, [log.key.publicKeyPem])).toEqual([]);
    expect(
      proofFaults({ ...proof, event: { ...proof.event, actor: 'x' } }, [log.key.publicKeyPem]),
    ).toHaveLength(1);
    const growth = (await ask('consistency?from=10&to=75')).json();
    expect(proofFaults(growth, [log.key.publicKeyPem])).toEqual([]);
  });

  it('of what is not there are refused', async () => {
    const { ask } = await served(5);
    expect((await ask('proof?sequence=99')).statusCode).toBe(404);
    expect((await ask('consistency?from=5&to=99')).statusCode).toBe(404);
    expect((await ask('consistency?from=5&to=2')).statusCode).toBe(400);
    expect((await ask('proof')).json().errors).toMatchObject([{ field: 'querystring.sequence' }]);
  });

  it('a head is signed on demand, once for each news, by name', async () => {
    const { ask, log } = await served(5);
    log.grow(3);
    const signed = await ask('heads', 'POST');
    expect([signed.statusCode, signed.json().treeSize]).toEqual([201, log.size - 1]);
    expect((await ask('heads', 'POST')).json()).toEqual(signed.json());
    expect((await ask('events?action=audit.head&limit=1')).json().items).toMatchObject([
      { actor: 'the.engineer', role: 'engineer' },
    ]);
  });

  it('nothing is signed over a log that was changed', async () => {
    const { ask, log } = await served(20);
    log.tamper((db) => db.exec('UPDATE auditLeaves SET hash = zeroblob(32) WHERE sequence = 20'));
    log.grow(1);
    const refused = await ask('heads', 'POST');
    expect(refused.statusCode).toBe(500);
    expect(refused.json().type).toBe('urn:flowsieve:problem:AUDIT');
  });
});

describe('an export', () => {
  it('is what `audit verify` reads, also since a time', async () => {
    const { ask, log } = await served(10, 700);
    log.grow(2);
    const answer = await ask('export');
    expect(answer.headers['content-type']).toContain('application/x-ndjson');
    expect(answer.headers['content-disposition']).toContain('flowsieve-audit.ndjson');
    const checks = { publicKeys: [log.key.publicKeyPem], against: log.heads };
    const verified = await verifyExport(await linesOf(answer.body), 'export', checks);
    expect(verified).toMatchObject({ faultCount: 0, events: log.size, coveredTo: 700 });
    const later = await ask(`export?since=${Date.now() - 60_000}`);
    expect(JSON.parse(later.body.split('\n')[0] as string).startSize).toBeGreaterThan(600);
    expect(await verifyExport(await linesOf(later.body), 'export', checks)).toMatchObject({ faultCount: 0 });
  });

  it('shows an edited event for what it is', async () => {
    const { ask, log } = await served(40);
    log.tamper((db) => db.exec("UPDATE events SET actor = 'x' WHERE sequence = 21"));
    const { body } = await ask('export');
    const { faults } = await verifyExport(await linesOf(body), 'export', { publicKeys: [], against: [] });
    expect(faults).toContainEqual(expect.objectContaining({ kind: 'edited', from: 21 }));
  });
});
