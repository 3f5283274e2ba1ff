// The entity register: who is known by which networks, and how they are told.
import { z } from 'zod';
import { LANGUAGES } from '../../core/languages.ts';
import { ENTITY_KINDS, findEntity, listEntities, PROFESSIONS } from '../../store/entities.ts';
import { REGISTER_LIMITS } from '../../victims/register-file.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { givenOnly } from '../given.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import type { App } from '../server.ts';

const ENTITY = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(ENTITY_KINDS),
  sector: z.string().nullable(),
  prefixes: z.array(z.string()).readonly(),
  natPrefixes: z.array(z.string()).readonly(),
  asns: z.array(z.number()).readonly(),
  contacts: z
    .array(z.object({ mail: z.string(), language: z.enum(LANGUAGES), openpgp: z.string().nullable() }))
    .readonly(),
  protected: z.enum(PROFESSIONS).nullable(),
  version: z.number(),
  recordedAtMs: z.number(),
  recordedBy: z.string(),
  register: z.string(),
});
const LIST = pageOf(ENTITY);
const REPORT = z.object({
  file: z.string(),
  register: z.string(),
  changed: z.boolean(),
  entries: z.number(),
  entities: z.object({ added: z.number(), changed: z.number(), ended: z.number() }),
  refused: z.number(),
  refusals: z
    .array(
      z.object({
        /** From 0. */
        entry: z.number(),
        line: z.number().nullable(),
        id: z.string().nullable(),
        faults: z
          .array(z.object({ field: z.string(), value: z.string(), rule: z.string(), message: z.string() }))
          .readonly(),
      }),
    )
    .readonly(),
});
export type EntityItem = z.infer<typeof ENTITY>;
export type RegisterReportAnswer = z.infer<typeof REPORT>;

export function entityRoutes(app: App, { db, work }: HttpContext): void {
  app.get(
    '/api/entities',
    {
      schema: {
        summary: 'The entities that are registered, in order of their ids',
        querystring: z.object({
          ...PAGE_QUERY,
          kind: z.enum(ENTITY_KINDS).optional(),
          sector: z.string().max(100).optional(),
          /** Lawyers, doctors and journalists (I7). */
          protected: z.stringbool().optional(),
          /** Part of an id or a name. */
          q: z.string().max(200).optional(),
        }),
        response: { 200: LIST },
      },
    },
    async (request) => {
      const { limit, cursor, kind, sector, protected: isProtected, q: text } = request.query;
      const after = String(readCursor(cursor, 1)?.[0] ?? '');
      const filter = { ...givenOnly({ kind, sector, isProtected, text }), limit: limit + 1 };
      const found = listEntities(db, filter, after);
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? cursorAfter([last.id]) : null, total: null };
    },
  );

  app.get(
    '/api/entities/:id',
    {
      schema: {
        summary: 'One entity',
        params: z.object({ id: z.string().max(64) }),
        response: { 200: ENTITY },
      },
    },
    async (request) => findEntity(db, request.params.id),
  );

  // The file as it is: a scope of its own, in which no body is parsed.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/json', 'text/csv'],
      { parseAs: 'buffer', bodyLimit: REGISTER_LIMITS.bytes },
      async (_request: unknown, body: Buffer) => body,
    );
    (scope as unknown as App).post(
      '/api/entities/import',
      {
        bodyLimit: REGISTER_LIMITS.bytes,
        config: { longTask: 'importEntities' },
        schema: {
          summary: 'Take in a file of a register, JSON or CSV; what the register lists no more is ended',
          consumes: ['application/json', 'text/csv'],
          querystring: z.object({
            /** Which register the file is of; others are left alone. */
            register: z
              .string()
              .regex(
                /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
                'letters, digits, dots, dashes, underscores; 64 at most',
              )
              .default('entities'),
          }),
          response: { 200: REPORT },
        },
      },
      async (request) => {
        const bytes = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
        const { register } = request.query;
        return work.run('importEntities', { bytes, register, change: changeOf(request) });
      },
    );
  });
}
