// Notices: what operators are told, how far each has come, and what they answer (L10). An operator sees its own.
import { z } from 'zod';
import { FlowSieveError } from '../../core/errors.ts';
import { acknowledgeNotice } from '../../store/notice-answers.ts';
import {
  attemptsOf,
  deliveriesOf,
  findNotice,
  iterateNotices,
  type NoticeFilter,
  pageOfNotices,
  type StoredNotice,
} from '../../store/notices.ts';
import { recordedKeys } from '../../store/signing-keys.ts';
import { type Actor, actorOfRequest, changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import type { App } from '../server.ts';
import { REASON } from '../steps.ts';

const INSTANT = z.number().nullable();
const DELIVERY_STATES = ['unplanned', 'due', 'delivered', 'failed'] as const;
const STANDING = z.object({
  id: z.string(),
  recipient: z.enum(['operator', 'escalation']),
  operator: z.string(),
  authorisation: z.string().nullable(),
  kind: z.string(),
  event: z.number().nullable(),
  part: z.number(),
  parts: z.number(),
  /** How many it names. */
  indicators: z.number(),
  issuedAtMs: z.number(),
  /** `unplanned`: there is no channel to its recipient. */
  state: z.enum(DELIVERY_STATES),
  deliveredAtMs: INSTANT,
  acknowledgedAtMs: INSTANT,
  acknowledgedBy: z.string().nullable(),
  escalatedAtMs: INSTANT,
});
export type NoticeLine = z.infer<typeof STANDING>;

const DETAIL = STANDING.extend({
  /** The text that is signed, as it was sent: JSON (docs/notices.md). */
  signed: z.string(),
  /** Ed25519 over its octets, base64. */
  signature: z.string(),
  /** Id of the key: `GET /api/signing-key?key=…`. */
  key: z.string(),
  deliveries: z.array(
    z.object({
      channel: z.string(),
      state: z.enum(['due', 'delivered', 'failed']),
      attempts: z.number(),
      nextAtMs: z.number(),
      deliveredAtMs: INSTANT,
    }),
  ),
  attempts: z.array(
    z.object({
      channel: z.string(),
      attempt: z.number(),
      startedAtMs: z.number(),
      endedAtMs: z.number(),
      problem: z.string().nullable(),
    }),
  ),
});
export type NoticeAnswer = z.infer<typeof DETAIL>;
/** What `signed` is once parsed. */
export type { Content as SignedContent } from '../../notices/notice.ts';

const ACKNOWLEDGEMENT = z.object({
  id: z.string(),
  operator: z.string(),
  by: z.string(),
  reason: z.string().nullable(),
  atMs: z.number(),
  latencyMs: z.number(),
  sinceDeliveryMs: z.number().nullable(),
  isNew: z.boolean(),
});

const ID = z.object({ id: z.string().max(64) });

export function noticeRoutes(app: App, { db }: HttpContext): void {
  app.get(
    '/api/notices',
    {
      schema: {
        summary: 'Notices, the newest first; an operator sees its own',
        querystring: z.object({
          ...PAGE_QUERY,
          /** `open`: neither acknowledged nor an escalation. */
          state: z.enum(['open', 'acknowledged']).optional(),
          delivery: z.enum(DELIVERY_STATES).optional(),
          operator: z.string().max(64).optional(),
        }),
        response: { 200: pageOf(STANDING) },
      },
    },
    async (request) => {
      const { cursor, limit, state, delivery, operator } = request.query;
      const [before] = readCursor(cursor, 1) ?? [];
      const page = pageOfNotices(
        db,
        {
          operator,
          isOpen: state === 'open',
          isAcknowledged: state === 'acknowledged',
          delivery,
          ...ownOf(actorOfRequest(request)),
        },
        { before: before === undefined ? undefined : Number(before), limit },
      );
      return {
        items: page.notices,
        nextCursor: page.nextBefore === null ? null : cursorAfter([page.nextBefore]),
        total: page.total,
      };
    },
  );
  app.get(
    '/api/notices/:id',
    {
      schema: {
        summary: 'One notice: what it says, its signature, and every attempt to deliver it',
        params: ID,
        response: { 200: DETAIL },
      },
    },
    async (request) => {
      const { sequence, id, body, signature, key } = named(request.params.id, actorOfRequest(request));
      const [standing] = iterateNotices(db, { id }) as Iterable<NoticeLine>;
      return {
        ...(standing as NoticeLine),
        signed: body.toString('utf8'),
        signature: signature.toString('base64'),
        key,
        deliveries: deliveriesOf(db, sequence),
        attempts: attemptsOf(db, sequence),
      };
    },
  );
  app.post(
    '/api/notices/:id/acknowledgement',
    {
      schema: {
        summary: 'Record that the operator has taken note; a second time changes nothing',
        params: ID,
        body: z.strictObject({ reason: REASON.optional() }).default({}),
        response: { 200: ACKNOWLEDGEMENT, 201: ACKNOWLEDGEMENT },
      },
    },
    async (request, reply) => {
      const { id, operator } = named(request.params.id, actorOfRequest(request));
      const change = { ...changeOf(request), at: Date.now() };
      const answer = acknowledgeNotice(db, id, operator, change, request.body.reason ?? null);
      return reply.code(answer.isNew ? 201 : 200).send(answer);
    },
  );
  app.get(
    '/api/signing-key',
    {
      schema: {
        summary: 'The public key, PEM, that checks what is signed: the newest, or the one named',
        querystring: z.object({ key: z.string().max(64).optional() }),
      },
    },
    async (request, reply) => {
      const { key } = request.query;
      const found = recordedKeys(db).findLast(({ keyId }) => key === undefined || keyId === key);
      if (!found) {
        const which = key === undefined ? 'nothing was signed so far' : `there is no key ${key}`;
        throw new FlowSieveError('NOT_FOUND', which);
      }
      return reply.type('application/x-pem-file').send(found.publicKeyPem);
    },
  );

  /** Another operator's is answered like one that there is not. */
  function named(id: string, actor: Actor): StoredNotice {
    const found = findNotice(db, id);
    const { operator, recipient } = ownOf(actor);
    const isSeen =
      found !== undefined &&
      (operator === undefined || found.operator === operator) &&
      (recipient === undefined || found.recipient === recipient);
    if (isSeen) return found;
    throw new FlowSieveError('NOT_FOUND', `there is no notice ${id}`);
  }
}

/** An operator is shown what it was told; that it has not answered is told to others. */
function ownOf({ operator }: Actor): Pick<NoticeFilter, 'operator' | 'recipient'> {
  return operator === null ? {} : { operator, recipient: 'operator' };
}
