// Who asks: a token in the header, or the dashboard's session cookie with its CSRF token. Everything but open routes passes here.
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { isLoopback } from '../config/http.ts';
import type { ChangedBy } from '../store/operators.ts';
import { checkToken, type Token, tokenInForce } from '../store/tokens.ts';
import type { HttpContext } from './context.ts';
import { HttpError } from './problem.ts';
import { isOpenOnLoopback, rolesOf } from './roles.ts';
import { isSameSecret, type Session, Sessions } from './sessions.ts';

/** Who is behind a request. */
export interface Actor {
  readonly person: string;
  readonly role: Token['role'];
  /** For the role `operator`: whose data it sees, and no other's. */
  readonly operator: string | null;
  readonly token: Token;
  readonly session: { readonly id: string; readonly session: Session } | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

const COOKIE = 'flowsieve_session';
/** Wrong tokens from one address in a minute, after which it waits. */
const MAX_FAILURES = 20;

export class Access {
  readonly sessions = new Sessions();
  private readonly context: HttpContext;
  private readonly limitFailures: ReturnType<FastifyInstance['createRateLimit']>;

  /** @param app with @fastify/rate-limit */
  constructor(app: FastifyInstance, context: HttpContext) {
    this.context = context;
    this.limitFailures = app.createRateLimit({
      max: MAX_FAILURES,
      timeWindow: 60_000,
      keyGenerator: (request) => `failures ${request.ip}`,
    });
    app.decorateRequest('actor', null);
    app.addHook('onRoute', refuseUnlisted);
    app.addHook('onRequest', (request) => this.admit(request));
  }

  private async admit(request: FastifyRequest): Promise<void> {
    const roles = rolesOf(request.method, request.routeOptions.url ?? '');
    if (roles === undefined || roles === 'open') return;
    const { url = '' } = request.routeOptions;
    if (isOpenOnLoopback(request.method, url) && isFromHere(request)) return;
    const actor = this.identify(request);
    if (!actor) {
      await this.countFailure(request);
      throw new HttpError(401, 'no token, or one that is unknown, expired or revoked');
    }
    request.actor = actor;
    if (!roles.includes(actor.role)) {
      throw new HttpError(403, `the role ${actor.role} may not; it takes ${roles.join(' or ')}`);
    }
  }

  async countFailure(request: FastifyRequest): Promise<void> {
    const limit = await this.limitFailures(request);
    if (!limit.isAllowed && limit.isExceeded) {
      throw new HttpError(429, 'too many wrong tokens from this address; wait a minute');
    }
  }

  /** Whether who was let in would still be, for answers that go on. */
  isStillAdmitted({ token, session }: Actor): boolean {
    if (tokenInForce(this.context.db, token.id) === null) return false;
    return session === null || this.sessions.holds(session.id, Date.now());
  }

  private identify(request: FastifyRequest): Actor | null {
    const { db } = this.context;
    const bearer = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '');
    if (bearer) {
      const token = checkToken(db, bearer[1] as string);
      return token && !token.once ? actorOf(token, null) : null;
    }
    const id = cookieOf(request);
    const session = id === null ? null : this.sessions.find(id, Date.now());
    const token = session && tokenInForce(db, session.tokenId);
    if (id === null || !session || !token) return null;
    refuseForgery(request, session);
    return actorOf(token, { id, session });
  }

  /** `Secure` where the connection is; SameSite=Strict, so that no other site's request carries it. */
  setCookie(reply: FastifyReply, value: string | null): void {
    const secure = this.context.isSecure ? '; Secure' : '';
    const ends = value === null ? '; Max-Age=0' : '';
    reply.header('set-cookie', `${COOKIE}=${value ?? ''}; Path=/; HttpOnly; SameSite=Strict${secure}${ends}`);
  }
}

/**
 * Whether a program on this machine asks, by a name of this machine: no proxy for somebody else, and no page that a browser
 * here has from elsewhere under a name of its own.
 */
function isFromHere({ ip, headers }: FastifyRequest): boolean {
  const isForwarded = 'forwarded' in headers || 'x-forwarded-for' in headers || 'via' in headers;
  const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return !isForwarded && isLoopback(ip.replace(/^::ffff:/, '')) && isLoopback(name);
}

function refuseUnlisted({ method, url }: RouteOptions): void {
  for (const one of [method].flat()) {
    if (rolesOf(one, url) === undefined) throw new Error(`${one} ${url} is not in the table of roles`);
  }
}

function actorOf(token: Token, session: Actor['session']): Actor {
  const { person, role, operator } = token;
  return { person, role, operator, token, session };
}

function cookieOf(request: FastifyRequest): string | null {
  const cookies = request.headers.cookie?.split(/; */) ?? [];
  const own = cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`));
  return own === undefined ? null : own.slice(COOKIE.length + 1);
}

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** A cookie goes along by itself: an unsafe request must also show that it comes from our own page. */
function refuseForgery(request: FastifyRequest, session: Session): void {
  if (SAFE_METHODS.includes(request.method)) return;
  const given = request.headers['x-csrf-token'];
  if (typeof given !== 'string' || !isSameSecret(given, session.csrf)) {
    throw new HttpError(403, 'X-CSRF-Token is missing or wrong: it stands in GET /api/session');
  }
  refuseForeignOrigin(request);
}

export function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new HttpError(403, 'the request comes from the page of another site');
  }
}

/** @throws Error where the route is open: a fault of ours */
export function actorOfRequest(request: FastifyRequest): Actor {
  if (!request.actor) throw new Error(`${request.routeOptions.url} has no actor`);
  return request.actor;
}

/** Under whose name a change is recorded. */
export function changeOf(request: FastifyRequest): Pick<ChangedBy, 'by' | 'role'> {
  const { person, role } = actorOfRequest(request);
  return { by: person, role };
}
