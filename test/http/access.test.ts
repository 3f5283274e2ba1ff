import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/http/roles.ts';
import { createToken, listTokens, revokeToken, TOKEN_ROLES } from '../../src/store/tokens.ts';
import { testServer } from './fixture.ts';

/** Some routes are open to programs on the same machine. */
const ELSEWHERE = '192.0.2.1';

describe('tokens', () => {
  it('are stored as digests alone, and open nothing once revoked or expired', async () => {
    const { app, db, token, bearer } = await testServer();
    const text = token('admin');
    const ask = () => app.inject({ url: '/api/tokens', headers: bearer(text) });
    expect((await ask()).statusCode).toBe(200);
    const secret = text.split('_').slice(2).join('_');
    expect(db.serialize().includes(Buffer.from(secret))).toBe(false);
    revokeToken(db, text.split('_')[1] as string, 'lost', { by: 'root', role: 'admin' });
    expect((await ask()).statusCode).toBe(401);

    const at = Date.now() - 10_000;
    const brief = createToken(
      db,
      { role: 'admin', person: 'x', expiresAtMs: at + 1 },
      { by: 'root', role: 'admin', at },
    );
    const late = await app.inject({ url: '/api/tokens', headers: bearer(brief.text) });
    expect(late.statusCode).toBe(401);
    expect(late.json()).toMatchObject({ status: 401, instance: '/api/tokens' });
    expect(late.headers['content-type']).toContain('application/problem+json');
  });

  it('a token of the right id and another secret is refused like an unknown one', async () => {
    const { app, token, bearer } = await testServer();
    const [prefix, id, secret] = token('admin').split('_') as [string, string, string];
    const wrong = `${prefix}_${id}_${secret.startsWith('A') ? 'B' : 'A'}${secret.slice(1)}`;
    const unknown = `fs_${'0'.repeat(12)}_${secret}`;
    const answers = await Promise.all(
      [wrong, unknown, 'fs_', 'x'.repeat(5_000)].map((text) =>
        app.inject({ url: '/api/tokens', headers: bearer(text) }),
      ),
    );
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(answers[0]?.statusCode).toBe(401);
  });

  it('after many wrong tokens an address must wait', async () => {
    const { app, token, bearer } = await testServer();
    const statuses: number[] = [];
    for (let times = 0; times < 22; times++) {
      statuses.push((await app.inject({ url: '/api/session', headers: bearer('fs_wrong') })).statusCode);
    }
    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
    expect(statuses.at(-1)).toBe(429);
    expect((await app.inject({ url: '/api/session', headers: bearer(token('analyst')) })).statusCode).toBe(
      200,
    );
  });
});

describe('roles', () => {
  it('every route answers each role as the table says', async () => {
    const { app, token, bearer } = await testServer();
    const tokens = new Map(TOKEN_ROLES.map((role) => [role, token(role)]));
    for (const [route, allowed] of Object.entries(ROUTES)) {
      const [method, url] = route.split(' ') as ['GET', string];
      const path = url.replaceAll(/:\w+/g, 'none');
      for (const [role, text] of tokens) {
        if (route === 'DELETE /api/session') continue;
        // As a stream: some answers have no end.
        const asked = {
          method,
          url: path,
          headers: bearer(text),
          payloadAsStream: true,
          remoteAddress: ELSEWHERE,
        } as const;
        const answer = await app.inject(asked);
        const { statusCode } = answer;
        answer.stream().destroy();
        const isAllowed = allowed === 'open' || allowed.includes(role);
        expect.soft(statusCode === 403, `${role}: ${route} gave ${statusCode}`).toBe(!isAllowed);
      }
      const nobody = await app.inject({ method, url: path, remoteAddress: ELSEWHERE });
      if (allowed !== 'open') expect.soft(nobody.statusCode, `nobody: ${route}`).toBeOneOf([401, 429]);
    }
  });
});

