// Exports: victims as they are handed to an operator, to an entity, or used by an analyst; the files of `victims export`.
import { z } from 'zod';
import { organisationOf } from '../../config/victim-settings.ts';
import { formatInstant } from '../../core/time.ts';
import { findEntity } from '../../store/entities.ts';
import { knownOperators } from '../../store/operators.ts';
import { exporting } from '../../victims/exports/export.ts';
import { classesHanded, EXPORT_FORMATS, type ExportFormatName } from '../../victims/exports/formats.ts';
import type { Audience } from '../../victims/exports/handed.ts';
import { actorOfRequest } from '../access.ts';
import type { Attributors } from '../attributors.ts';
import type { HttpContext } from '../context.ts';
import { givenOnly } from '../given.ts';
import { HttpError } from '../problem.ts';
import { PURPOSE, recordReading } from '../reading.ts';
import { scopeOf, withinScope } from '../scope.ts';
import type { App } from '../server.ts';
import { streamOf } from '../streaming.ts';
import { VICTIM_FILTERS } from '../victim-schema.ts';

const FORMATS = Object.keys(EXPORT_FORMATS) as [ExportFormatName, ...ExportFormatName[]];
const FILES: Readonly<Record<ExportFormatName, { readonly type: string; readonly extension: string }>> = {
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv' },
  json: { type: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
  intelmq: { type: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
  shadowserver: { type: 'text/csv; charset=utf-8', extension: 'csv' },
  stix: { type: 'application/stix+json;version=2.1', extension: 'json' },
  xarf: { type: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
  'report-18-8': { type: 'text/markdown; charset=utf-8', extension: 'md' },
};
/** Made at a time: each takes its share of the thread. */
const MOST_AT_ONCE = 4;

export function exportRoutes(app: App, context: HttpContext, attributors: Attributors): void {
  const { db } = context;
  let running = 0;
  app.get(
    '/api/exports/:for/:format',
    {
      exposeHeadRoute: false,
      config: { rateLimit: { max: 60, timeWindow: 60_000 } },
      schema: {
        summary:
          'Victims as a file, for operator, entity or analyst; of classes E2 and stronger, unless for an analyst in a format that calls nobody compromised',
        params: z.object({ for: z.enum(['operator', 'entity', 'analyst']), format: z.enum(FORMATS) }),
        querystring: z.object({
          ...PURPOSE,
          ...VICTIM_FILTERS,
          /** Of the operator or the entity. */
          id: z.string().max(64).optional(),
        }),
        // A file: no schema says what stands in it.
        produces: [...new Set(Object.values(FILES).map(({ type }) => type))],
      },
    },
    async (request, reply) => {
      const { format } = request.params;
      const { purpose, id, class: classes, ...asked } = request.query;
      const audience = audienceOf(request);
      const { configuration } = context;
      const organisation = organisationOf(configuration);
      if (organisation === null && EXPORT_FORMATS[format].needsOrganisation) {
        throw new HttpError(
          503,
          `${format} names who reports: organisation.name and organisation.mail are not set`,
        );
      }
      if (running >= MOST_AT_ONCE)
        throw new HttpError(503, 'other exports are being made; try again when they have ended');
      const handed = classes ?? classesHanded(audience, format);
      const filter = withinScope(request, givenOnly({ ...asked, classes: handed }));
      const asRead = { for: audience, format, ...filter };
      const reading = recordReading(db, request, { kind: 'export', filter: asRead, purpose });
      const attributor = await attributors.for(request);
      const atMs = Date.now();
      const by = actorOfRequest(request).person;
      const order = { format, audience, filter, purpose, by, atMs, organisation };
      running++;
      const stream = streamOf(exporting(db, attributor, order), {
        whenDone: (victims) => reading.end(victims),
        whenClosed: () => running--,
      });
      const { type, extension } = FILES[format];
      const name = `flowsieve-${format}-${formatInstant(atMs).slice(0, 10)}.${extension}`;
      return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(stream);
    },
  );

  /** @throws HttpError 404 where there is none of this id, or an operator asks for what is not its own; 400, 403 */
  function audienceOf(request: Parameters<typeof scopeOf>[0]): Audience {
    const kind = (request.params as { readonly for: Audience['kind'] }).for;
    const { id } = request.query as { readonly id?: string };
    const own = scopeOf(request).operator;
    if (own !== null && kind !== 'operator')
      throw new HttpError(403, `an operator exports for itself, not for ${kind}`);
    if (kind === 'analyst') return { kind, id: null };
    const of = id ?? own;
    if (of === null) throw new HttpError(400, `id: of which ${kind}?`);
    if (kind === 'entity') return { kind, id: findEntity(db, of).id };
    if ((own !== null && of !== own) || !knownOperators(db).has(of))
      throw new HttpError(404, `there is no operator ${of}`);
    return { kind, id: of };
  }
}
