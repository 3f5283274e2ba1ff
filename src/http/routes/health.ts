// /healthz says that the process answers, /readyz whether the daemon does its work. No data of any flow; no token.
import type { HttpContext } from '../context.ts';
import { readinessOf } from '../readiness.ts';
import type { App } from '../server.ts';

export function healthRoutes(app: App, context: HttpContext): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ alive: true }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const last = readinessOf(context.figures(), Date.now());
    const problem = last.ready ? null : last.problem;
    if (problem !== null || !last.figures) return reply.code(503).send({ ready: false, problem });
    return reply.code(last.ready ? 200 : 503).send(last.figures.health);
  });
}
