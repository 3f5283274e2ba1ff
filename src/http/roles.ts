// Who may do what: one line a route. The server refuses to start with a route that is missing here.
import type { TokenRole } from '../store/tokens.ts';

const ALL: readonly TokenRole[] = ['analyst', 'engineer', 'operator', 'auditor', 'admin'];
/** Who works with the authority's list, or looks after it, and may know of every operator. */
const LIST_READERS: readonly TokenRole[] = ['analyst', 'engineer', 'auditor', 'admin'];
const LIST_CHANGERS: readonly TokenRole[] = ['analyst', 'admin'];
/** An operator for itself; the authority's people for an operator that has told them. */
const ANSWERERS: readonly TokenRole[] = ['analyst', 'operator', 'admin'];
const ADMIN: readonly TokenRole[] = ['admin'];
/** What was done, and whether it adds up; no victims. */
const ACCOUNTS: readonly TokenRole[] = ['engineer', 'auditor', 'admin'];
const VICTIM_READERS: readonly TokenRole[] = ['analyst', 'operator', 'auditor', 'admin'];
const WARNING_READERS: readonly TokenRole[] = ['analyst', 'auditor', 'admin'];
const WARNERS: readonly TokenRole[] = ['analyst', 'admin'];

/** `open`: without a token. */
export const ROUTES: Readonly<Record<string, readonly TokenRole[] | 'open'>> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': LIST_READERS,
  'POST /api/session': 'open',
  'GET /api/session': ALL,
  'DELETE /api/session': ALL,
  // What is going on
  'GET /api/overview': ALL,
  'GET /api/figures/history': ALL,
  'GET /api/live': ALL,
  // Operators and their exporters: an operator's own
  'GET /api/operators': ALL,
  'GET /api/operators/:id': ALL,
  'PUT /api/operators/:id': ['engineer', 'admin'],
  'GET /api/exporters': ALL,
  // Authorisations and legal bases
  'GET /api/authorisations': LIST_READERS,
  'POST /api/authorisations': LIST_CHANGERS,
  'GET /api/authorisations/:reference': LIST_READERS,
  'POST /api/authorisations/:reference/steps': LIST_CHANGERS,
  'GET /api/authorisations/:reference/reports/:kind': LIST_READERS,
  'GET /api/bases': LIST_READERS,
  'POST /api/bases/:basis/steps': LIST_CHANGERS,
  // Disputes, warning lists, notices: an operator's own
  'GET /api/disputes': ALL,
  'POST /api/disputes': ANSWERERS,
  'POST /api/disputes/:id/decisions': LIST_CHANGERS,
  'GET /api/warninglists': LIST_READERS,
  'GET /api/warninglists/check': LIST_READERS,
  'GET /api/notices': ALL,
  'GET /api/notices/:id': ALL,
  'POST /api/notices/:id/acknowledgement': ANSWERERS,
  'GET /api/signing-key': ALL,
  // Victims, of an operator its own
  'GET /api/victims': VICTIM_READERS,
  'GET /api/victims/groups': VICTIM_READERS,
  'POST /api/victims/find': VICTIM_READERS,
  'GET /api/victims/:victim': VICTIM_READERS,
  'GET /api/matches': VICTIM_READERS,
  'GET /api/exports/:for/:format': VICTIM_READERS,
  // Entities and warnings
  'GET /api/entities': WARNING_READERS,
  'GET /api/entities/:id': WARNING_READERS,
  'POST /api/entities/import': WARNERS,
  'GET /api/warnings': WARNING_READERS,
  'GET /api/warnings/:ticket': WARNING_READERS,
  'POST /api/warnings/draft': WARNERS,
  'POST /api/warnings/:ticket/steps': WARNERS,
  // Indicators: what operators need of them stands in their notices
  'GET /api/indicators': LIST_READERS,
  'GET /api/indicators/:id': LIST_READERS,
  'GET /api/indicators/:id/history': LIST_READERS,
  'POST /api/indicators/:id/steps': LIST_CHANGERS,
  'POST /api/indicators/:id/complete': LIST_CHANGERS,
  'POST /api/indicators/verify': LIST_CHANGERS,
  'POST /api/indicators/import': LIST_CHANGERS,
  'POST /api/explain': LIST_READERS,
  // Tokens
  'GET /api/tokens': ADMIN,
  'POST /api/tokens': ADMIN,
  'DELETE /api/tokens/:id': ADMIN,
  // Ledger and audit log
  'GET /api/ledger': ALL,
  'GET /api/audit/events': ACCOUNTS,
  'GET /api/audit/heads': ACCOUNTS,
  'POST /api/audit/heads': ['engineer', 'admin'],
  'GET /api/audit/key': ACCOUNTS,
  'GET /api/audit/proof': ACCOUNTS,
  'GET /api/audit/consistency': ACCOUNTS,
  'GET /api/audit/export': ACCOUNTS,
  'GET /api/consultations': ['auditor', 'admin'],
  // Retention, sequester, data subjects
  'POST /api/subject': ['analyst', 'auditor', 'admin'],
  'GET /api/retention': ['analyst', 'engineer', 'auditor', 'admin'],
  'POST /api/purge': ['analyst', 'engineer', 'admin'],
  'POST /api/investigations/close': ['analyst', 'admin'],
  'GET /api/sequesters': ['analyst', 'auditor', 'admin'],
  'GET /api/sequesters/:sequester': ['analyst', 'auditor', 'admin'],
  'POST /api/sequesters': ['analyst', 'admin'],
  'POST /api/sequesters/:sequester/release': ['analyst', 'admin'],
  'POST /api/sequesters/:sequester/destroy': ['analyst', 'admin'],
  'GET /api/openapi.json': ALL,
};

/** Of them, those that a program on the same machine may ask without a token. */
const OPEN_ON_LOOPBACK: ReadonlySet<string> = new Set(['GET /metrics']);

export function isOpenOnLoopback(method: string, url: string): boolean {
  return OPEN_ON_LOOPBACK.has(`${method} ${url}`);
}

export function rolesOf(method: string, url: string): readonly TokenRole[] | 'open' | undefined {
  // What may be read may be asked for its head.
  return ROUTES[`${method === 'HEAD' ? 'GET' : method} ${url}`];
}
