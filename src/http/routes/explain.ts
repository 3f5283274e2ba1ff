// Whether one flow would match, and by which rules. The flow is a question: nothing is looked up among those stored.
import { z } from 'zod';
import { withChecks } from '../../authority/told.ts';
import { inForceOptions } from '../../config/in-force-options.ts';
import { parsePrefix } from '../../core/prefix.ts';
import { explainFlow } from '../../engine/flow-explanation.ts';
import type { HttpContext } from '../context.ts';
import type { App } from '../server.ts';
import { TOLD } from './indicator-shapes.ts';

const ADDRESS = z
  .string()
  .max(64)
  .refine((text) => wordsOf(text) !== null, 'must be one IPv4 or IPv6 address');
const INSTANT = z.number().int().min(0);
const PORT = z.number().int().min(0).max(65_535);

const FLOW = z
  .strictObject({
    src: ADDRESS.optional(),
    dst: ADDRESS.optional(),
    srcPort: PORT.optional(),
    dstPort: PORT.optional(),
    /** IANA number. */
    protocol: z.number().int().min(0).max(255).optional(),
    startMs: INSTANT,
    endMs: INSTANT.optional(),
  })
  .refine(({ src, dst }) => src !== undefined || dst !== undefined, {
    path: ['dst'],
    message: 'src or dst is required',
  })
  .refine(({ startMs, endMs = startMs }) => endMs >= startMs, {
    path: ['endMs'],
    message: 'lies before startMs',
  });

const EXPLANATION = z.object({
  /** `matched`, or for which reason it would be discarded. */
  verdict: z.string(),
  evaluatedAtMs: z.number(),
  indicators: z
    .array(
      z.object({
        id: z.string(),
        address: z.string(),
        authorisation: z.string(),
        direction: z.string(),
        verdict: z.string(),
        /** In the order in which they are asked; the first that does not hold decides. */
        checks: z
          .array(z.object({ reason: z.string(), holds: z.boolean(), rule: z.string(), ...TOLD }))
          .readonly(),
      }),
    )
    .readonly(),
});
export type ExplainAnswer = z.infer<typeof EXPLANATION>;

export function explainRoutes(app: App, context: HttpContext): void {
  app.post(
    '/api/explain',
    {
      schema: {
        summary: 'Would this flow match? The matcher’s verdict, with every rule that it asks',
        body: z.strictObject({
          flow: FLOW,
          operator: z.string().max(64),
          /** Under which basis the operator kept it. */
          retentionBasis: z.string().max(64),
          /** When it is looked at; without it, now. */
          evaluatedAtMs: INSTANT.optional(),
          asKnownAtMs: INSTANT.optional(),
        }),
        response: { 200: EXPLANATION },
      },
    },
    async (request) => {
      const { flow, operator, retentionBasis, evaluatedAtMs = Date.now(), asKnownAtMs } = request.body;
      const { src, dst, startMs, endMs = startMs } = flow;
      const asked = {
        src: src === undefined ? null : wordsOf(src),
        dst: dst === undefined ? null : wordsOf(dst),
        srcPort: flow.srcPort ?? null,
        dstPort: flow.dstPort ?? null,
        protocol: flow.protocol ?? null,
        startMs,
        endMs,
      };
      const { configuration, db } = context;
      const { straddling } = configuration.matching;
      const evaluation = { operator, retentionBasis, atMs: evaluatedAtMs, straddling };
      const options = inForceOptions(configuration);
      const { verdict, indicators } = explainFlow(db, asked, evaluation, options, asKnownAtMs);
      return { verdict, indicators: indicators.map(withChecks), evaluatedAtMs };
    },
  );
}

function wordsOf(text: string): readonly number[] | null {
  const parsed = parsePrefix(text);
  return 'problem' in parsed || text.includes('/') ? null : parsed.value.first;
}
