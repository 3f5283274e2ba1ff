// The ledger: what became of every record, and how much of what was sent was looked at (L22).
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { DISCARD_REASONS, LEDGER_COLUMNS } from '../../core/counters.ts';
import { DAY_MS } from '../../core/time.ts';
import type { LedgerLine } from '../../store/ledger.ts';
import { coverageOf, discrepancyOf } from '../../store/ledger-coverage.ts';
import {
  compareNames,
  type LedgerPeriod,
  ledgerByInterval,
  ledgerByName,
  nameOf,
} from '../../store/ledger-days.ts';
import { actorOfRequest } from '../access.ts';
import type { HttpContext } from '../context.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import type { App } from '../server.ts';

/** Without `since`. */
const DEFAULT_DAYS = 31;

function counts<Name extends string>(names: readonly Name[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, z.number()])) as Record<Name, z.ZodNumber>);
}

type Count = Exclude<(typeof LEDGER_COLUMNS)[number], (typeof DISCARD_REASONS)[number]>;
const COUNTS = LEDGER_COLUMNS.filter(
  (column): column is Count => !(DISCARD_REASONS as readonly string[]).includes(column),
);

const LINE = counts(COUNTS).extend({
  fromMs: z.number(),
  toMs: z.number(),
  operator: z.string(),
  /** `null` = all of the operator, or the input does not tell. */
  exporter: z.string().nullable(),
  discarded: counts(DISCARD_REASONS),
  unaccounted: z.number(),
  lastSeenMs: z.number().nullable(),
  clockSkewMs: z.number().nullable(),
  sampling: z.number().nullable(),
  coverage: z.object({
    received: z.object({ records: z.number(), undecodable: z.number() }),
    accounted: z.object({ matched: z.number(), discarded: z.number() }),
    lostDatagrams: z.number(),
    /** 0 to 1, of the datagrams that came. */
    lostShare: z.number(),
    sequenceLost: z.number(),
    sampling: z.number().nullable(),
    clockSkewMs: z.number().nullable(),
  }),
  /** What is not accounted for, in words; `null` = everything is. */
  discrepancy: z.string().nullable(),
});
export type LedgerItem = z.infer<typeof LINE>;

const LEDGER = pageOf(LINE).extend({ sinceMs: z.number(), untilMs: z.number() });
export type LedgerAnswer = z.infer<typeof LEDGER>;

const QUERY = z.object({
  ...PAGE_QUERY,
  by: z.enum(['operator', 'exporter', 'hour', 'day']).default('operator'),
  since: z.coerce.number().int().min(0).optional(),
  until: z.coerce.number().int().min(0).optional(),
  operator: z.string().max(64).optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
});

export function ledgerRoutes(app: App, { db }: HttpContext): void {
  app.get(
    '/api/ledger',
    {
      schema: {
        summary:
          'What became of every record: received = matched + discarded, by reason; by hour or day the newest first. ' +
          'An operator sees its own',
        querystring: QUERY,
        response: { 200: LEDGER },
      },
    },
    async (request) => {
      const { by, since, until = Date.now() + 1, operator = null, order, limit, cursor } = request.query;
      const sinceMs = since ?? Math.floor((until - DEFAULT_DAYS * DAY_MS) / DAY_MS) * DAY_MS;
      const period: LedgerPeriod = {
        // Whatever operator it asks for: its own.
        operator: actorOfRequest(request).operator ?? operator,
        fromMs: Math.max(0, sinceMs),
        untilMs: until,
      };
      const page =
        by === 'operator' || by === 'exporter'
          ? await pageByName(by, period, limit, cursor)
          : await pageByInterval(by, period, order, limit, cursor);
      return { ...page, sinceMs: period.fromMs, untilMs: until };
    },
  );

  async function pageByName(
    by: 'operator' | 'exporter',
    period: LedgerPeriod,
    limit: number,
    cursor: string | undefined,
  ) {
    const after = readCursor(cursor, 1);
    const steps = ledgerByName(db, by, period);
    for (;;) {
      const step = steps.next();
      if (step.done) {
        const rest = step.value.filter(
          (line) => after === null || compareNames(nameOf(line), String(after[0])) > 0,
        );
        return pageOfLines(rest, limit, step.value.length, (line) => [nameOf(line)]);
      }
      await nextTurn();
    }
  }

  async function pageByInterval(
    by: 'hour' | 'day',
    period: LedgerPeriod,
    order: 'asc' | 'desc',
    limit: number,
    cursor: string | undefined,
  ) {
    const after = readCursor(cursor, 2);
    const [atMs, operator] = after === null ? [null, ''] : [Number(after[0]), String(after[1])];
    const sign = order === 'asc' ? 1 : -1;
    const isAfter = (line: LedgerLine) =>
      atMs === null || sign * (line.fromMs - atMs || compareNames(line.operator, operator)) > 0;
    // The day of the cursor's line is looked at again, and no day before it.
    const rest =
      atMs === null
        ? period
        : order === 'asc'
          ? { ...period, fromMs: Math.max(period.fromMs, startOfDay(atMs)) }
          : { ...period, untilMs: Math.min(period.untilMs, startOfDay(atMs) + DAY_MS) };
    const lines: LedgerLine[] = [];
    for (const ofDay of ledgerByInterval(db, by, rest, order)) {
      lines.push(...ofDay.filter(isAfter));
      if (lines.length > limit) break;
      await nextTurn();
    }
    return pageOfLines(lines, limit, null, ({ fromMs, operator: of }) => [fromMs, of]);
  }
}

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

function pageOfLines(
  lines: readonly LedgerLine[],
  limit: number,
  total: number | null,
  placeOf: (line: LedgerLine) => readonly (string | number)[],
) {
  const shown = lines.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((line) => ({ ...line, coverage: coverageOf(line), discrepancy: discrepancyOf(line) })),
    nextCursor: last && lines.length > limit ? cursorAfter(placeOf(last)) : null,
    total,
  };
}
