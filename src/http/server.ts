// The HTTP server, put together: limits, headers, access, routes. Inert until `listen`.
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { packageVersion } from '../core/package.ts';
import { Access } from './access.ts';
import type { HttpContext } from './context.ts';
import { DashboardFiles } from './dashboard-files.ts';
import { problemHandler, problemOf, sendProblem } from './problem.ts';
import { addRoutes } from './routes.ts';
import { addSecurityHeaders } from './security.ts';
import { refuseUnknownFields } from './strict.ts';

export interface TlsFiles {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

const LIMITS = {
  bodyLimit: 1_048_576,
  /** From the first octet of a request to its last. */
  requestTimeout: 30_000,
  connectionTimeout: 60_000,
  keepAliveTimeout: 10_000,
  maxParamLength: 256,
  maxConnections: 512,
} as const;
/** Requests of one address in a minute. */
const MAX_REQUESTS = 1_200;

/** What routes are registered on. */
export type App = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>;

export async function buildServer(context: HttpContext, tls: TlsFiles | null = null): Promise<App> {
  const { maxConnections, maxParamLength, ...limits } = LIMITS;
  const app = fastify({
    ...limits,
    routerOptions: { maxParamLength },
    forceCloseConnections: true,
    ...(tls === null ? {} : { https: { ...tls, minVersion: 'TLSv1.2' } }),
  }).withTypeProvider<ZodTypeProvider>() as unknown as App;
  app.server.maxConnections = maxConnections;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(problemHandler(context.log));
  const dashboard = DashboardFiles.read();
  app.setNotFoundHandler((request, reply) => {
    if (!dashboard.answer(request, reply))
      sendProblem(reply, problemOf(404, 'see /api/openapi.json', request));
  });
  addSecurityHeaders(app as unknown as FastifyInstance, context.isSecure);
  await app.register(rateLimit, { max: MAX_REQUESTS, timeWindow: 60_000 });
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'FlowSieve', version: packageVersion() } },
    transform: jsonSchemaTransform,
  });
  const access = new Access(app as unknown as FastifyInstance, context);
  refuseUnknownFields(app as unknown as FastifyInstance);
  addRoutes(app, context, access);
  await app.ready();
  return app;
}
