import { describe, expect, it } from 'vitest';
import { testServer } from './fixture.ts';

async function served() {
  const { app, token, bearer } = await testServer();
  const headers = bearer(token('engineer'));
  return (path: string) => app.inject({ url: `/api/warninglists${path}`, headers });
}

describe('warning lists', () => {
  it('are listed, hard ones first, with the digest of each file', async () => {
    const ask = await served();
    const { items } = (await ask('')).json();
    expect(items[0]).toMatchObject({ severity: 'hard', recordedAtMs: null, recordedBy: null });
    expect(items.at(-1)).toMatchObject({ severity: 'soft' });
    expect(items.every(({ digest }: { digest: string }) => /^[0-9a-f]{64}$/.test(digest))).toBe(true);
  });

  it('say which of them an address or a prefix meets', async () => {
    const ask = await served();
    const resolver = (await ask('/check?address=8.8.8.8')).json();
    expect(resolver.address).toBe('8.8.8.8');
    expect(resolver.hits.length).toBeGreaterThan(0);
    const within = (await ask(`/check?address=${encodeURIComponent('8.8.8.0/24')}`)).json();
    expect(within.hits).toEqual(expect.arrayContaining(resolver.hits));
    expect((await ask('/check?address=5.255.96.1')).json()).toMatchObject({ hits: [] });
  });

  it('refuse what is no address, and say which field it is', async () => {
    const ask = await served();
    const wrong = await ask('/check?address=example.org');
    expect(wrong.statusCode).toBe(400);
    expect(wrong.json().detail).toMatch(/^address: /);
    expect((await ask('/check')).json().errors).toMatchObject([{ field: 'querystring.address' }]);
  });
});
