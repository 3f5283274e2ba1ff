// Disputes: an operator doubts an indicator, two people decide (L11). An operator sees its own.
import { z } from 'zod';
import {
  DISPUTE_OUTCOMES,
  type Dispute,
  disputeState,
  disputeStep,
  pendingProposal,
} from '../../authority/dispute.ts';
import { FlowSieveError } from '../../core/errors.ts';
import { decideDispute, openDispute, pageOfDisputes } from '../../store/disputes.ts';
import { findIndicator, indicatorNamer } from '../../store/indicator-names.ts';
import { indicatorsToldTo } from '../../store/told.ts';
import { actorOfRequest, changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';
import { EVIDENCE, REASON } from '../steps.ts';
import { seenVersion, setVersion } from '../versions.ts';

const STATES = ['open', ...DISPUTE_OUTCOMES] as const;

const DISPUTE = z.object({
  id: z.number(),
  state: z.enum(STATES),
  /** For `If-Match`: how often it has changed. */
  step: z.number(),
  indicator: z.string(),
  address: z.string().nullable(),
  authorisation: z.string(),
  operator: z.string(),
  ground: z.string(),
  evidence: z.string().nullable(),
  /** `null` = from ever. */
  wrongSinceMs: z.number().nullable(),
  suspends: z.boolean(),
  by: z.string(),
  atMs: z.number(),
  recordedAtMs: z.number(),
  /** What one person says and a second has not yet; an operator is not told. */
  proposed: z.object({ outcome: z.enum(DISPUTE_OUTCOMES), by: z.string() }).nullable(),
  decisions: z
    .array(
      z.object({
        step: z.number(),
        outcome: z.enum(DISPUTE_OUTCOMES),
        wrongSinceMs: z.number().nullable(),
        completes: z.boolean(),
        reason: z.string(),
        /** An operator is told what was decided, not by whom. */
        by: z.string().nullable(),
        recordedAtMs: z.number(),
      }),
    )
    .readonly(),
});
export type DisputeLine = z.infer<typeof DISPUTE>;

export function disputeRoutes(app: App, { db }: HttpContext): void {
  const nameOf = indicatorNamer(db);
  const shown = (dispute: Dispute, isOperator: boolean): DisputeLine => {
    const { role: _, decisions, ...said } = dispute;
    const pending = pendingProposal(dispute);
    const told = decisions.filter(({ completes }) => completes || !isOperator);
    return {
      ...said,
      state: disputeState(dispute),
      step: disputeStep(dispute),
      address: nameOf(dispute.indicator)?.address ?? null,
      proposed: pending && !isOperator ? { outcome: pending.outcome, by: pending.by } : null,
      decisions: told.map((decision) => ({ ...decision, by: isOperator ? null : decision.by })),
    };
  };
  app.get(
    '/api/disputes',
    {
      schema: {
        summary: 'Disputes, the newest first; an operator sees its own',
        querystring: z.object({
          ...PAGE_QUERY,
          state: z.enum(STATES).optional(),
          operator: z.string().max(64).optional(),
          indicator: z.string().max(200).optional(),
        }),
        response: { 200: pageOf(DISPUTE) },
      },
    },
    async (request) => {
      const { cursor, limit, state, indicator } = request.query;
      const { operator: own } = actorOfRequest(request);
      const operator = own ?? request.query.operator;
      const [before] = readCursor(cursor, 1) ?? [];
      const page = pageOfDisputes(
        db,
        { state, operator, indicator },
        { before: before === undefined ? undefined : Number(before), limit },
      );
      return {
        items: page.disputes.map((dispute) => shown(dispute, own !== null)),
        nextCursor: page.nextBefore === null ? null : cursorAfter([page.nextBefore]),
        total: page.total,
      };
    },
  );
  app.post(
    '/api/disputes',
    {
      schema: {
        summary: 'Record objective grounds to doubt an indicator; an operator, of what it was told of',
        body: z.object({
          /** An id or an address. */
          indicator: z.string().min(1).max(200),
          /** Not needed of an operator: it is its own. */
          operator: z.string().max(64).optional(),
          /** Of subscribers say nothing here. */
          ground: REASON,
          evidence: EVIDENCE.optional(),
          /** From when on the address was wrong; without it, from ever. */
          wrongSinceMs: z.number().int().optional(),
          atMs: z.number().int().optional(),
          suspend: z.boolean().default(false),
        }),
        response: { 201: DISPUTE },
      },
    },
    async (request, reply) => {
      const { operator: own } = actorOfRequest(request);
      const { indicator: named, suspend: suspends, ...asked } = request.body;
      const operator = own ?? asked.operator;
      if (operator === undefined) throw new HttpError(400, 'operator: say which operator doubts it');
      if (own !== null && asked.operator !== undefined && asked.operator !== own)
        throw new HttpError(403, 'operator: an operator speaks for itself');
      const { id: indicator } = own === null ? findIndicator(db, named) : toldTo(own, named);
      const dispute = openDispute(db, { ...asked, indicator, operator, suspends }, changeOf(request));
      setVersion(reply, disputeStep(dispute));
      return reply.code(201).send(shown(dispute, own !== null));
    },
  );
  app.post(
    '/api/disputes/:id/decisions',
    {
      schema: {
        summary: 'Propose a decision; a second, different person who says the same completes it',
        params: z.object({ id: z.string().max(16) }),
        body: z.object({
          outcome: z.enum(DISPUTE_OUTCOMES),
          reason: REASON,
          /** Upheld: other than the operator says; `null` = from ever. */
          wrongSinceMs: z.number().int().nullable().optional(),
        }),
        response: { 201: DISPUTE },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!/^\d{1,15}$/.test(id)) throw new FlowSieveError('NOT_FOUND', `there is no dispute ${id}`);
      const options = { expectedStep: seenVersion(request) };
      const dispute = decideDispute(db, Number(id), request.body, changeOf(request), options);
      setVersion(reply, disputeStep(dispute));
      return reply.code(201).send(shown(dispute, false));
    },
  );

  /** The same whether there is none or it was not told of it. */
  function toldTo(operator: string, named: string): { readonly id: string } {
    const [only, ...others] = indicatorsToldTo(db, operator, named);
    if (!only) throw new FlowSieveError('NOT_FOUND', `you were told of no indicator ${named}`);
    if (others.length === 0) return only;
    const ids = [only, ...others].map(({ id }) => id).join(', ');
    throw new FlowSieveError('REFUSED', `${named} means several indicators; name one by its id: ${ids}`);
  }
}
