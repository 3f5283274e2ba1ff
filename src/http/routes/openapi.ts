// The API's own description, made from the routes themselves.
import { z } from 'zod';
import type { App } from '../server.ts';

export function openapiRoutes(app: App): void {
  app.get(
    '/api/openapi.json',
    {
      schema: {
        summary: 'This document (OpenAPI)',
        response: { 200: z.looseObject({ openapi: z.string() }) },
      },
    },
    async () => ({ ...app.swagger() }) as { openapi: string },
  );
}
