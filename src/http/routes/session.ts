// The dashboard's login: a token is given once, and a cookie comes back.
import { z } from 'zod';
import { checkToken, spendToken, TOKEN_ROLES } from '../../store/tokens.ts';
import { type Access, actorOfRequest, refuseForeignOrigin } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';

const SESSION = z.object({
  person: z.string(),
  role: z.enum(TOKEN_ROLES),
  operator: z.string().nullable(),
  /** For `X-CSRF-Token`; `null` where the request came with a token of its own. */
  csrf: z.string().nullable(),
  expiresAtMs: z.number(),
});

export function sessionRoutes(app: App, { db }: HttpContext, access: Access): void {
  app.post(
    '/api/session',
    {
      config: { rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: {
        summary: 'Open a session of the dashboard with a token',
        body: z.object({ token: z.string().max(200) }),
        response: { 200: SESSION },
      },
    },
    async (request, reply) => {
      refuseForeignOrigin(request);
      const nowMs = Date.now();
      const token = checkToken(db, request.body.token, nowMs);
      if (!token || (token.once && !spendToken(db, token.id, nowMs))) {
        await access.countFailure(request);
        throw new HttpError(401, 'the token is unknown, expired, revoked or spent');
      }
      const { id, session } = access.sessions.open(token.id, nowMs);
      access.setCookie(reply, id);
      const { person, role, operator, expiresAtMs } = token;
      return { person, role, operator, csrf: session.csrf, expiresAtMs };
    },
  );
  app.get(
    '/api/session',
    { schema: { summary: 'Who you are', response: { 200: SESSION } } },
    async (request) => {
      const { person, role, operator, token, session } = actorOfRequest(request);
      const csrf = session?.session.csrf ?? null;
      return { person, role, operator, csrf, expiresAtMs: token.expiresAtMs };
    },
  );
  app.delete('/api/session', { schema: { summary: 'Log out' } }, async (request, reply) => {
    const { session } = actorOfRequest(request);
    if (session) access.sessions.end(session.id);
    access.setCookie(reply, null);
    return reply.code(204).send();
  });
}
