// What the matches show of one victim and one indicator, as one operator delivered them (L14): its days of contact, put
// together, and the class that follows.
import type { TimeSource } from '../core/flow.ts';
import { DAY_MS, HOUR_MS } from '../core/time.ts';
import type { ContactDayRow, Summary } from '../store/contacts.ts';
import type { Database } from '../store/database.ts';
import { daysReader, type StoredEvidence } from '../store/evidence.ts';
import { TIME_SOURCES } from '../store/matches.ts';
import {
  type BeaconBand,
  type BeaconScore,
  beaconBand,
  INSUFFICIENT,
  type Insufficient,
  isBeaconing,
} from './beacon.ts';
import { type Different, together } from './different.ts';
import { CLASS_WORDS, type EvidenceClass, evidenceClass, strengthOf } from './evidence-class.ts';

export interface OneWay {
  readonly flows: number;
  /** As counted by the exporter, not multiplied by its sampling; `null` = it counts none. */
  readonly bytes: number | null;
  readonly packets: number | null;
  /** United over all flows; `null` = not exported. */
  readonly tcpFlags: number | null;
}

/** The most beacon-like day (UTC), or why there is none. */
export type Beacon =
  | ({
      readonly dayMs: number;
      readonly contacts: number;
      readonly band: BeaconBand;
      readonly isBeaconing: boolean;
    } & BeaconScore)
  | { readonly score: null; readonly insufficient: Insufficient; readonly reason: string };

export interface Evidence {
  readonly class: EvidenceClass;
  /** What the class means. */
  readonly meaning: string;
  readonly flows: number;
  readonly toC2: OneWay;
  readonly fromC2: OneWay;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Distinct hours and days (UTC) with contact. */
  readonly hours: number;
  readonly days: number;
  /** Hours with traffic both ways, or with what else shows a conversation. */
  readonly provenHours: number;
  readonly protocols: readonly number[];
  readonly c2s: Different<string>;
  readonly victimPorts: Different<number>;
  readonly c2Ports: Different<number>;
  readonly exporters: Different<string>;
  /** One in so many packets; `null` = no exporter announced it. */
  readonly sampling: { readonly min: number; readonly max: number } | null;
  readonly timeSources: readonly TimeSource[];
  readonly beacon: Beacon;
}

/** Values listed of ports, addresses and exporters. */
const MOST_LISTED = 16;

/** @param days of one victim, indicator, operator and basis; at least one, in order */
export function evidenceOf(days: readonly ContactDayRow[]): Evidence {
  const classified = classOf(days);
  const toC2 = oneWay(days, 'To');
  const fromC2 = oneWay(days, 'From');
  return {
    class: classified,
    meaning: CLASS_WORDS[classified],
    flows: toC2.flows + fromC2.flows,
    toC2,
    fromC2,
    firstMs: Math.min(...days.map(({ firstMs }) => firstMs)),
    lastMs: Math.max(...days.map(({ lastMs }) => lastMs)),
    hours: countBits(days, 'hours'),
    days: days.length,
    provenHours: countBits(days, 'provenHours'),
    protocols: [...new Set(days.flatMap(({ protocols }) => JSON.parse(protocols) as number[]))],
    c2s: together(
      days.map((day) => ({ listed: JSON.parse(day.c2s), count: day.c2Count })),
      MOST_LISTED,
    ),
    victimPorts: together(
      days.map((day) => ({ listed: JSON.parse(day.victimPorts), count: day.victimPortCount })),
      MOST_LISTED,
    ),
    c2Ports: together(
      days.map((day) => ({ listed: JSON.parse(day.c2Ports), count: day.c2PortCount })),
      MOST_LISTED,
    ),
    exporters: together(
      days.map((day) => ({ listed: JSON.parse(day.exporters), count: day.exporterCount })),
      MOST_LISTED,
    ),
    sampling: samplingOf(days),
    timeSources: TIME_SOURCES.filter((_, at) => days.some(({ timeSources }) => timeSources & (1 << at))),
    beacon: beaconOf(days),
  };
}

