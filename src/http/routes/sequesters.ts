// What is kept from being read by all but auditors; released by a person, destroyed by two (I7, I8, L20).
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { FlowSieveError } from '../../core/errors.ts';
import { countingCovered } from '../../store/criteria.ts';
import type { Database } from '../../store/database.ts';
import { decideDestruction, listDestructions } from '../../store/destructions.ts';
import { namedCriterion } from '../../store/named-criterion.ts';
import { recording } from '../../store/recording.ts';
import {
  type ListedSequester,
  listSequesters,
  PLACED_BY_PERSON,
  placeSequester,
  releasableSequesters,
  releaseSequesters,
} from '../../store/sequesters.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import type { Erasure } from '../erasure.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import type { App } from '../server.ts';
import { PROGRESS } from './retention.ts';

const DESTRUCTION = z.object({
  destruction: z.number(),
  /** `completed` = decided by two; `finished` = nothing of it is left. */
  state: z.enum(['proposed', 'completed', 'finished']),
  proposedBy: z.string(),
  completedBy: z.string().nullable(),
  reason: z.string(),
  proposedAtMs: z.number(),
});
const SEQUESTER = z.object({
  sequester: z.number(),
  kind: z.enum(['basis', 'authorisation', 'indicator', 'protected']),
  value: z.string(),
  /** `person`, or the change that lifts it again, such as `basis.suspend`. */
  cause: z.string(),
  by: z.string(),
  role: z.string(),
  reason: z.string(),
  atMs: z.number(),
  recordedAtMs: z.number(),
  released: z.object({ by: z.string(), reason: z.string(), atMs: z.number() }).nullable(),
  /** The last that was proposed for what it covers. */
  destruction: DESTRUCTION.nullable(),
});
export type SequesterItem = z.infer<typeof SEQUESTER>;
const DETAIL = SEQUESTER.extend({ matches: z.number() });
export type SequesterDetail = z.infer<typeof DETAIL>;
const DESTROYED = z.object({ destruction: DESTRUCTION, erasure: PROGRESS });

const PARAMS = z.object({ sequester: z.coerce.number().int().min(1) });
const REASON = z.string().trim().min(1).max(1_000);
const DECISION = z.object({ reason: REASON });

export function sequesterRoutes(app: App, context: HttpContext, erasure: Erasure): void {
  const { db } = context;
  readingRoutes(app, db);
  app.post(
    '/api/sequesters',
    {
      schema: {
        summary: 'Keep matches from being read: those that there are, and those to come',
        body: z
          .object({
            authorisation: z.string().max(200).optional(),
            /** Id or address. */
            indicator: z.string().max(200).optional(),
            basis: z.string().max(100).optional(),
            reason: REASON,
          })
          .refine((body) => [body.authorisation, body.indicator, body.basis].filter(Boolean).length === 1, {
            message: 'give one of authorisation, indicator and basis',
          }),
        response: { 201: DETAIL },
      },
    },
    async (request, reply) => {
      const { reason, ...names } = request.body;
      const placed = recording(db, changeOf(request), (change) =>
        placeSequester(db, namedCriterion(db, names), { ...change, reason, cause: PLACED_BY_PERSON }),
      );
      return reply.code(201).send(await detailOf(db, placed));
    },
  );
  app.post(
    '/api/sequesters/:sequester/release',
    {
      schema: {
        summary: 'Give sequestered matches back, by a named person who says why (I7)',
        params: PARAMS,
        body: DECISION,
        response: { 200: DETAIL },
      },
    },
    async (request) => {
      const { sequester } = request.params;
      const { reason } = request.body;
      recording(db, changeOf(request), (change) =>
        releaseSequesters(db, releasableSequesters(db, sequester), { ...change, reason }),
      );
      return detailOf(db, sequester);
    },
  );
  app.post(
    '/api/sequesters/:sequester/destroy',
    {
      schema: {
        summary: 'Destroy what is sequestered: the first of two people proposes, the second completes (I8)',
        params: PARAMS,
        body: DECISION,
        response: { 200: DESTROYED },
      },
    },
    async (request) => {
      const change = changeOf(request);
      const { reason } = request.body;
      const criterion = knownSequester(db, request.params.sequester);
      const destruction = decideDestruction(db, criterion, { ...change, reason, at: Date.now() });
      return {
        destruction,
        erasure: destruction.state === 'proposed' ? erasure.progress : erasure.start(change),
      };
    },
  );
}

function readingRoutes(app: App, db: Database): void {
  app.get(
    '/api/sequesters',
    {
      schema: {
        summary: 'Sequesters, the newest first; with `all`, those that were released too',
        querystring: z.object({ ...PAGE_QUERY, all: z.enum(['0', '1']).default('0') }),
        response: { 200: pageOf(SEQUESTER) },
      },
    },
    async (request) => {
      const { all, limit, cursor } = request.query;
      const after = readCursor(cursor, 1);
      const listed = listSequesters(db)
        .filter(({ released }) => all === '1' || released === null)
        .reverse();
      const rest = after === null ? listed : listed.filter(({ sequester }) => sequester < Number(after[0]));
      const shown = rest.slice(0, limit);
      const last = shown.at(-1);
      const destructions = listDestructions(db);
      return {
        items: shown.map((one) => ({ ...one, destruction: lastDestruction(destructions, one) })),
        nextCursor: last && rest.length > limit ? cursorAfter([last.sequester]) : null,
        total: listed.length,
      };
    },
  );
  app.get(
    '/api/sequesters/:sequester',
    {
      schema: {
        summary: 'A sequester, and how many matches there are of what it covers',
        params: PARAMS,
        response: { 200: DETAIL },
      },
    },
    async (request) => detailOf(db, request.params.sequester),
  );
}

/** @throws FlowSieveError NOT_FOUND */
function knownSequester(db: Database, sequester: number): ListedSequester {
  const known = listSequesters(db).find((one) => one.sequester === sequester);
  if (!known) throw new FlowSieveError('NOT_FOUND', `there is no sequester ${sequester}`);
  return known;
}

async function detailOf(db: Database, sequester: number): Promise<SequesterDetail> {
  const known = knownSequester(db, sequester);
  const counting = countingCovered(db, known);
  let step = counting.next();
  for (; !step.done; step = counting.next()) await nextTurn();
  return { ...known, destruction: lastDestruction(listDestructions(db), known), matches: step.value };
}

function lastDestruction(
  destructions: ReturnType<typeof listDestructions>,
  { kind, value }: ListedSequester,
): ReturnType<typeof listDestructions>[number] | null {
  return destructions.findLast((one) => one.kind === kind && one.value === value) ?? null;
}
