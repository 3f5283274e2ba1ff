// Warnings to victims: drafted, approved by another person, sent, acknowledged, taken back.
import { z } from 'zod';
import { draftSettings, senderOf } from '../../config/victim-settings.ts';
import { LANGUAGES } from '../../core/languages.ts';
import { beginReading } from '../../store/consultations.ts';
import { openDatabase } from '../../store/database.ts';
import { VictimIds } from '../../store/victim-ids.ts';
import { sendAgain } from '../../store/warning-mails.ts';
import { recordWarningStep } from '../../store/warning-steps.ts';
import { findWarning, listWarnings, WARNING_STATES, type Warning } from '../../store/warnings.ts';
import { EVIDENCE_CLASSES } from '../../victims/evidence-class.ts';
import { draftWarnings, HELD_BACK } from '../../victims/warnings/drafting.ts';
import { retractWrong } from '../../victims/warnings/retracting.ts';
import { letterOf } from '../../victims/warnings/sending.ts';
import { changeOf } from '../access.ts';
import type { Attributors } from '../attributors.ts';
import type { HttpContext } from '../context.ts';
import { givenOnly } from '../given.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import { HttpError } from '../problem.ts';
import { PURPOSE, recordReading } from '../reading.ts';
import type { App } from '../server.ts';
import { seenVersion, setVersion } from '../versions.ts';

const WARNING = z.object({
  ticket: z.string(),
  recipient: z.object({
    kind: z.enum(['entity', 'operator']),
    id: z.string(),
    mail: z.string(),
    language: z.enum(LANGUAGES),
  }),
  state: z.enum(WARNING_STATES),
  createdAtMs: z.number(),
  /** Lines of evidence that are still held. */
  items: z.number(),
  indicators: z.array(z.string()).readonly(),
  /** The number of the last step: the ETag. */
  step: z.number(),
  steps: z
    .array(
      z.object({
        step: z.number(),
        kind: z.enum(['draft', 'approve', 'send', 'acknowledge', 'retract']),
        atMs: z.number(),
        by: z.string(),
        role: z.string(),
        reason: z.string().nullable(),
      }),
    )
    .readonly(),
  mails: z
    .array(
      z.object({
        kind: z.enum(['warning', 'retraction']),
        messageId: z.string(),
        attempts: z.number(),
        /** An attempt that has not ended: it may have been sent. */
        begunAtMs: z.number().nullable(),
        sentAtMs: z.number().nullable(),
        problem: z.string().nullable(),
      }),
    )
    .readonly(),
});
const LIST = pageOf(WARNING);
const DETAIL = WARNING.extend({ letter: z.object({ subject: z.string(), text: z.string() }) });
const DRAFTED = z.object({
  tickets: z.array(z.string()).readonly(),
  items: z.number(),
  heldBack: z.object(
    Object.fromEntries(HELD_BACK.map((why) => [why, z.number()])) as Record<
      (typeof HELD_BACK)[number],
      z.ZodNumber
    >,
  ),
});
export type WarningItem = z.infer<typeof WARNING>;
export type WarningAnswer = z.infer<typeof DETAIL>;
export type DraftAnswer = z.infer<typeof DRAFTED>;

const TICKET = z.object({ ticket: z.string().max(64) });

