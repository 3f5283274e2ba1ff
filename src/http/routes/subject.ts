// A data subject's request: what is held about one address. Asked in a body, so that the address stands in no URL.
import { z } from 'zod';
import { READING_KINDS } from '../../store/reading-kinds.ts';
import { heldAbout, subjectAddress } from '../../victims/subject.ts';
import { subjectMarkdown } from '../../victims/subject-markdown.ts';
import type { HttpContext } from '../context.ts';
import { HttpError } from '../problem.ts';
import { PURPOSE, recordReading } from '../reading.ts';
import type { App } from '../server.ts';

const CONTACT = z.object({
  indicator: z.string(),
  authorisation: z.string(),
  c2s: z.array(z.string()).readonly(),
  operator: z.string(),
  retentionBasis: z.string(),
  matches: z.number(),
  /** Of them, those that only an auditor may read. */
  sequestered: z.number(),
  firstMs: z.number(),
  lastMs: z.number(),
  firstEvaluatedAtMs: z.number(),
  lastEvaluatedAtMs: z.number(),
  firstDeleteAfterMs: z.number(),
  lastDeleteAfterMs: z.number(),
});
const REPORT = z.object({
  address: z.string(),
  atMs: z.number(),
  matches: z.number(),
  contacts: z.array(CONTACT).readonly(),
  warnings: z
    .array(
      z.object({
        ticket: z.string(),
        state: z.string(),
        recipient: z.string(),
        sentAtMs: z.number().nullable(),
      }),
    )
    .readonly(),
  readings: z
    .array(
      z.object({
        atMs: z.number(),
        role: z.string(),
        kind: z.enum(READING_KINDS),
        purpose: z.string().nullable(),
      }),
    )
    .readonly(),
  /** The answer to the person, in Markdown. */
  markdown: z.string(),
});
export type SubjectAnswer = z.infer<typeof REPORT>;

export function subjectRoutes(app: App, { db }: HttpContext): void {
  app.post(
    '/api/subject',
    {
      schema: {
        summary: 'What is held about one address, for the person whose it is; recorded as a reading (L18)',
        body: z.object({ ip: z.string().max(100), ...PURPOSE }),
        response: { 200: REPORT },
      },
    },
    async (request) => {
      const { ip, purpose } = request.body;
      const address = subjectAddress(ip);
      // What was given is not repeated: it may be somebody's address.
      if ('problem' in address) throw new HttpError(400, 'body.ip: must be one IPv4 or IPv6 address');
      const filter = { address: address.value };
      const reading = recordReading(db, request, { kind: 'subject', filter, purpose });
      const report = heldAbout(db, address.value, Date.now());
      const markdown = subjectMarkdown(report);
      reading.end(report.matches);
      return { ...report, markdown };
    },
  );
}
