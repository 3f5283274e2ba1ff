// /healthz says that the process answers, /readyz whether the daemon does its work. No data of any flow; no token.
import type { HttpContext } from '../context.ts';
import type { App } from '../server.ts';

/** Figures that are older say that the daemon hangs. */
const STALE_AFTER_MS = 5_000;

export function healthRoutes(app: App, { figures }: HttpContext): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ alive: true }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const last = figures();
    if (!last) return reply.code(503).send({ ready: false, problem: 'not started' });
    if (Date.now() - last.atMs > STALE_AFTER_MS) {
      return reply.code(503).send({ ready: false, problem: 'the daemon does not answer' });
    }
    return reply.code(last.health.ready ? 200 : 503).send(last.health);
  });
}