export function warningRoutes(app: App, context: HttpContext, attributors: Attributors): void {
  const { db } = context;

  app.get(
    '/api/warnings',
    {
      schema: {
        summary: 'Warnings, the newest first: to whom, about what, what became of them',
        querystring: z.object({
          ...PAGE_QUERY,
          state: z.enum(WARNING_STATES).optional(),
          recipient: z.string().max(64).optional(),
          indicator: z.string().max(200).optional(),
          /** Those of which nobody knows whether a mail went out. */
          unclear: z.stringbool().optional(),
        }),
        response: { 200: LIST },
      },
    },
    async (request) => {
      const { limit, cursor, unclear: isUnclear, ...asked } = request.query;
      const place = readCursor(cursor, 1);
      const before = place === null ? undefined : Number(place[0]);
      const filter = givenOnly({ ...asked, isUnclear, before });
      const found = listWarnings(db, { ...filter, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return { items: items.map(view), nextCursor: last ? cursorAfter([last.id]) : null, total: null };
    },
  );

  app.get(
    '/api/warnings/:ticket',
    {
      schema: {
        summary: 'One warning, with the letter as it would be sent now',
        params: TICKET,
        querystring: z.object(PURPOSE),
        response: { 200: DETAIL },
      },
    },
    async (request, reply) => {
      const { ticket } = request.params;
      const warning = findWarning(db, ticket);
      const { purpose } = request.query;
      const reading = recordReading(db, request, { kind: 'warnings', filter: { ticket }, purpose });
      const kind = warning.state === 'retracted' ? 'retraction' : 'warning';
      const letter = letterOf(db, { warning, mail: { kind } }, sender());
      reading.end(warning.items);
      const shown = view(warning);
      setVersion(reply, shown.step);
      return { ...shown, letter };
    },
  );

  app.post(
    '/api/warnings/draft',
    {
      schema: {
        summary: 'Draw warnings up from evidence that nobody was warned of yet, one for each recipient',
        body: z.object({
          ...PURPOSE,
          operator: z.string().max(64).optional(),
          indicator: z.string().max(200).optional(),
          authorisation: z.string().max(200).optional(),
          /** A victim's id. */
          victim: z.string().max(64).optional(),
          /** The weakest evidence to warn of; by default the configuration's. */
          class: z.enum(EVIDENCE_CLASSES).optional(),
        }),
        response: { 201: DRAFTED },
      },
    },
    async (request, reply) => {
      const { purpose, class: fromClass, victim: id, ...asked } = request.body;
      const victim = id === undefined ? undefined : new VictimIds(db).find(id, null);
      if (victim === null) throw new HttpError(404, 'victim: there is none of this id');
      const filter = givenOnly({ ...asked, victim });
      retractWrong(db);
      const change = changeOf(request);
      const read = beginReading(db, { kind: 'warnings', filter, purpose, ...change });
      const attributor = await attributors.for(request);
      // Read on a connection of its own: others are served meanwhile.
      const reading = openDatabase(db.name, { readonly: true });
      try {
        const settings = { ...draftSettings(context.configuration), ...givenOnly({ fromClass }) };
        const now = { ...change, at: Date.now() };
        const report = await draftWarnings({ db, reading, attributor }, settings, now, filter);
        read.end(report.items);
        return await reply.code(201).send(report);
      } finally {
        reading.close();
      }
    },
  );

  app.post(
    '/api/warnings/:ticket/steps',
    {
      schema: {
        summary:
          'Approve, acknowledge or retract; send: the daemon sends what was approved, or sends it again',
        params: TICKET,
        headers: z.object({ 'if-match': z.string().optional() }),
        body: z.object({
          kind: z.enum(['approve', 'send', 'acknowledge', 'retract']),
          reason: z.string().min(1).max(1_000).optional(),
        }),
        response: { 201: WARNING, 202: WARNING },
      },
    },
    async (request, reply) => {
      const { ticket } = request.params;
      const { kind, reason } = request.body;
      const change = changeOf(request);
      const expectedStep = seenVersion(request);
      if (kind !== 'send') {
        const changed = recordWarningStep(db, ticket, kind, reason ?? null, change, { expectedStep });
        return answer(201, changed);
      }
      const { mail } = context.configuration;
      findWarning(db, ticket);
      if (mail.host === null || senderOf(context.configuration) === null) {
        throw new HttpError(
          503,
          'mail.host, warnings.sender and warnings.object are needed to send warnings',
        );
      }
      const underWaySinceMs = Date.now() - UNDER_WAY_FACTOR * mail.timeoutSeconds * 1_000;
      if (sendAgain(db, ticket, change, { expectedStep, underWaySinceMs }) === 0) {
        throw new HttpError(422, `${ticket}: there is no mail of it that is still to be sent`);
      }
      return answer(202, findWarning(db, ticket));

      function answer(status: 201 | 202, warning: Warning) {
        const shown = view(warning);
        setVersion(reply, shown.step);
        return reply.code(status).send(shown);
      }
    },
  );

  function sender() {
    const missing = { name: '(warnings.sender is not set)', object: '(warnings.object)' };
    return senderOf(context.configuration) ?? missing;
  }
}

/** So many times as long as a mail may take: then an attempt has ended, whatever became of it. */
const UNDER_WAY_FACTOR = 2;

function view(warning: Warning): WarningItem {
  return { ...warning, step: warning.steps.at(-1)?.step ?? 0 };
}