/** What is kept of evidence for lists. @param days as there */
export function summaryOf(days: readonly ContactDayRow[]): Summary {
  const evidence = evidenceOf(days);
  const { class: classified, beacon, flows, toC2, fromC2, hours, firstMs, lastMs } = evidence;
  const columns = {
    class: classified,
    strength: strengthOf(classified),
    score: beacon.score,
    flows,
    bytes: sumOf([toC2.bytes, fromC2.bytes]),
    hours,
    firstMs,
    lastMs,
  };
  return { columns, details: JSON.stringify(evidence) };
}

/** As it was when it was put together, or from its days. */
export function evidenceReader(db: Database): (stored: Pick<StoredEvidence, 'id' | 'details'>) => Evidence {
  const daysOf = daysReader(db);
  return (stored) =>
    stored.details === null ? evidenceOf(daysOf(stored)) : (JSON.parse(stored.details) as Evidence);
}

function classOf(days: readonly ContactDayRow[]): EvidenceClass {
  const best = bestDay(days);
  return evidenceClass({
    signals: days.reduce((all, { signals }) => all | signals, 0),
    provenHours: countBits(days, 'provenHours'),
    isBeaconing: best !== null && isBeaconing(best),
  });
}

type ScoredDay = ContactDayRow & BeaconScore;

/** The day with the highest score, the latest of several. */
function bestDay(days: readonly ContactDayRow[]): ScoredDay | null {
  let best: ScoredDay | null = null;
  for (const day of days) if (isScored(day) && day.score >= (best?.score ?? 0)) best = day;
  return best;
}

/** Of the best day; without one, what the last day lacked. */
function beaconOf(days: readonly ContactDayRow[]): Beacon {
  const best = bestDay(days);
  if (!best) {
    const insufficient = (days.at(-1)?.insufficient ?? 'too-few') as Insufficient;
    return { score: null, insufficient, reason: INSUFFICIENT[insufficient] };
  }
  const { day, points, intervals, sizes, duration, histogram, score } = best;
  return {
    dayMs: day * DAY_MS,
    contacts: points,
    band: beaconBand(score),
    isBeaconing: isBeaconing(best),
    intervals,
    sizes,
    duration,
    histogram,
    score,
  };
}

function isScored(day: ContactDayRow): day is ScoredDay {
  return day.score !== null;
}

function oneWay(days: readonly ContactDayRow[], way: 'To' | 'From'): OneWay {
  return {
    flows: days.reduce((sum, day) => sum + day[`flows${way}`], 0),
    bytes: sumOf(days.map((day) => day[`bytes${way}`])),
    packets: sumOf(days.map((day) => day[`packets${way}`])),
    tcpFlags: days
      .map((day) => day[`flags${way}`])
      .reduce((all, flags) => (flags === null ? all : (all ?? 0) | flags), null),
  };
}

function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
}

function samplingOf(days: readonly ContactDayRow[]): Evidence['sampling'] {
  const known = days.filter((day) => day.samplingMin !== null && day.samplingMax !== null);
  if (known.length === 0) return null;
  return {
    min: Math.min(...known.map(({ samplingMin }) => samplingMin as number)),
    max: Math.max(...known.map(({ samplingMax }) => samplingMax as number)),
  };
}

function countBits(days: readonly ContactDayRow[], hours: 'hours' | 'provenHours'): number {
  let count = 0;
  for (const day of days) for (let mask = day[hours]; mask !== 0; mask &= mask - 1) count++;
  return count;
}

/** Hours of a mask, 0 to 23. */
export function hoursOf(mask: number): number[] {
  return Array.from({ length: DAY_MS / HOUR_MS }, (_, hour) => hour).filter((hour) => mask & (1 << hour));
}
