// Authorisations: what they say, where they stand, what is decided about them, and the documents that the law asks for.
import { Readable } from 'node:stream';
import { z } from 'zod';
import { DOCUMENT_FORMATS, DOCUMENT_KINDS } from '../../authority/documents/kinds.ts';
import { INDICATOR_STATES } from '../../authority/explain.ts';
import { findRegime } from '../../authority/regime.ts';
import { AUTHORISATION_STEP_KINDS } from '../../authority/steps.ts';
import { toldBound, toldSpan } from '../../authority/told.ts';
import { inForceOptions } from '../../config/in-force-options.ts';
import { FlowSieveError } from '../../core/errors.ts';
import {
  AUTHORISATION_STATES,
  type AuthorisationStanding,
  authorisationStanding,
  authorisationStandings,
  changeAuthorisation,
  operatorTerms,
} from '../../store/authorisation-standing.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import type { IndicatorList } from '../indicator-list.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import type { App } from '../server.ts';
import { EVIDENCE, REASON, STEP } from '../steps.ts';
import { seenVersion, setVersion } from '../versions.ts';
import { BOUND } from './indicator-shapes.ts';
import { REGIME, regimeOf } from './regime.ts';

/** For how long an answer waits for the list of indicators, which is worked out after the start. */
const WAIT_MS = 1_000;

const MAX_REFERENCE = 200;
const REFERENCE = z.object({ reference: z.string().max(MAX_REFERENCE) });

const LINE = z.object({
  reference: z.string(),
  file: z.string(),
  regime: z.string(),
  state: z.enum(AUTHORISATION_STATES),
  decidedMs: z.number(),
  endsMs: z.number().nullable(),
  operators: z.array(z.string()).readonly(),
  approvals: z.object({ given: z.number(), needed: z.number() }),
  urgent: z.boolean(),
  renews: z.string().nullable(),
  version: z.number(),
  recordedAtMs: z.number(),
});
export type AuthorisationLine = z.infer<typeof LINE>;

const SIGNATURE = z.object({ by: z.string(), atMs: z.number() });
const SPAN = z.object({ from: BOUND, until: BOUND });
const DETAIL = z.object({
  ...LINE.omit({ approvals: true, urgent: true }).shape,
  purpose: z.string(),
  document: z.object({ name: z.string().nullable(), sha256: z.string() }),
  approvals: z.object({
    /** Different people. */
    given: z.number(),
    needed: z.number(),
    /** Those that the file names; further ones are steps. */
    inFile: z.array(SIGNATURE).readonly(),
  }),
  renewedBy: z.array(z.string()).readonly(),
  method: z.string().nullable(),
  mentions: z.record(z.string(), z.string()),
  notifiedMs: z.number().nullable(),
  urgent: z.object({ deadlineMs: z.number(), confirmation: SIGNATURE.nullable() }).nullable(),
  obstacles: z.array(BOUND).readonly(),
  /** When it is in force by itself. */
  spans: z.array(SPAN).readonly(),
  /** By legal basis of retention (L3). */
  terms: z
    .array(
      z.object({
        retention: z.string(),
        operators: z.array(z.string()).readonly(),
        term: z.string().nullable(),
        lawfulFrom: BOUND,
      }),
    )
    .readonly(),
  steps: z.array(STEP.extend({ kind: z.enum(AUTHORISATION_STEP_KINDS) })).readonly(),
  /** For `If-Match`: how often it has changed. */
  changes: z.number(),
  regimeRules: REGIME.nullable(),
  /** How many indicators are in each state; `null` = that is still being worked out. */
  counts: z.partialRecord(z.enum(INDICATOR_STATES), z.number()).nullable(),
});
export type AuthorisationAnswer = z.infer<typeof DETAIL>;

const REPORT_QUERY = z.object({
  format: z.enum(DOCUMENT_FORMATS).optional(),
  since: z.coerce.number().int().min(0).optional(),
  sinceAuthorisation: z.string().max(MAX_REFERENCE).optional(),
  asKnownAt: z.coerce.number().int().min(0).optional(),
  month: z.string().max(7).optional(),
  operator: z.string().max(64).optional(),
});

