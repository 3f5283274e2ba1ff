// What is done about indicators: steps of one, a verification of many, the completion of a proposal. What operators are to be
// told of it, the daemon tells: it looks several times a second at what has happened.
import { z } from 'zod';
import { VERIFICATION_OUTCOMES } from '../../authority/indicator.ts';
import { parseSetting } from '../../authority/proposal-settings.ts';
import type { StepKind } from '../../authority/steps.ts';
import { withObstacles } from '../../authority/told.ts';
import { inForceOptions } from '../../config/in-force-options.ts';
import { formFault } from '../../store/bulk-steps.ts';
import { readDetail } from '../../store/indicator-detail.ts';
import { indicatorNamer } from '../../store/indicator-names.ts';
import { recordStep } from '../../store/indicator-steps.ts';
import { completeProposal } from '../../store/proposal-changes.ts';
import { refusedChange } from '../../store/recording.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { stepAnswer } from '../indicator-answer.ts';
import type { IndicatorList } from '../indicator-list.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';
import { seenVersion, setVersion } from '../versions.ts';
import { STATUS, STEP } from './indicator-shapes.ts';
import { NAMED } from './indicators.ts';

/** What people do; hits come from the lists themselves. */
const KINDS = [
  'analyse',
  'verify',
  'suspend',
  'reinstate',
  'revoke',
  'override',
] as const satisfies readonly StepKind[];

const TEXT = z.string().min(1).max(4_000);
/** When it took place, where that is not now. */
const AT = z.number().int().min(0).optional();
/** SHA-256, hexadecimal: what it rests on stays where it is. */
const EVIDENCE = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'must be a SHA-256 digest, 64 hexadecimal digits')
  .optional();
const MAX_IDS = 10_000;
/** For the first list after a start. */
const WAIT_MS = 10_000;
/** Refusals that are told in words. */
const MAX_TOLD = 100;

const RECORDED = z.object({ step: STEP, status: STATUS });
const VERIFIED = z.object({
  recorded: z.number(),
  refused: z.number(),
  refusals: z.array(z.string()).readonly(),
});
export type VerifiedAnswer = z.infer<typeof VERIFIED>;
const COMPLETED = z.object({
  id: z.string(),
  /** Of the proposal. */
  version: z.number(),
  changed: z.boolean(),
  /** Version of the indicator that it is; `null` = a draft still. */
  indicator: z.number().nullable(),
  missing: z.array(z.object({ field: z.string(), rule: z.string(), message: z.string() })).readonly(),
});

export function indicatorChangeRoutes(app: App, context: HttpContext, list: IndicatorList): void {
  const { db } = context;
  const nameOf = indicatorNamer(db);
  app.post(
    '/api/indicators/:id/steps',
    {
      schema: {
        summary: 'Analyse, verify, suspend, reinstate, revoke or override; If-Match: the step that was seen',
        params: NAMED,
        body: z.strictObject({
          kind: z.enum(KINDS),
          outcome: z.string().max(40).optional(),
          method: TEXT.optional(),
          reason: TEXT.optional(),
          evidence: EVIDENCE,
          cause: z.string().max(250).optional(),
          atMs: AT,
          trafficUntilMs: AT,
        }),
        response: { 201: RECORDED },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const expectedStep = seenVersion(request);
      const step = recordStep(db, id, request.body, changeOf(request), { expectedStep });
      const { status } = readDetail(db, id, inForceOptions(context.configuration)) ?? {};
      if (!status) throw new Error(`${id} is gone after a step`);
      setVersion(reply, step.step);
      return reply.code(201).send({ step: stepAnswer(step), status: withObstacles(status) });
    },
  );
  app.post(
    '/api/indicators/verify',
    {
      config: { longTask: 'recordSteps' },
      schema: {
        summary: 'Record one verification of many: of those named, or of all that are due',
        body: z
          .strictObject({
            ids: z.array(z.string().max(100)).min(1).max(MAX_IDS).optional(),
            allDue: z.literal(true).optional(),
            /** With allDue: due by then, where that is not now. */
            dueByMs: AT,
            /** With allDue: of this authorisation. */
            authorisation: z.string().max(200).optional(),
            outcome: z.enum(VERIFICATION_OUTCOMES),
            method: TEXT,
            reason: TEXT.optional(),
            evidence: EVIDENCE,
            atMs: AT,
          })
          .refine(({ ids, allDue }) => (ids === undefined) !== (allDue === undefined), {
            path: ['ids'],
            message: 'name indicators, or say allDue: one of the two',
          }),
        response: { 200: VERIFIED },
      },
    },
    async (request) => {
      const { ids, allDue, dueByMs = Date.now(), authorisation, ...found } = request.body;
      const step = { kind: 'verify', ...found } as const;
      const change = changeOf(request);
      const wrong = formFault(step, change);
      if (wrong) throw refusedChange('the verification', wrong);
      if (allDue && !(await list.isReady(WAIT_MS))) throw new HttpError(503, 'the list is being worked out');
      const named = [...new Set(ids ?? list.ids({ authorisation, dueByMs }))];
      const unknown = ids && named.find((id) => !nameOf(id));
      if (unknown !== undefined) throw new HttpError(404, `there is no indicator ${unknown}`);
      const recorded = await context.work.run('recordSteps', { indicators: named, step, change });
      const { refusals } = recorded;
      return { ...recorded, refused: refusals.length, refusals: refusals.slice(0, MAX_TOLD) };
    },
  );
  app.post(
    '/api/indicators/:id/complete',
    {
      schema: {
        summary:
          'Complete or correct a proposal; when nothing is missing, it is an indicator that waits for analyses',
        params: NAMED,
        body: z.strictObject({
          /** As in an authorisation file: `country`, `basis.retention`, `sources.NAME.reliability`; an empty text takes away. */
          set: z.record(z.string().regex(/^[^=]{1,300}$/, 'must be a field’s name'), z.string().max(4_000)),
          reason: TEXT.optional(),
          /** Of the proposal, as it was seen. */
          version: z.number().int().optional(),
        }),
        response: { 200: COMPLETED },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { set, reason = null, version } = request.body;
      const settings = Object.entries(set).map(([field, value]) => parseSetting(`${field}=${value}`));
      const expectedStep = seenVersion(request);
      const known = { reason, expectedStep, expectedVersion: version };
      const completion = completeProposal(db, id, settings, known, changeOf(request));
      setVersion(reply, expectedStep);
      return completion;
    },
  );
}
