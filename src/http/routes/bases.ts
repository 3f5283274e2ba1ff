// Legal bases: what rests on each, and what a court's ruling does to one (L20).
import { z } from 'zod';
import { BASIS_KINDS } from '../../authority/bases.ts';
import { BASIS_STEP_KINDS } from '../../authority/steps.ts';
import { FlowSieveError } from '../../core/errors.ts';
import { type BasisStanding, changeBasis, listBases } from '../../store/bases.ts';
import { changeOf } from '../access.ts';
import type { HttpContext } from '../context.ts';
import type { App } from '../server.ts';
import { EVIDENCE, REASON, STEP } from '../steps.ts';
import { seenVersion, setVersion } from '../versions.ts';

const BASIS_STEP = STEP.extend({ kind: z.enum(BASIS_STEP_KINDS) });
const BASIS = z.object({
  id: z.string(),
  kind: z.enum(BASIS_KINDS),
  name: z.string(),
  source: z.string(),
  regimes: z.array(z.string()).readonly(),
  /** For `If-Match`: the number of its last step. */
  step: z.number(),
  suspended: BASIS_STEP.nullable(),
  indicators: z.number(),
});
export type BasisLine = z.infer<typeof BASIS>;

export function basisRoutes(app: App, { db }: HttpContext): void {
  app.get(
    '/api/bases',
    {
      schema: {
        summary: 'The legal bases of all regimes, whether they are suspended, and what rests on them',
        response: { 200: z.object({ items: z.array(BASIS).readonly() }) },
      },
    },
    async () => ({ items: listBases(db) }),
  );
  app.post(
    '/api/bases/:basis/steps',
    {
      schema: {
        summary: 'Suspend all that rests on a basis and sequester its matches, or lift both',
        params: z.object({ basis: z.string().max(64) }),
        body: z.object({
          kind: z.enum(BASIS_STEP_KINDS),
          /** The date of the ruling; it takes effect when it is recorded. */
          atMs: z.number().int().optional(),
          reason: REASON,
          evidence: EVIDENCE.optional(),
        }),
        response: { 201: BASIS_STEP },
      },
    },
    async (request, reply) => {
      const { id } = named(request.params.basis);
      const options = { expectedStep: seenVersion(request) };
      const step = changeBasis(db, id, request.body, changeOf(request), options);
      setVersion(reply, step.step);
      return reply.code(201).send(step);
    },
  );

  function named(id: string): Pick<BasisStanding, 'id'> {
    const found = listBases(db).find((basis) => basis.id === id);
    if (found) return found;
    throw new FlowSieveError('NOT_FOUND', `there is no basis ${id}: GET /api/bases shows those there are`);
  }
}
