// Operators: who they are, how long they keep data (L3), where their flows come in, and what they have not answered. An
// operator sees itself.
import { z } from 'zod';
import { isOperatorId, OPERATOR_ID_FORM } from '../../authority/operator.ts';
import { checkTerm } from '../../authority/terms.ts';
import { FlowSieveError } from '../../core/errors.ts';
import { LANGUAGES } from '../../core/languages.ts';
import { declareOperator, knownOperators } from '../../store/operators.ts';
import { operatorNeedsReader } from '../../store/overview.ts';
import { actorOfRequest, changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { LISTENER_PROBLEMS, problemsOfListener } from '../exporter-problems.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import type { App } from '../server.ts';
import { seenVersion, setVersion } from '../versions.ts';

const OPERATOR = z.object({
  id: z.string(),
  /** 0: it is only named by a listener; no authorisation and no declaration does, so nothing of it is matched (L1). */
  version: z.number(),
  name: z.string().nullable(),
  contact: z.string().nullable(),
  /** In which it is written to. */
  language: z.enum(LANGUAGES),
  /** Basis to ISO 8601 duration (L3). */
  retention: z.record(z.string(), z.string()),
  recordedAtMs: z.number().nullable(),
  listeners: z.array(
    z.object({
      name: z.string(),
      /** In words. */
      problem: z.string().nullable(),
      problems: z.array(z.enum(LISTENER_PROBLEMS)),
      /** Octets; `null` where there is none. */
      receiveBuffer: z.object({ asked: z.number(), obtained: z.number() }).nullable(),
    }),
  ),
  noticesUnacknowledged: z.number(),
  disputesOpen: z.number(),
});
export type OperatorLine = z.infer<typeof OPERATOR>;

const ID = z.object({ id: z.string().max(64) });
const TEXT = z.string().trim().min(1).max(500);

export function operatorRoutes(app: App, { db, figures }: HttpContext): void {
  const needs = operatorNeedsReader(db);

  /** In the order of their ids, with those that only a listener names. */
  function all(own: string | null): OperatorLine[] {
    const known = knownOperators(db);
    const listeners = figures()?.engine?.listeners ?? [];
    const ids = new Set([...known.keys(), ...listeners.flatMap(({ operators }) => operators)]);
    return [...ids]
      .filter((id) => own === null || id === own)
      .sort()
      .map((id) => {
        const {
          version = 0,
          name = null,
          contact = null,
          language = 'en',
          retention = {},
          recordedAtMs = null,
        } = known.get(id) ?? {};
        const of = listeners.filter(({ operators }) => operators.includes(id));
        return {
          id,
          version,
          name,
          contact,
          language,
          retention: { ...retention },
          recordedAtMs,
          listeners: of.map((listener) => ({
            name: listener.name,
            problem: listener.problem,
            problems: problemsOfListener(listener),
            receiveBuffer: listener.bound?.receiveBuffer ?? null,
          })),
          ...needs(id),
        };
      });
  }

  /** Another operator's is answered like one that there is not. */
  function found(id: string, own: string | null): OperatorLine {
    const operator = all(own).find((one) => one.id === id);
    if (!operator) throw new FlowSieveError('NOT_FOUND', `there is no operator ${id}`);
    return operator;
  }

  app.get(
    '/api/operators',
    {
      schema: {
        summary: 'Operators with their listeners and what waits for their answer; an operator sees itself',
        querystring: z.object(PAGE_QUERY),
        response: { 200: pageOf(OPERATOR) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const [after = ''] = readCursor(cursor, 1) ?? [];
      const operators = all(actorOfRequest(request).operator);
      const items = operators.filter(({ id }) => id > String(after)).slice(0, limit);
      const last = items.at(-1);
      const isLast = last === undefined || last.id === operators.at(-1)?.id;
      return { items, nextCursor: isLast ? null : cursorAfter([last.id]), total: operators.length };
    },
  );

  app.get(
    '/api/operators/:id',
    { schema: { summary: 'An operator; its version is the ETag', params: ID, response: { 200: OPERATOR } } },
    async (request, reply) => {
      const operator = found(request.params.id, actorOfRequest(request).operator);
      setVersion(reply, operator.version);
      return operator;
    },
  );

  app.put(
    '/api/operators/:id',
    {
      schema: {
        summary:
          'Make an operator known, or change what it is called, where and in which language it is reached, and how long it keeps data',
        description: 'What is left out stays as it was. `If-Match: "0"` makes one known that is not yet.',
        params: ID,
        body: z.strictObject({
          name: TEXT.optional(),
          contact: TEXT.optional(),
          language: z.enum(LANGUAGES).optional(),
          retention: z.record(z.string().max(64), z.string().max(64)).optional(),
        }),
        response: { 200: OPERATOR },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const seen = seenVersion(request);
      if (!isOperatorId(id)) throw new FlowSieveError('USAGE', `params.id: ${OPERATOR_ID_FORM}`);
      const { name, contact, language, retention } = request.body;
      for (const [basis, term] of Object.entries(retention ?? {})) {
        const problem = checkTerm(basis, term);
        if (problem !== null) throw new FlowSieveError('USAGE', `body.retention.${basis}: ${problem} (L3)`);
      }
      const declaration = {
        ...(name === undefined ? {} : { name }),
        ...(contact === undefined ? {} : { contact }),
        ...(language === undefined ? {} : { language }),
        ...(retention === undefined ? {} : { retention }),
      };
      const { operator } = declareOperator(
        db,
        id,
        declaration,
        { ...changeOf(request), at: Date.now() },
        seen,
      );
      setVersion(reply, operator.version);
      return found(id, null);
    },
  );
}
