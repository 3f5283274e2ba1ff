// Answers that are errors: application/problem+json (RFC 9457), which name field, value and rule where there are any.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type ErrorCode, FlowSieveError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  /** What is wrong with the request, field by field. */
  readonly errors?: readonly { readonly field: string; readonly rule?: string; readonly message: string }[];
}

/** What the engine refuses, as HTTP says it. */
const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  INPUT_UNREADABLE: 422,
  OUTPUT: 500,
  AUTHORISATION_UNREADABLE: 422,
  REFUSED: 422,
  NOT_FOUND: 404,
  CONFLICT: 412,
  USAGE: 400,
  DATABASE: 503,
  KEY: 500,
  AUDIT: 500,
  ANCHOR: 500,
  LISTEN: 500,
  CONFIGURATION: 500,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'the request is not understood',
  401: 'a token is needed',
  403: 'this role may not do that',
  404: 'there is no such thing',
  405: 'this method is not served here',
  406: 'this form is not served here',
  408: 'the request took too long',
  409: 'it stands in the way of something else',
  412: 'it has changed meanwhile',
  413: 'the request is too large',
  415: 'this form is not understood',
  422: 'a rule refuses it',
  428: 'say which version you have seen',
  429: 'too many requests',
  500: 'a fault of the program',
  503: 'it cannot be done now',
};

/** Thrown by routes where the engine itself has nothing to refuse. */
export class HttpError extends Error {
  readonly status: number;
  /** Seconds after which the same may succeed. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, detail: string, { retryAfterS }: { readonly retryAfterS?: number } = {}) {
    super(detail);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

export function problemHandler(log: Log) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = toProblem(error, request);
    if (problem.status >= 500) {
      const fields = { route: request.routeOptions.url, method: request.method, reason: error.message };
      log.error(fields, 'a request failed');
    }
    const { retryAfterS } = error as Partial<HttpError>;
    if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
    return sendProblem(reply, problem);
  };
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The path stands in it without its query, which may name a victim. */
export function problemOf(status: number, detail: string | undefined, request: FastifyRequest): Problem {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? 'it was refused',
    status,
    ...(detail === undefined ? {} : { detail }),
    instance: request.url.split('?')[0] as string,
  };
}

/** What is absent is told as such, not as a type. */
function worded(message = 'is wrong'): string {
  return /received undefined$/.test(message) ? 'is required' : message;
}

function toProblem(error: FastifyError, request: FastifyRequest): Problem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.flatMap(({ instancePath, message, params }) => {
      const at = [error.validationContext, ...instancePath.split('/').filter(Boolean)];
      const unknown = (params as { keys?: readonly string[] }).keys;
      // The name alone: where somebody misspelt it, the value may be a victim's address.
      if (unknown)
        return unknown.map((key) => ({ field: [...at, key].join('.'), message: 'there is no such field' }));
      return [{ field: at.join('.'), message: worded(message) }];
    });
    return { ...problemOf(400, undefined, request), errors };
  }
  if (error instanceof FlowSieveError) {
    const { code, message, faults } = error;
    const errors = faults.map(({ field, rule, message: wrong }) => ({ field, rule, message: wrong }));
    return {
      ...problemOf(STATUS_OF[code], message, request),
      type: `urn:flowsieve:problem:${code}`,
      ...(errors.length === 0 ? {} : { errors }),
    };
  }
  if (error instanceof HttpError) return problemOf(error.status, error.message, request);
  const status = error.statusCode ?? 500;
  // What is unforeseen is told to the log alone.
  return problemOf(status, status < 500 ? error.message : undefined, request);
}
