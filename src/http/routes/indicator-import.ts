// What feeds say, taken in as proposals. The feed is the body as it is; it is held in memory alone.
import { z } from 'zod';
import { parseColumns } from '../../authority/importers/csv.ts';
import { FEED_LIMITS } from '../../authority/importers/feed.ts';
import { FEED_FORMATS } from '../../authority/importers/formats.ts';
import { lineProblem, proseProblem } from '../../authority/plain-text.ts';
import { parseSetting } from '../../authority/proposal-settings.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { givenOnly } from '../given.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';

/** Told one by one; what is more is told as counts. */
const MAX_TOLD = 100;

const LINE = z
  .string()
  .max(200)
  .refine((text) => lineProblem(text) === null, 'must be one line of plain text');
const COUNT = z.number();
const NAMED = z.object({ id: z.string(), address: z.string() });
const REPORT = z.object({
  dryRun: z.boolean(),
  authorisation: z.string(),
  entries: COUNT,
  taken: COUNT,
  merged: COUNT,
  unchanged: COUNT,
  outdated: COUNT,
  refused: COUNT,
  cameBack: COUNT,
  completed: COUNT,
  warned: COUNT,
  /** What proposals lack, and how many of them. */
  missing: z
    .array(z.object({ field: z.string(), rule: z.string(), message: z.string(), proposals: COUNT }))
    .readonly(),
  refusals: z
    .array(
      z.object({
        line: z.number().optional(),
        element: z.string().optional(),
        item: z.string().optional(),
        field: z.string(),
        rule: z.string(),
        message: z.string(),
      }),
    )
    .readonly(),
  warnings: z.array(NAMED.extend({ list: z.string(), severity: z.string() })).readonly(),
  /** Prefixes wider than the regime allows: blocked until two people override. */
  wide: z.array(NAMED).readonly(),
  takenBack: z.array(NAMED.extend({ source: z.string(), reason: z.string() })).readonly(),
});
export type ImportAnswer = z.infer<typeof REPORT>;

const QUERY = z.object({
  from: z.enum(FEED_FORMATS),
  authorisation: z.string().max(200),
  /** How the feed is called in the report. */
  name: LINE.default('the feed'),
  /** Who says it; without it, as the feed names its author. */
  source: LINE.optional(),
  /** Admiralty code (L8). */
  reliability: z.enum(['A', 'B', 'C', 'D', 'E', 'F']).optional(),
  credibility: z.coerce.number().int().min(1).max(6).optional(),
  /** `country=NL`, as often as needed: for what nobody has set. */
  set: z.union([z.string().max(4_000), z.array(z.string().max(4_000)).max(100)]).optional(),
  /** csv with other column names: `address=C2 Server,port=#3`. */
  columns: z.string().max(2_000).optional(),
  dryRun: z.literal('1').optional(),
  reason: z
    .string()
    .max(4_000)
    .refine((text) => proseProblem(text) === null, 'must be plain text')
    .optional(),
});

export function indicatorImportRoutes(app: App, { work }: HttpContext): void {
  void app.register(async (scope) => {
    const within = scope as unknown as App;
    within.removeAllContentTypeParsers();
    within.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    within.post(
      '/api/indicators/import',
      {
        bodyLimit: FEED_LIMITS.fileBytes,
        config: { longTask: 'importFeed' },
        schema: {
          summary: 'Propose the addresses of a feed; the body is the feed. Nothing of it is matched yet',
          querystring: QUERY,
          response: { 200: REPORT },
        },
      },
      async (request) => {
        const { from, name, source, columns, dryRun, reason = null, set, ...of } = request.query;
        const bytes = request.body as unknown as Buffer | undefined;
        if (!bytes?.length) throw new HttpError(400, 'body: the feed is missing');
        if (columns !== undefined && from !== 'csv') throw new HttpError(400, 'columns: goes with from=csv');
        const settings = [set ?? []].flat().map(parseSetting);
        const { reliability, credibility } = of;
        const report = await work.run('importFeed', {
          bytes,
          format: from,
          reading: {
            name,
            ...(source === undefined ? {} : { source }),
            ...(columns === undefined ? {} : { columns: parseColumns(columns) }),
          },
          authorisation: of.authorisation,
          taken: {
            rating: givenOnly({ reliability, credibility }),
            settings,
            reason,
            dryRun: dryRun === '1',
          },
          change: changeOf(request),
        });
        return {
          ...report,
          dryRun: dryRun === '1',
          refusals: report.refusals.slice(0, MAX_TOLD),
          warnings: report.warnings.slice(0, MAX_TOLD),
          wide: report.wide.slice(0, MAX_TOLD),
          takenBack: report.takenBack.slice(0, MAX_TOLD),
        };
      },
    );
  });
}
