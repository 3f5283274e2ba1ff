// Warning lists: those in use, and which of them an address meets.
import { z } from 'zod';
import { parsePrefix } from '../../core/prefix.ts';
import { WarningLists } from '../../store/warninglists.ts';
import type { HttpContext } from '../context.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';

const SEVERITY = z.enum(['hard', 'soft']);
const LIST = z.object({
  name: z.string(),
  description: z.string(),
  version: z.number(),
  severity: SEVERITY,
  entries: z.number(),
  /** SHA-256 of its file. */
  digest: z.string(),
  /** `null` = it came with the program. */
  recordedAtMs: z.number().nullable(),
  recordedBy: z.string().nullable(),
});
export type WarningListLine = z.infer<typeof LIST>;

const CHECK = z.object({
  address: z.string(),
  hits: z.array(z.object({ list: z.string(), version: z.number(), severity: SEVERITY })).readonly(),
});
export type WarningListCheck = z.infer<typeof CHECK>;

export function warningListRoutes(app: App, { db }: HttpContext): void {
  app.get(
    '/api/warninglists',
    {
      schema: {
        summary: 'The warning lists in use, hard ones first',
        response: { 200: z.object({ items: z.array(LIST) }) },
      },
    },
    async () => ({
      items: WarningLists.ofStored(db).lists.map(({ digest, taken, ...list }) => ({
        ...list,
        digest: Buffer.from(digest).toString('hex'),
        recordedAtMs: taken?.recordedAtMs ?? null,
        recordedBy: taken?.recordedBy ?? null,
      })),
    }),
  );
  app.get(
    '/api/warninglists/check',
    {
      schema: {
        summary: 'Which warning lists an address or prefix meets; changes nothing',
        querystring: z.object({ address: z.string().min(1).max(64) }),
        response: { 200: CHECK },
      },
    },
    async (request) => {
      const parsed = parsePrefix(request.query.address);
      if ('problem' in parsed) throw new HttpError(400, `address: ${parsed.problem}`);
      const { value } = parsed;
      return { address: value.text, hits: WarningLists.ofStored(db).hits(value) };
    },
  );
}
