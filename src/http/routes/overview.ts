// What the dashboard's first page begins with.
import { z } from 'zod';
import { actorOfRequest } from '../access.ts';
import type { App } from '../server.ts';
import type { Overview } from '../standing.ts';

const COUNT = z.number();
const NEEDS = z.object({
  disputesOpen: COUNT,
  noticesUnacknowledged: COUNT,
  /** Not there while the list is worked out after the start. */
  verificationsDue: COUNT.optional(),
  indicatorsSuspended: COUNT.optional(),
  proposalsOpen: COUNT.optional(),
  warningsToApprove: COUNT.optional(),
  warningsUnclear: COUNT.optional(),
  sequestersInForce: COUNT.optional(),
  matchesToPurge: COUNT.optional(),
});
const OVERVIEW = z.object({
  atMs: z.number(),
  ready: z.boolean(),
  generation: z.number().nullable(),
  problems: z
    .array(z.object({ of: z.enum(['daemon', 'list', 'store', 'listener']), text: z.string() }))
    .readonly(),
  listeners: z.array(z.object({ name: z.string(), problem: z.string().nullable() })).readonly(),
  needs: NEEDS,
  /** Of the last day; not for the role operator. */
  totals: z.object({ sinceMs: z.number(), records: COUNT, matched: COUNT, matches: COUNT }).nullable(),
});
export type OverviewAnswer = z.infer<typeof OVERVIEW>;

export function overviewRoutes(app: App, overview: Overview): void {
  app.get(
    '/api/overview',
    {
      schema: {
        summary: 'Whether the daemon does its work, and what waits for a person; an operator sees its own',
        response: { 200: OVERVIEW },
      },
    },
    async (request) => {
      const { operator } = actorOfRequest(request);
      return {
        ...overview.standing(operator),
        needs: overview.needs(operator),
        totals: operator === null ? overview.totals() : null,
      };
    },
  );
}
