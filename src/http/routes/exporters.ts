// Exporters: what each brings and loses, how its clock goes, and what is wrong with it. An operator sees its own.
import { z } from 'zod';
import { DAY_MS, MINUTE_MS } from '../../core/time.ts';
import { EXPORTER_SORTS, type ExporterPlace, pageOfExporters } from '../../store/exporters.ts';
import { actorOfRequest } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { EXPORTER_PROBLEMS, problemsOfExporter } from '../exporter-problems.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import type { App } from '../server.ts';

const COUNT = z.number();
const EXPORTER = z.object({
  operator: z.string(),
  listener: z.string(),
  retentionBasis: z.string(),
  /** Its address; `null`: the listener itself, with what was lost before anybody looked at whom it came from. */
  exporter: z.string().nullable(),
  /** Over the last five minutes. */
  datagramsPerSecond: z.number(),
  recordsPerSecond: z.number(),
  /** Over the time asked for. */
  datagrams: COUNT,
  records: COUNT,
  matched: COUNT,
  undecodable: COUNT,
  early: COUNT,
  earlyDropped: COUNT,
  kernelDropped: COUNT,
  slabDropped: COUNT,
  refused: COUNT,
  notTaken: COUNT,
  sequenceLost: COUNT,
  sequenceIndeterminate: COUNT,
  /** Its clock less ours, the farthest; `null` = it told no time. */
  clockSkewMs: z.number().nullable(),
  /** One packet in so many; `null` = it did not say. */
  sampling: z.number().nullable(),
  lastSeenMs: z.number().nullable(),
  /** That it has announced; `null` = not known now. */
  templates: z.number().nullable(),
  problems: z.array(z.enum(EXPORTER_PROBLEMS)),
});
export type ExporterAnswer = z.infer<typeof EXPORTER>;

export function exporterRoutes(app: App, { db, figures }: HttpContext): void {
  app.get(
    '/api/exporters',
    {
      schema: {
        summary:
          'Exporters that listeners have heard, with rates, losses, clocks and problems; an operator sees its own',
        querystring: z.object({
          ...PAGE_QUERY,
          operator: z.string().max(64).optional(),
          /** How the exporter's address begins. */
          q: z.string().max(64).optional(),
          sort: z.enum(EXPORTER_SORTS).default('operator'),
          order: z.enum(['asc', 'desc']).default('asc'),
          /** Counts are of so long. */
          minutes: z.coerce
            .number()
            .int()
            .min(5)
            .max(DAY_MS / MINUTE_MS)
            .default(60),
          /** Exporters heard within so long. */
          days: z.coerce.number().int().min(1).max(366).default(30),
        }),
        response: { 200: pageOf(EXPORTER) },
      },
    },
    async (request) => {
      const { cursor, limit, operator: asked, q, minutes, days, sort, order } = request.query;
      const nowMs = Date.now();
      const query = {
        // Whatever operator it asks for: its own.
        operator: actorOfRequest(request).operator ?? asked,
        exporter: q,
        nowMs,
        sinceMs: nowMs - minutes * MINUTE_MS,
        seenSinceMs: nowMs - days * DAY_MS,
      };
      const { exporters, total, next } = pageOfExporters(db, query, {
        sort,
        limit,
        descending: order === 'desc',
        after: placeIn(cursor),
      });
      const listeners = figures()?.engine?.listeners ?? null;
      const templates = new Map<string, ReadonlyMap<string, number>>();
      for (const { name, known } of listeners ?? []) templates.set(name, new Map(known.templatesOf));
      const items = exporters.map((line) => {
        const { listener, exporter } = line;
        return {
          ...line,
          templates: exporter === null ? null : (templates.get(listener)?.get(exporter) ?? null),
          problems: problemsOfExporter(line, listeners === null || templates.has(listener), nowMs),
        };
      });
      return { items, nextCursor: next && cursorOf(next), total };
    },
  );
}

function placeIn(cursor: string | undefined): ExporterPlace | null {
  const [value, ...parts] = readCursor(cursor, 5) ?? [];
  if (value === undefined) return null;
  const [operator, listener, retentionBasis, exporter] = parts.map(String) as [
    string,
    string,
    string,
    string,
  ];
  return { value: value ?? '', operator, listener, retentionBasis, exporter };
}

function cursorOf({ value, operator, listener, retentionBasis, exporter }: ExporterPlace): string {
  return cursorAfter([value, operator, listener, retentionBasis, exporter]);
}
