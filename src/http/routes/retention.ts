// How long matches are kept (L19): what is due, erasing it now, and closing an investigation.
import { z } from 'zod';
import { DAY_MS } from '../../core/time.ts';
import { countDue } from '../../store/erasure.ts';
import { namedCriterion } from '../../store/named-criterion.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import type { Erasure } from '../erasure.ts';
import type { App } from '../server.ts';

export const PROGRESS = z.object({
  state: z.enum(['idle', 'running', 'done', 'failed']),
  step: z.enum(['deleting', 'emptying', 'overwriting']).nullable(),
  due: z.number(),
  deleted: z.number(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  problem: z.string().nullable(),
});

const RETENTION = z.object({
  atMs: z.number(),
  matches: z.number(),
  dueNow: z.number(),
  dueInAWeek: z.number(),
  dueInAMonth: z.number(),
  /** The day of the first deletion; `null` = there are no matches. */
  firstMs: z.number().nullable(),
  /** Of erasing by hand. */
  erasure: PROGRESS,
});
export type RetentionAnswer = z.infer<typeof RETENTION>;

const CLOSED = z.object({
  kind: z.enum(['authorisation', 'indicator']),
  value: z.string(),
  deleteByMs: z.number(),
  /** Whose day of deletion was brought forward. */
  matches: z.number(),
});
export type ClosedAnswer = z.infer<typeof CLOSED>;

export function retentionRoutes(app: App, context: HttpContext, erasure: Erasure): void {
  const { db } = context;
  app.get(
    '/api/retention',
    {
      schema: {
        summary: 'How many matches are to be erased and when, and how far erasing by hand has come',
        response: { 200: RETENTION },
      },
    },
    async () => {
      const atMs = Date.now();
      const { matches, until, firstMs } = countDue(db, [atMs, atMs + 7 * DAY_MS, atMs + 30 * DAY_MS]);
      const [dueNow = 0, dueInAWeek = 0, dueInAMonth = 0] = until;
      return { atMs, matches, dueNow, dueInAWeek, dueInAMonth, firstMs, erasure: erasure.progress };
    },
  );
  app.post(
    '/api/purge',
    {
      schema: {
        summary:
          'Erase what is due, and what two people decided to destroy, from every byte of the database; ' +
          'GET /api/retention tells how far it has come',
        response: { 202: PROGRESS },
      },
    },
    async (request, reply) => reply.code(202).send(erasure.start(changeOf(request))),
  );
  app.post(
    '/api/investigations/close',
    {
      config: { longTask: 'closeInvestigation' },
      schema: {
        summary: 'Close an investigation: its matches are erased earlier, never later (L19)',
        body: z
          .object({
            authorisation: z.string().max(200).optional(),
            /** Id or address. */
            indicator: z.string().max(200).optional(),
            /** When they go at the latest; by default now. */
            deleteByMs: z.number().int().min(0).optional(),
            reason: z.string().trim().min(1).max(1_000),
          })
          .refine((body) => [body.authorisation, body.indicator].filter(Boolean).length === 1, {
            message: 'give one of authorisation and indicator',
          }),
        response: { 200: CLOSED },
      },
    },
    async (request) => {
      const { reason, deleteByMs = Date.now(), ...names } = request.body;
      const criterion = namedCriterion(db, names);
      const closed = { criterion, deleteByMs, reason };
      const matches = await context.work.run('closeInvestigation', { closed, change: changeOf(request) });
      return {
        kind: criterion.kind as 'authorisation' | 'indicator',
        value: criterion.value,
        deleteByMs,
        matches,
      };
    },
  );
}
