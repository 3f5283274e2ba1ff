// Authorisation files, taken in as the command line takes them: the octets as they are, whatever their form.
import { z } from 'zod';
import { FILE_LIMITS } from '../../authority/file-text.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';

/** What a file may be called; that decides nothing. */
const TYPES = ['application/json', 'application/yaml', 'application/x-yaml', 'text/yaml', 'text/plain'];

const DIFFERENCE = z.object({ field: z.string(), before: z.string(), after: z.string() });
const REPORT = z.object({
  reference: z.string(),
  version: z.number(),
  generation: z.number(),
  changed: z.boolean(),
  head: z.array(DIFFERENCE).readonly(),
  entries: z.number(),
  indicators: z.object({ added: z.number(), changed: z.number(), withdrawn: z.number() }),
  changes: z
    .array(
      z.object({
        id: z.string(),
        address: z.string(),
        change: z.enum(['changed', 'taken over', 'listed again', 'withdrawn']),
        fields: z.array(DIFFERENCE).readonly(),
      }),
    )
    .readonly(),
  refused: z.number(),
  /** Every fault of every entry that was refused, up to a bound. */
  refusals: z
    .array(
      z.object({
        entry: z.number(),
        line: z.number().nullable(),
        address: z.string().nullable(),
        field: z.string(),
        value: z.string(),
        rule: z.string(),
        message: z.string(),
      }),
    )
    .readonly(),
  warned: z.number(),
  warnings: z
    .array(
      z.object({
        entry: z.number(),
        line: z.number().nullable(),
        indicator: z.string(),
        address: z.string(),
        list: z.string(),
        version: z.number(),
        severity: z.enum(['hard', 'soft']),
      }),
    )
    .readonly(),
  operatorsAdded: z.array(z.string()).readonly(),
});
export type ImportAnswer = z.infer<typeof REPORT>;

export function authorisationImportRoutes(app: App, { work }: HttpContext): void {
  // In a scope of its own: elsewhere JSON is parsed, and small.
  app.register(async (scope) => {
    const files = scope as unknown as App;
    files.removeAllContentTypeParsers();
    files.addContentTypeParser(TYPES, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    files.post(
      '/api/authorisations',
      {
        bodyLimit: FILE_LIMITS.bytes,
        config: { longTask: 'importAuthorisation' },
        schema: {
          summary: 'Take in an authorisation file, YAML or JSON; `check=1` says what it would change',
          consumes: TYPES,
          querystring: z.object({ check: z.enum(['0', '1']).default('0') }),
          response: { 200: REPORT, 201: REPORT },
        },
      },
      async (request, reply) => {
        const { body } = request;
        if (!Buffer.isBuffer(body)) throw new HttpError(400, 'body: the file is missing');
        const isCheck = request.query.check === '1';
        const options = { ...changeOf(request), name: 'the file', isCheck };
        const report = await work.run('importAuthorisation', { bytes: body, options });
        return reply.code(report.changed && !isCheck ? 201 : 200).send(report);
      },
    );
  });
}
