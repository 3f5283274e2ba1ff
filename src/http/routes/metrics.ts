// Figures for monitoring, in the text that Prometheus reads. What the database says is read at most every ten seconds.
import { type StoreFigures, storeFiguresReader } from '../../store/store-figures.ts';
import type { HttpContext } from '../context.ts';
import { EXPOSITION_TYPE, exposition } from '../metrics/exposition.ts';
import type { App } from '../server.ts';

const STORE_KEPT_MS = 10_000;

export function metricsRoutes(app: App, { db, figures }: HttpContext): void {
  const read = storeFiguresReader(db);
  let kept: { readonly atMs: number; readonly store: StoreFigures } | null = null;
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const atMs = Date.now();
    if (!kept || Math.abs(atMs - kept.atMs) >= STORE_KEPT_MS) kept = { atMs, store: read(atMs) };
    return reply.type(EXPOSITION_TYPE).send(exposition({ figures: figures(), store: kept.store }));
  });
}
