// Victims: what the matches show of each. No address of one stands in a path: `id` names it there.
import { z } from 'zod';
import { parsePrefix } from '../../core/prefix.ts';
import { ContactTable } from '../../store/contacts.ts';
import { countEvidence, daysReader, evidencePage, type StoredEvidence } from '../../store/evidence.ts';
import { EVIDENCE_ORDERS, type EvidenceOrder } from '../../store/evidence-orders.ts';
import { indicatorReader } from '../../store/indicator-records.ts';
import { VictimIds } from '../../store/victim-ids.ts';
import { listWarnings, WARNING_STATES } from '../../store/warnings.ts';
import { EVIDENCE_CLASSES } from '../../victims/evidence-class.ts';
import { withoutEntity } from '../../victims/exports/handed.ts';
import { GROUPINGS, groupVictims } from '../../victims/groups.ts';
import { timelineDay } from '../../victims/timeline.ts';
import { type Victim, VictimReader, victimPage } from '../../victims/victims.ts';
import type { Attributors } from '../attributors.ts';
import type { HttpContext } from '../context.ts';
import { givenOnly } from '../given.ts';
import { cursorAfter, PAGE_QUERY, pageOf, readCursor } from '../paging.ts';
import { HttpError } from '../problem.ts';
import { PURPOSE, recordReading } from '../reading.ts';
import { refuseOperator, scopeOf, withinScope } from '../scope.ts';
import type { App } from '../server.ts';
import { TIMELINE_DAY, VICTIM, VICTIM_FILTERS } from '../victim-schema.ts';

/** Indicators of one victim that are shown, strongest evidence first. */
const MOST_INDICATORS = 200;
const MOST_GROUPS = 500;

const LIST = pageOf(VICTIM).extend({
  /** Days of contact whose evidence is being computed. */
  pendingDays: z.number(),
});
const GROUPS = z.object({
  items: z
    .array(
      z.object({
        key: z.string().nullable(),
        name: z.string().nullable(),
        victims: z.number(),
        class: z.enum(EVIDENCE_CLASSES),
        lastMs: z.number(),
      }),
    )
    .readonly(),
  /** Further ones, with fewer victims. */
  more: z.number(),
});
const DETAIL = z.object({
  id: z.string(),
  victim: z.string(),
  attribution: VICTIM.shape.attribution,
  /** By indicator, operator and legal basis. */
  items: z.array(VICTIM.extend({ timeline: z.array(TIMELINE_DAY).readonly() })).readonly(),
  isCut: z.boolean(),
  /** That speak of it; an operator sees none. */
  warnings: z
    .array(z.object({ ticket: z.string(), state: z.enum(WARNING_STATES), recipient: z.string() }))
    .readonly(),
});
export type VictimItem = z.infer<typeof VICTIM>;
export type VictimsAnswer = z.infer<typeof LIST>;
export type VictimGroupsAnswer = z.infer<typeof GROUPS>;
export type VictimAnswer = z.infer<typeof DETAIL>;

const ORDERS = Object.keys(EVIDENCE_ORDERS) as [EvidenceOrder, ...EvidenceOrder[]];

