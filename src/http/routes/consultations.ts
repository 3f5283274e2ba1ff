// The register of readings: who looked at matches and victims, and what for (L18).
import { z } from 'zod';
import { listConsultations } from '../../store/consultations.ts';
import { READING_KINDS } from '../../store/reading-kinds.ts';
import type { HttpContext } from '../context.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import type { App } from '../server.ts';

const CONSULTATION = z.object({
  id: z.number(),
  atMs: z.number(),
  by: z.string(),
  role: z.string(),
  kind: z.enum(READING_KINDS),
  purpose: z.string().nullable(),
  /** What was asked for; addresses are pseudonyms. */
  filter: z.record(z.string(), z.unknown()),
  /** How many were shown; `null` = the reading was not finished. */
  rows: z.number().nullable(),
});
export type ConsultationItem = z.infer<typeof CONSULTATION>;

export function consultationRoutes(app: App, { db }: HttpContext): void {
  app.get(
    '/api/consultations',
    {
      schema: {
        summary: 'Readings of matches, victims and exports, the newest first',
        querystring: z.object({
          ...PAGE_QUERY,
          reader: z.string().max(200).optional(),
          kind: z.enum(READING_KINDS).optional(),
          since: z.coerce.number().int().min(0).optional(),
          until: z.coerce.number().int().min(0).optional(),
        }),
        response: { 200: pageOf(CONSULTATION) },
      },
    },
    async (request) => {
      const { limit, cursor, reader, kind, since, until } = request.query;
      const before = readCursor(cursor, 1);
      const newest = listConsultations(db, {
        ...(reader === undefined ? {} : { by: reader }),
        ...(kind === undefined ? {} : { kind }),
        ...(since === undefined ? {} : { sinceMs: since }),
        ...(until === undefined ? {} : { untilMs: until }),
        ...(before === null ? {} : { beforeId: Number(before[0]) }),
        limit: limit + 1,
      }).reverse();
      const shown = newest.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map((reading) => ({ ...reading, filter: reading.filter as Record<string, unknown> })),
        nextCursor: last && newest.length > limit ? cursorAfter([last.id]) : null,
        total: null,
      };
    },
  );
}
