// The audit log in pages, of the events that a filter leaves: read a stretch at a time, since most filters have no index.
import type { LoggedEvent } from '../audit/event-leaf.ts';
import { type EventFilter, eventConditions } from './audit-log.ts';
import { type EventRow, lastSequence, loggedEvent } from './audit-tree.ts';
import type { Database } from './database.ts';

/** Some milliseconds of work. */
const EVENTS_A_STRETCH = 20_000;

export interface EventPage {
  readonly filter: Omit<EventFilter, 'limit'>;
  readonly order: 'asc' | 'desc';
  /** Sequence of the last event of the page before; `null` = from the beginning. */
  readonly after: number | null;
  readonly limit: number;
}

/** Yields between stretches. @returns at most `limit` events */
export function* readEventPage(
  db: Database,
  { filter, order, after, limit }: EventPage,
): Generator<void, LoggedEvent[]> {
  const isUp = order === 'asc';
  const last = lastSequence(db);
  const conditions = eventConditions(filter);
  // Without a filter, and by object, the page is found at once.
  const stretch = conditions.length === 0 || filter.object !== undefined ? last : EVENTS_A_STRETCH;
  const select = db.prepare<object, EventRow>(
    `SELECT * FROM events WHERE ${['sequence > @below AND sequence <= @upTo', ...conditions].join(' AND ')}
     ORDER BY sequence ${isUp ? 'ASC' : 'DESC'} LIMIT @left`,
  );
  const found: LoggedEvent[] = [];
  const from = after ?? (isUp ? 0 : last + 1);
  for (let n = 0; found.length < limit; n++) {
    const below = isUp ? from + n * stretch : Math.max(0, from - 1 - (n + 1) * stretch);
    const upTo = isUp ? Math.min(last, below + stretch) : from - 1 - n * stretch;
    if (below >= upTo) break;
    const rows = select.all({ ...filter, below, upTo, left: limit - found.length });
    found.push(...rows.map(loggedEvent));
    yield;
  }
  return found;
}
