// What of victims and matches whoever asks may see: an operator its own alone, an auditor also what is sequestered (I8).
// Decided here and nowhere else.
import type { FastifyRequest } from 'fastify';
import { actorOfRequest } from './access.ts';
import { HttpError } from './problem.ts';

export interface Scope {
  /** Whose; `null` = of all operators. */
  readonly operator: string | null;
  readonly sequestered: boolean;
}

export function scopeOf(request: FastifyRequest): Scope {
  const { operator, role } = actorOfRequest(request);
  return { operator, sequestered: role === 'auditor' };
}

/** A filter within what may be seen: whatever operator is asked for, an operator gets its own. */
export function withinScope<Filter extends object>(
  request: FastifyRequest,
  filter: Filter & { readonly operator?: string | undefined },
): Omit<Filter, 'operator'> & { readonly operator?: string; readonly sequestered: boolean } {
  const scope = scopeOf(request);
  const { operator: asked, ...rest } = filter;
  const operator = scope.operator ?? asked;
  return { ...rest, ...(operator === undefined ? {} : { operator }), sequestered: scope.sequestered };
}

/** @throws HttpError 403 to an operator: what the register knows of its customers is not the operator's to know */
export function refuseOperator(request: FastifyRequest, what: string): void {
  if (scopeOf(request).operator !== null) throw new HttpError(403, `${what}: not for the role operator`);
}
