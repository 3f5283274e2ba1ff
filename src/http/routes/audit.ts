// The audit log: its events, signed tree heads, proofs, and all of it for a check without the database (L22).
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { treeHeadJson } from '../../audit/tree-head.ts';
import { publicKeyJwk } from '../../core/signing-key.ts';
import { signTreeNow } from '../../engine/signing-heads.ts';
import { pageOfHeads } from '../../store/audit-heads.ts';
import { exportLog, proveEvent, proveGrowth } from '../../store/audit-log.ts';
import { lastSequence } from '../../store/audit-tree.ts';
import type { Database } from '../../store/database.ts';
import { readEventPage } from '../../store/event-pages.ts';
import { recordedKeys, signingKeyPath } from '../../store/signing-keys.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';

const EVENT = z.object({
  sequence: z.number(),
  atMs: z.number(),
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  object: z.string(),
  version: z.number(),
  digest: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEvent = z.infer<typeof EVENT>;

const HEAD = z.object({
  type: z.literal('tree-head'),
  treeSize: z.number(),
  rootHash: z.string(),
  timestampMs: z.number(),
  keyId: z.string(),
  signature: z.string(),
});
const HEADS = pageOf(HEAD).extend({
  /** Events in the log, under a head or not. */
  events: z.number(),
});
export type AuditHeadsAnswer = z.infer<typeof HEADS>;

const KEY = z.object({
  keyId: z.string(),
  atMs: z.number(),
  publicKeyPem: z.string(),
  /** RFC 8037. */
  jwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
});
const KEYS = z.object({ items: z.array(KEY) });
export type AuditKeysAnswer = z.infer<typeof KEYS>;

const PROOF = z.object({
  type: z.literal('inclusion-proof'),
  event: EVENT,
  path: z.array(z.string()).readonly(),
  head: HEAD,
});
const SIDE = z.object({ treeSize: z.number(), rootHash: z.string(), head: HEAD.nullable() });
const CONSISTENCY = z.object({
  type: z.literal('consistency-proof'),
  from: SIDE,
  to: SIDE,
  proof: z.array(z.string()).readonly(),
});
export type ConsistencyAnswer = z.infer<typeof CONSISTENCY>;

const SIZE = z.coerce.number().int().min(1);

export function auditRoutes(app: App, context: HttpContext): void {
  const { db } = context;
  eventRoutes(app, db);
  headRoutes(app, context);
  app.get(
    '/api/audit/key',
    {
      schema: {
        summary: 'Public keys that heads and notices were ever signed with, the newest last',
        response: { 200: KEYS },
      },
    },
    async () => ({
      items: recordedKeys(db).map((key) => ({ ...key, jwk: publicKeyJwk(key.publicKeyPem) })),
    }),
  );
  app.get(
    '/api/audit/proof',
    {
      schema: {
        summary: 'That an event is in the log, under the newest head (RFC 6962 § 2.1.1)',
        querystring: z.object({ sequence: SIZE }),
        response: { 200: PROOF },
      },
    },
    async (request) => proveEvent(db, request.query.sequence),
  );
  app.get(
    '/api/audit/consistency',
    {
      schema: {
        summary: 'That the log over the later size grew out of that over the earlier (RFC 6962 § 2.1.2)',
        querystring: z.object({ from: SIZE, to: SIZE }),
        response: { 200: CONSISTENCY },
      },
    },
    async (request) => proveGrowth(db, request.query.from, request.query.to),
  );
}

function eventRoutes(app: App, db: Database): void {
  app.get(
    '/api/audit/events',
    {
      schema: {
        summary: 'Events; the newest first',
        querystring: z.object({
          ...PAGE_QUERY,
          /** In full, or its first part: `indicator` is every `indicator.…`. */
          action: z.string().max(100).optional(),
          object: z.string().max(300).optional(),
          actor: z.string().max(200).optional(),
          since: z.coerce.number().int().min(0).optional(),
          until: z.coerce.number().int().min(0).optional(),
          order: z.enum(['asc', 'desc']).default('desc'),
        }),
        response: { 200: pageOf(EVENT) },
      },
    },
    async (request) => {
      const { limit, cursor, order, since, until, action, object, actor } = request.query;
      const filter = {
        ...(action === undefined ? {} : { action }),
        ...(object === undefined ? {} : { object }),
        ...(actor === undefined ? {} : { actor }),
        ...(since === undefined ? {} : { sinceMs: since }),
        ...(until === undefined ? {} : { untilMs: until }),
      };
      const after = readCursor(cursor, 1);
      const sequence = after === null ? null : Number(after[0]);
      // One more tells whether there is another page.
      const steps = readEventPage(db, { filter, order, after: sequence, limit: limit + 1 });
      let step = steps.next();
      for (; !step.done; step = steps.next()) await nextTurn();
      const items = step.value.slice(0, limit);
      const last = items.at(-1);
      return {
        items,
        nextCursor: last && step.value.length > limit ? cursorAfter([last.sequence]) : null,
        total: Object.keys(filter).length === 0 ? lastSequence(db) : null,
      };
    },
  );
  app.get(
    '/api/audit/export',
    {
      exposeHeadRoute: false,
      schema: {
        summary:
          'Events and heads, one JSON object a line: what `audit verify` and browsers check without the database',
        querystring: z.object({ since: z.coerce.number().int().min(0).optional() }),
        response: { 200: { content: { 'application/x-ndjson': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const lines = exportLog(db, request.query.since ?? null);
      // A stream, of the text that the schema tells of.
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="flowsieve-audit.ndjson"')
        .send(Readable.from(inPieces(lines)) as unknown as string);
    },
  );
}

const LINES_A_PIECE = 200;

/** As the client takes them; others are answered in between. */
async function* inPieces(lines: Generator<string>): AsyncGenerator<string> {
  let piece: string[] = [];
  for (const line of lines) {
    piece.push(line, '\n');
    if (piece.length < 2 * LINES_A_PIECE) continue;
    yield piece.join('');
    piece = [];
    await nextTurn();
  }
  if (piece.length > 0) yield piece.join('');
}

function headRoutes(app: App, context: HttpContext): void {
  const { db } = context;
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.get(
    '/api/audit/heads',
    {
      schema: {
        summary: 'Signed tree heads, the newest first',
        querystring: z.object(PAGE_QUERY),
        response: { 200: HEADS },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = readCursor(cursor, 1);
      const heads = pageOfHeads(db, after === null ? null : Number(after[0]), limit + 1);
      const shown = heads.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(treeHeadJson),
        nextCursor: last && heads.length > limit ? cursorAfter([last.head]) : null,
        total: null,
        events: lastSequence(db),
      };
    },
  );
  app.post(
    '/api/audit/heads',
    {
      schema: {
        summary: 'Sign a tree head over all events now; without news, the last one stands',
        response: { 201: HEAD },
      },
    },
    async (request, reply) => {
      const { configuration } = context;
      const places = {
        signingKeyPath: signingKeyPath(configuration),
        anchorFolder: configuration.audit.anchorFolder,
      };
      const change = { ...changeOf(request), at: Date.now() };
      const head = await signTreeNow(db, places, change, closing.signal);
      if (!head) throw new HttpError(503, 'the server is being stopped');
      return reply.code(201).send(treeHeadJson(head));
    },
  );
}