describe('sessions', () => {
  async function login() {
    const server = await testServer();
    const text = server.token('admin');
    const answer = await server.app.inject({ method: 'POST', url: '/api/session', payload: { token: text } });
    const cookie = String(answer.headers['set-cookie']).split(';')[0] as string;
    return { ...server, text, answer, cookie, csrf: answer.json().csrf as string };
  }

  it('a login gives a cookie that no script reads and no other site sends', async () => {
    const { app, answer, cookie } = await login();
    expect(answer.statusCode).toBe(200);
    expect(String(answer.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict$/);
    const me = await app.inject({ url: '/api/session', headers: { cookie } });
    expect(me.json()).toMatchObject({ person: 'the.admin', role: 'admin' });
  });

  it('an unsafe request with the cookie alone is refused, and from another origin too', async () => {
    const { app, cookie, csrf } = await login();
    const make = (headers: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url: '/api/tokens',
        headers: { cookie, ...headers },
        payload: { role: 'analyst', person: 'a.analyst' },
      });
    expect((await make({})).statusCode).toBe(403);
    expect((await make({ 'x-csrf-token': `${csrf}x` })).statusCode).toBe(403);
    expect((await make({ 'x-csrf-token': csrf, origin: 'https://evil.example' })).statusCode).toBe(403);
    expect(
      (await make({ 'x-csrf-token': csrf, origin: 'http://localhost:8055', host: 'localhost:8055' }))
        .statusCode,
    ).toBe(201);
  });

  it('ends with its token, and at logout', async () => {
    const { app, db, cookie, csrf, text } = await login();
    const ask = () => app.inject({ url: '/api/session', headers: { cookie } });
    revokeToken(db, text.split('_')[1] as string, null, { by: 'root', role: 'admin' });
    expect((await ask()).statusCode).toBe(401);
    const other = await login();
    const headers = { cookie: other.cookie, 'x-csrf-token': other.csrf };
    expect((await other.app.inject({ method: 'DELETE', url: '/api/session', headers })).statusCode).toBe(204);
    expect((await other.app.inject({ url: '/api/session', headers })).statusCode).toBe(401);
    expect(csrf).not.toBe(other.csrf);
  });

  it('a token for one session opens one', async () => {
    const { app, db, bearer } = await testServer();
    const { text } = createToken(
      db,
      { role: 'analyst', person: 'demo', expiresAtMs: Date.now() + 60_000, once: true },
      { by: 'root', role: 'admin' },
    );
    const login = () => app.inject({ method: 'POST', url: '/api/session', payload: { token: text } });
    expect((await app.inject({ url: '/api/session', headers: bearer(text) })).statusCode).toBe(401);
    const first = await login();
    expect(first.statusCode).toBe(200);
    expect((await login()).statusCode).toBe(401);
    const cookie = String(first.headers['set-cookie']).split(';')[0] as string;
    expect((await app.inject({ url: '/api/session', headers: { cookie } })).statusCode).toBe(200);
    expect(listTokens(db)).toHaveLength(1);
  });
});

describe('answers', () => {
  it('name the field that is wrong', async () => {
    const { app, token, bearer } = await testServer();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/tokens',
      headers: bearer(token('admin')),
      payload: { role: 'king', person: '' },
    });
    expect(answer.statusCode).toBe(400);
    expect(
      answer
        .json()
        .errors.map(({ field }: { field: string }) => field)
        .sort(),
    ).toEqual(['body.person', 'body.role']);
  });

  it('carry a policy that lets nothing in from elsewhere, and are kept by no cache', async () => {
    const { app } = await testServer();
    const { headers } = await app.inject({ url: '/healthz' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
  });

  it('a body beyond the limit is refused', async () => {
    const { app, token, bearer } = await testServer();
    const payload = { role: 'analyst', person: 'x'.repeat(1_100_000) };
    const answer = await app.inject({
      method: 'POST',
      url: '/api/tokens',
      headers: bearer(token('admin')),
      payload,
    });
    expect(answer.statusCode).toBe(413);
  });
});
