// A misspelt filter would show more than was asked for, and a misspelt field do less: what a route does not know is refused.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

const PARTS = ['querystring', 'body'] as const;

/** For all routes that are registered afterwards. */
export function refuseUnknownFields(app: FastifyInstance): void {
  app.addHook('onRoute', ({ schema }) => {
    for (const part of PARTS) {
      const known = schema?.[part];
      if (schema && known instanceof z.ZodObject) schema[part] = known.strict();
    }
  });
}
