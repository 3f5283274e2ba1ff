// Matches: the flows themselves, in the order of their start.
import { z } from 'zod';
import { DIRECTIONS, matchPage, TIME_SOURCES } from '../../store/matches.ts';
import { VictimIds } from '../../store/victim-ids.ts';
import type { HttpContext } from '../context.ts';
import { givenOnly } from '../given.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import { HttpError } from '../problem.ts';
import { PURPOSE, recordReading } from '../reading.ts';
import { scopeOf, withinScope } from '../scope.ts';
import type { App } from '../server.ts';

const COUNT = z.number().nullable();
const MATCH = z.object({
  id: z.string(),
  indicator: z.string(),
  authorisation: z.string(),
  operator: z.string(),
  exporter: z.string().nullable(),
  victim: z.string().nullable(),
  victimPort: z.number().nullable(),
  c2: z.string(),
  c2Port: z.number().nullable(),
  protocol: z.number().nullable(),
  direction: z.enum(DIRECTIONS),
  startMs: z.number(),
  endMs: z.number(),
  bytes: COUNT,
  packets: COUNT,
  tcpFlags: z.number().nullable(),
  sampling: z.number().nullable(),
  timeSource: z.enum(TIME_SOURCES),
  evaluatedAtMs: z.number(),
  deleteAfterMs: z.number(),
  source: z.string(),
  retentionBasis: z.string(),
  disputed: z.enum(['open', 'upheld']).optional(),
  sequestered: z.literal(true).optional(),
});
const LIST = pageOf(MATCH);
export type MatchItem = z.infer<typeof MATCH>;

export function matchRoutes(app: App, { db }: HttpContext): void {
  app.get(
    '/api/matches',
    {
      schema: {
        summary:
          'Matches in the order of their start; a page may be short, nextCursor says whether it is the last',
        querystring: z.object({
          ...PAGE_QUERY,
          ...PURPOSE,
          operator: z.string().max(64).optional(),
          /** An indicator's id, or the address of a C2 server. */
          indicator: z.string().max(200).optional(),
          authorisation: z.string().max(200).optional(),
          /** A victim's id, as `GET /api/victims` gives it. */
          victim: z.string().max(64).optional(),
          sinceMs: z.coerce.number().int().optional(),
          untilMs: z.coerce.number().int().optional(),
          order: z.enum(['asc', 'desc']).default('asc'),
        }),
        response: { 200: LIST },
      },
    },
    async (request) => {
      const { limit, cursor, purpose, order, victim: id, ...asked } = request.query;
      const place = readCursor(cursor, 1);
      const victim = id === undefined ? undefined : addressOf(id, scopeOf(request).operator);
      const filter = withinScope(request, givenOnly({ ...asked, victim }));
      const reading = recordReading(db, request, { kind: 'matches', filter, purpose });
      const after = place && String(place[0]);
      const { items, next } = matchPage(db, { ...filter, limit }, { after, isDescending: order === 'desc' });
      reading.end(items.length);
      return { items, nextCursor: next && cursorAfter([next]), total: null };
    },
  );

  function addressOf(id: string, operator: string | null): string {
    const victim = new VictimIds(db).find(id, operator);
    if (victim === null) throw new HttpError(404, 'victim: there is none of this id');
    return victim;
  }
}
