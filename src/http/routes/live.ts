// Live figures: a stream that goes on until the client, the session or the server ends.
import { type Access, actorOfRequest } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { Live } from '../live.ts';
import { HttpError } from '../problem.ts';
import type { App } from '../server.ts';
import type { Overview } from '../standing.ts';

export function liveRoutes(app: App, context: HttpContext, access: Access, overview: Overview): void {
  const live = new Live(context, overview);
  app.addHook('preClose', async () => live.close());
  app.get(
    '/api/live',
    {
      exposeHeadRoute: false,
      schema: { summary: 'Server-sent events: figures once a second, needs when they change' },
    },
    async (request, reply) => {
      const actor = actorOfRequest(request);
      if (live.isFull) throw new HttpError(503, 'too many are watching; ask GET /api/overview instead');
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        // Proxies must not collect it.
        'x-accel-buffering': 'no',
      });
      live.add(reply.raw, actor.operator, () => access.isStillAdmitted(actor));
    },
  );
}
