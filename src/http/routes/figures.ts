// Flows over the last minutes and hours, from the ledger.
import { z } from 'zod';
import { DAY_MS, MINUTE_MS } from '../../core/time.ts';
import { figuresByMinute } from '../../store/flow-figures.ts';
import { actorOfRequest } from '../access.ts';
import type { HttpContext } from '../context.ts';
import type { App } from '../server.ts';

const MINUTE = z.object({
  atMs: z.number(),
  datagrams: z.number(),
  records: z.number(),
  matched: z.number(),
  matches: z.number(),
  lost: z.number(),
  sequenceLost: z.number(),
});
export interface FiguresAnswer {
  readonly items: readonly z.infer<typeof MINUTE>[];
}

export function figuresRoutes(app: App, { db }: HttpContext): void {
  app.get(
    '/api/figures/history',
    {
      schema: {
        summary: 'Flows per minute; minutes in which nothing came are left out; an operator sees its own',
        querystring: z.object({
          minutes: z.coerce
            .number()
            .int()
            .min(1)
            .max(DAY_MS / MINUTE_MS)
            .default(60),
          operator: z.string().max(64).optional(),
        }),
        response: { 200: z.object({ items: z.array(MINUTE) }) },
      },
    },
    async (request) => {
      const { minutes, operator: asked = null } = request.query;
      // Whatever operator it asks for: its own.
      const operator = actorOfRequest(request).operator ?? asked;
      const thisMinute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
      return { items: figuresByMinute(db, { sinceMs: thisMinute - minutes * MINUTE_MS, operator }) };
    },
  );
}
