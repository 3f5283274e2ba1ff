// Readings of matches and victims, recorded before anything is answered (L18).
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { beginReading, type OpenReading, type ReadingKind } from '../store/consultations.ts';
import type { Database } from '../store/database.ts';
import { actorOfRequest } from './access.ts';

/** For the query of every route that shows matches, victims or what is made of them. */
export const PURPOSE = { purpose: z.string().trim().min(1).max(1_000) } as const;

/** Call before anything is answered; `end` with how many rows once all are. */
export function recordReading(
  db: Database,
  request: FastifyRequest,
  {
    kind,
    filter,
    purpose,
  }: { readonly kind: ReadingKind; readonly filter: object; readonly purpose: string },
): OpenReading {
  const { person, role } = actorOfRequest(request);
  return beginReading(db, { kind, filter, purpose, by: person, role });
}