export function authorisationRoutes(app: App, context: HttpContext, indicators: IndicatorList): void {
  const { db } = context;
  app.get(
    '/api/authorisations',
    {
      schema: {
        summary: 'Authorisations, by reference',
        querystring: z.object({ ...PAGE_QUERY, state: z.enum(AUTHORISATION_STATES).optional() }),
        response: { 200: pageOf(LINE) },
      },
    },
    async (request) => {
      const { cursor, limit, state } = request.query;
      const after = readCursor(cursor, 1)?.[0] ?? '';
      const all = authorisationStandings(db, Date.now()).filter(
        (standing) => state === undefined || standing.state === state,
      );
      const rest = all.filter(({ authorisation }) => authorisation.reference > String(after));
      const items = rest.slice(0, limit).map(lineOf);
      const last = items.at(-1);
      const nextCursor = last && rest.length > limit ? cursorAfter([last.reference]) : null;
      return { items, nextCursor, total: all.length };
    },
  );
  app.get(
    '/api/authorisations/:reference',
    {
      schema: {
        summary: 'One authorisation: what it says, where it stands, and the rules of its regime',
        params: REFERENCE,
        response: { 200: DETAIL },
      },
    },
    async (request, reply) => {
      const { reference } = request.params;
      await indicators.isReady(WAIT_MS);
      const found = named(reference);
      setVersion(reply, found.changes);
      return { ...detailOf(found), counts: indicators.countByState({ authorisation: reference }) };
    },
  );
  app.post(
    '/api/authorisations/:reference/steps',
    {
      schema: {
        summary: 'End it before its time, approve it, or confirm an urgent one',
        params: REFERENCE,
        body: z.object({
          kind: z.enum(AUTHORISATION_STEP_KINDS),
          /** When it took place; without it, now. */
          atMs: z.number().int().optional(),
          reason: REASON.optional(),
          evidence: EVIDENCE.optional(),
        }),
        response: { 201: STEP.extend({ kind: z.enum(AUTHORISATION_STEP_KINDS) }) },
      },
    },
    async (request, reply) => {
      const { reference } = request.params;
      const seen = seenVersion(request);
      const step = changeAuthorisation(db, reference, request.body, changeOf(request), seen);
      setVersion(reply, named(reference).changes);
      return reply.code(201).send(step);
    },
  );
  app.get(
    '/api/authorisations/:reference/reports/:kind',
    {
      config: { longTask: 'writeReport' },
      schema: {
        summary: 'A document that the law asks for; of a register, the reference is a regime, too',
        params: REFERENCE.extend({ kind: z.enum(DOCUMENT_KINDS) }),
        querystring: REPORT_QUERY,
      },
    },
    async (request, reply) => {
      const { kind, reference } = request.params;
      const { format = kind === 'block-list' ? 'plain' : 'markdown', ...options } = request.query;
      const asked = { ...options, kind, reference, format };
      const inForce = inForceOptions(context.configuration);
      const { chunks, leftOut } = await context.work.run('writeReport', { request: asked, inForce });
      if (leftOut > 0) reply.header('x-left-out', leftOut);
      return reply.type(TYPES[format] ?? 'text/plain; charset=utf-8').send(Readable.from(chunks));
    },
  );

  function named(reference: string): AuthorisationStanding {
    const found = authorisationStanding(db, reference, Date.now());
    if (found) return found;
    throw new FlowSieveError('NOT_FOUND', `there is no authorisation ${reference}`);
  }

  function detailOf(standing: AuthorisationStanding): Omit<AuthorisationAnswer, 'counts'> {
    const { authorisation, approvals, obstacles, spans, steps } = standing;
    const { regimeDigest: _, ...said } = authorisation;
    const regime = findRegime(authorisation.regime);
    return {
      ...said,
      state: standing.state,
      approvals: { ...approvals, inFile: authorisation.approvals },
      renewedBy: authorisationStandings(db, Date.now())
        .filter((other) => other.authorisation.renews === authorisation.reference)
        .map((other) => other.authorisation.reference),
      obstacles: obstacles.map(toldBound),
      spans: spans.map(toldSpan),
      terms: operatorTerms(db, authorisation).map((term) => ({
        ...term,
        lawfulFrom: toldBound(term.lawfulFrom),
      })),
      steps,
      changes: standing.changes,
      regimeRules: regime ? regimeOf(regime, authorisation) : null,
    };
  }
}

const TYPES: Readonly<Partial<Record<(typeof DOCUMENT_FORMATS)[number], string>>> = {
  markdown: 'text/markdown; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

function lineOf({ authorisation, state, approvals }: AuthorisationStanding): AuthorisationLine {
  const { reference, file, regime, decidedMs, endsMs, operators, urgent, renews, version, recordedAtMs } =
    authorisation;
  return {
    ...{
      reference,
      file,
      regime,
      state,
      decidedMs,
      endsMs,
      operators,
      approvals,
      renews,
      version,
      recordedAtMs,
    },
    urgent: urgent !== null,
  };
}
