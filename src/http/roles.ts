// Who may do what: one line a route. The server refuses to start with a route that is missing here.
import type { TokenRole } from '../store/tokens.ts';

const ALL: readonly TokenRole[] = ['analyst', 'engineer', 'operator', 'auditor', 'admin'];
const ADMIN: readonly TokenRole[] = ['admin'];

/** `open`: without a token. */
export const ROUTES: Readonly<Record<string, readonly TokenRole[] | 'open'>> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'POST /api/session': 'open',
  'GET /api/session': ALL,
  'DELETE /api/session': ALL,
  // What is going on
  'GET /api/overview': ALL,
  'GET /api/figures/history': ALL,
  'GET /api/live': ALL,
  // Tokens
  'GET /api/tokens': ADMIN,
  'POST /api/tokens': ADMIN,
  'DELETE /api/tokens/:id': ADMIN,
};

export function rolesOf(method: string, url: string): readonly TokenRole[] | 'open' | undefined {
  // What may be read may be asked for its head.
  return ROUTES[`${method === 'HEAD' ? 'GET' : method} ${url}`];
}
