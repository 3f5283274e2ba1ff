// The days of contact of one victim under one indicator, as they are shown.
import { DAY_MS } from '../core/time.ts';
import type { ContactDayRow } from '../store/contacts.ts';
import { hoursOf } from './evidence.ts';

export interface TimelineDay {
  /** Its beginning, UTC. */
  readonly dayMs: number;
  readonly flowsTo: number;
  readonly flowsFrom: number;
  readonly bytesTo: number | null;
  readonly bytesFrom: number | null;
  /** Hours (UTC, 0 to 23) with contact, and those of them with traffic both ways or what else shows a conversation. */
  readonly hours: readonly number[];
  readonly provenHours: readonly number[];
  /** The beacon score, 0 to 1; `null` = there was too little to tell. */
  readonly beacon: number | null;
}

export function timelineDay(row: ContactDayRow): TimelineDay {
  const { day, flowsTo, flowsFrom, bytesTo, bytesFrom, hours, provenHours, score } = row;
  return {
    dayMs: day * DAY_MS,
    flowsTo,
    flowsFrom,
    bytesTo,
    bytesFrom,
    hours: hoursOf(hours),
    provenHours: hoursOf(provenHours),
    beacon: score,
  };
}
