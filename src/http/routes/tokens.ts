// Tokens: made, listed and revoked by an admin.
import { z } from 'zod';
import { DAY_MS } from '../../core/time.ts';
import { createToken, listTokens, revokeToken, TOKEN_ROLES } from '../../store/tokens.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import type { App } from '../server.ts';

const TOKEN = z.object({
  id: z.string(),
  role: z.enum(TOKEN_ROLES),
  person: z.string(),
  operator: z.string().nullable(),
  once: z.boolean(),
  createdAtMs: z.number(),
  createdBy: z.string(),
  expiresAtMs: z.number(),
  revokedAtMs: z.number().nullable(),
});

export type TokenLine = z.infer<typeof TOKEN>;
const NEW_TOKEN = TOKEN.extend({ text: z.string() });
export type NewToken = z.infer<typeof NEW_TOKEN>;

export function tokenRoutes(app: App, { db }: HttpContext): void {
  app.get(
    '/api/tokens',
    { schema: { summary: 'All tokens', response: { 200: z.object({ items: z.array(TOKEN) }) } } },
    async () => ({ items: listTokens(db) }),
  );
  app.post(
    '/api/tokens',
    {
      schema: {
        summary: 'Make a token; its text is shown this once',
        body: z.object({
          role: z.enum(TOKEN_ROLES),
          person: z.string().min(1).max(200),
          operator: z.string().max(64).optional(),
          days: z.number().int().min(1).max(366).default(90),
        }),
        response: { 201: NEW_TOKEN },
      },
    },
    async (request, reply) => {
      const { role, person, operator, days } = request.body;
      const expiresAtMs = Date.now() + days * DAY_MS;
      const { text, token } = createToken(db, { role, person, operator, expiresAtMs }, changeOf(request));
      return reply.code(201).send({ ...token, text });
    },
  );
  app.delete(
    '/api/tokens/:id',
    {
      schema: {
        summary: 'Revoke a token, and the sessions that it opened',
        params: z.object({ id: z.string().max(64) }),
        querystring: z.object({ reason: z.string().max(1_000).optional() }),
      },
    },
    async (request, reply) => {
      revokeToken(db, request.params.id, request.query.reason ?? null, changeOf(request));
      return reply.code(204).send();
    },
  );
}