export function victimRoutes(app: App, context: HttpContext, attributors: Attributors): void {
  const { db } = context;
  const contacts = new ContactTable(db);

  app.get(
    '/api/victims',
    {
      schema: {
        summary:
          'Victims by indicator, operator and basis, strongest evidence first; an operator sees its own',
        querystring: z.object({
          ...PAGE_QUERY,
          ...PURPOSE,
          ...VICTIM_FILTERS,
          /** Part of an operator, an entity's name, an indicator's id, address or threat. */
          q: z.string().max(200).optional(),
          sort: z.enum(ORDERS).optional(),
          /** Without `sort`, the strongest evidence comes first. */
          order: z.enum(['asc', 'desc']).default('asc'),
        }),
        response: { 200: LIST },
      },
    },
    async (request) => {
      const { limit, cursor, purpose, sort, order, class: classes, q: text, ...asked } = request.query;
      if (asked.entity !== undefined) refuseOperator(request, 'entity');
      const by = sort ?? 'class';
      const filter = withinScope(request, {
        ...givenOnly({ ...asked, classes, text }),
        order: by,
        isReversed: sort !== undefined && (order === 'desc') !== EVIDENCE_ORDERS[by].descends,
      });
      const after = readCursor(cursor, EVIDENCE_ORDERS[by].keys.length);
      const reading = recordReading(db, request, { kind: 'victims', filter, purpose });
      const attributor = await attributors.for(request);
      const { items, next } = victimPage(db, { ...filter, limit }, attributor, after);
      const view = viewer(request);
      reading.end(items.length);
      return {
        items: items.map(([stored, victim]) => view(stored, victim)),
        nextCursor: next && cursorAfter(next),
        total: filter.entity === undefined && text === undefined ? countEvidence(db, filter) : null,
        pendingDays: contacts.countStale(),
      };
    },
  );

  app.get(
    '/api/victims/groups',
    {
      schema: {
        summary: 'How many victims there are by entity, operator, indicator or class',
        querystring: z
          .object({ ...PURPOSE, ...VICTIM_FILTERS, by: z.enum(GROUPINGS) })
          .omit({ entity: true }),
        response: { 200: GROUPS },
      },
    },
    async (request) => {
      const { purpose, by, class: classes, ...asked } = request.query;
      if (by === 'entity') refuseOperator(request, 'by');
      const filter = withinScope(request, givenOnly({ ...asked, classes }));
      const reading = recordReading(db, request, { kind: 'victims', filter: { ...filter, by }, purpose });
      const groups = groupVictims(db, filter, by, await attributors.for(request));
      reading.end(groups.length);
      return { items: groups.slice(0, MOST_GROUPS), more: Math.max(0, groups.length - MOST_GROUPS) };
    },
  );

  app.post(
    '/api/victims/find',
    {
      schema: {
        summary: 'The id of the victim with an address, which so stands in no path and no query',
        body: z.object({ ...PURPOSE, address: z.string().min(1).max(64) }),
        response: { 200: z.object({ id: z.string() }) },
      },
    },
    async (request) => {
      const { address, purpose } = request.body;
      const parsed = parsePrefix(address);
      if ('problem' in parsed) throw new HttpError(400, `address: ${parsed.problem}`);
      const filter = withinScope(request, { victim: parsed.value.text });
      const reading = recordReading(db, request, { kind: 'victims', filter, purpose });
      const [found] = evidencePage(db, { ...filter, limit: 1 }, null).items;
      reading.end(found ? 1 : 0);
      if (!found) throw new HttpError(404, 'nothing is known of this address');
      return { id: new VictimIds(db).of(found) };
    },
  );

  app.get(
    '/api/victims/:victim',
    {
      schema: {
        summary: 'All evidence of one victim, with its days of contact; an operator sees what it delivered',
        params: z.object({ victim: z.string().max(64) }),
        querystring: z.object(PURPOSE),
        response: { 200: DETAIL },
      },
    },
    async (request) => {
      const { operator } = scopeOf(request);
      const id = request.params.victim;
      const victim = new VictimIds(db).find(id, operator);
      if (victim === null)
        throw new HttpError(404, 'there is no such victim, or what was held of it is erased');
      const filter = withinScope(request, { victim });
      const { purpose } = request.query;
      const reading = recordReading(db, request, { kind: 'victims', filter, purpose });
      const attributor = await attributors.for(request);
      const { items, next } = evidencePage(db, { ...filter, limit: MOST_INDICATORS }, null);
      const victims = new VictimReader(db, attributor);
      const daysOf = daysReader(db);
      const view = viewer(request);
      const shown = items.map((stored) => ({
        ...view(stored, victims.of(stored)),
        timeline: daysOf(stored).map(timelineDay),
      }));
      reading.end(shown.length);
      const [strongest] = shown;
      // Sequestered: as if it were not there.
      if (!strongest) throw new HttpError(404, 'there is no such victim, or what was held of it is erased');
      const warnings = operator === null ? listWarnings(db, { victim }) : [];
      return {
        id,
        victim,
        attribution: strongest.attribution,
        items: shown,
        isCut: next !== null,
        warnings: warnings.map(({ ticket, state, recipient: { kind, id: to } }) => ({
          ticket,
          state,
          recipient: `${kind} ${to}`,
        })),
      };
    },
  );

  /** Call after the reading is recorded. */
  function viewer(request: Parameters<typeof scopeOf>[0]) {
    const ids = new VictimIds(db);
    const isOperator = scopeOf(request).operator !== null;
    const readIndicator = indicatorReader(db);
    const threats = new Map<string, string | null>();
    const threatOf = (id: string): string | null => {
      if (!threats.has(id)) {
        const threat = readIndicator(id)?.indicator.threat;
        threats.set(id, threat ? (threat.name ?? threat.activity) : null);
      }
      return threats.get(id) ?? null;
    };
    return (stored: StoredEvidence, victim: Victim): VictimItem => ({
      ...(isOperator ? withoutEntity(victim) : victim),
      id: ids.of(stored),
      threat: threatOf(stored.indicator),
    });
  }
}
