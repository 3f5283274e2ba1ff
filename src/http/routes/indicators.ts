// Indicators as they stand: the list, one in full, its history.
import { z } from 'zod';
import { INDICATOR_STATES } from '../../authority/explain.ts';
import { inForceOptions } from '../../config/in-force-options.ts';
import { readDetail } from '../../store/indicator-detail.ts';
import { readHistory } from '../../store/indicator-history.ts';
import { indicatorNamer } from '../../store/indicator-names.ts';
import type { HttpContext } from '../context.ts';
import { detailAnswer } from '../indicator-answer.ts';
import type { IndicatorList } from '../indicator-list.ts';
import { INDICATOR_SORTS } from '../indicator-row.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';
import { setVersion } from '../versions.ts';
import { DETAIL, EVENT, ITEM } from './indicator-shapes.ts';

/** For the first list after a start. */
const WAIT_MS = 2_000;

const FLAG = z.literal('1').optional();
const LIST = pageOf(ITEM).extend({
  /** Of the authority, as the list has it. */
  generation: z.number(),
  /** Rows that are being worked out anew; until then they are shown as they were. */
  behind: z.number(),
});
export type IndicatorsAnswer = z.infer<typeof LIST>;
export type IndicatorAnswer = z.infer<typeof DETAIL>;
export type EventAnswer = z.infer<typeof EVENT>;

const HISTORY_LIMIT = 500;

export const NAMED = z.object({ id: z.string().max(100) });

export function indicatorRoutes(app: App, context: HttpContext, list: IndicatorList): void {
  const { db } = context;
  const nameOf = indicatorNamer(db);
  const detailOf = (id: string, asKnownAtMs?: number) => {
    const found = readDetail(db, id, inForceOptions(context.configuration), asKnownAtMs);
    if (!found) throw new HttpError(404, `there is no indicator ${id}`);
    return detailAnswer(found);
  };
  app.get(
    '/api/indicators',
    {
      schema: {
        summary: 'Indicators and drafts: where each stands, until when, and what is in its way',
        querystring: z.object({
          ...PAGE_QUERY,
          state: z.enum(INDICATOR_STATES).optional(),
          authorisation: z.string().max(200).optional(),
          operator: z.string().max(64).optional(),
          /** Part of an id, address or threat, or an address or prefix that meets it. */
          q: z.string().max(200).optional(),
          due: FLAG,
          hit: FLAG,
          sort: z.enum(INDICATOR_SORTS).default('address'),
          order: z.enum(['asc', 'desc']).default('asc'),
        }),
        response: { 200: LIST },
      },
    },
    async (request, reply) => {
      const { state, authorisation, operator, q, due, hit, sort, order, limit, cursor } = request.query;
      const after = readCursor(cursor, 2);
      if (!(await list.isReady(WAIT_MS))) {
        const { done, of } = list.progress;
        reply.header('retry-after', '1');
        throw new HttpError(503, `the list is being worked out, ${done} of ${of}: ask again in a second`);
      }
      const filter = {
        ...{ state, authorisation, operator, q },
        dueByMs: due === undefined ? undefined : Date.now(),
        hit: hit === undefined ? undefined : (true as const),
      };
      const { items, next, total, generation, behind } = list.select(filter, {
        sort,
        limit,
        descending: order === 'desc',
        after: after === null ? null : [after[0] ?? null, after[1] ?? null],
      });
      return { items, nextCursor: next && cursorAfter(next), total, generation, behind };
    },
  );
  app.get(
    '/api/indicators/:id',
    {
      schema: {
        summary:
          'One in full: windows with the rule of each bound, findings, steps, hits, what is in its way',
        params: NAMED,
        querystring: z.object({
          /** As it was recorded, and stood, then. */
          asKnownAtMs: z.coerce.number().int().min(0).optional(),
        }),
        response: { 200: DETAIL },
      },
    },
    async (request, reply) => {
      const answer = detailOf(request.params.id, request.query.asKnownAtMs);
      setVersion(reply, answer.step);
      return answer;
    },
  );
  app.get(
    '/api/indicators/:id/history',
    {
      schema: {
        summary: 'Every event of one, and of what it rests on, with both times; the newest first',
        params: NAMED,
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(HISTORY_LIMIT).default(HISTORY_LIMIT),
          cursor: PAGE_QUERY.cursor,
        }),
        response: { 200: pageOf(EVENT) },
      },
    },
    async (request) => {
      const named = nameOf(request.params.id);
      if (!named) throw new HttpError(404, `there is no indicator ${request.params.id}`);
      const { limit, cursor } = request.query;
      const [before = null] = readCursor(cursor, 1) ?? [];
      const events = readHistory(db, named).reverse();
      const rest = before === null ? events : events.filter(({ sequence }) => sequence < Number(before));
      const items = rest.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = last && rest.length > limit ? cursorAfter([last.sequence]) : null;
      return { items, nextCursor, total: events.length };
    },
  );
}
