// When a verbal decision must have been confirmed at the latest (I3), and months, by the regime's own calendar: its time
// zone, and its days that are no working days.
import { addDuration, DAY_MS, parseDuration } from '../core/time.ts';
import { type Calendar, type Method, WEEKDAYS } from './regime.ts';

/** No calendar has more days on end without work; one that has none at all still gives an answer. */
const MOST_DAYS = 31;

/** The instant from which an urgent decision that is not confirmed is in force no more. */
export function confirmationDeadline(method: Method, decidedMs: number, calendar: Calendar): number {
  if (method.confirmation.by === 'duration') {
    const term = parseDuration(method.confirmation.term ?? '');
    return 'value' in term ? addDuration(decidedMs, term.value) : decidedMs;
  }
  let day = localDay(decidedMs, calendar.timeZone);
  for (let tried = 0; tried < MOST_DAYS; tried++) {
    day += DAY_MS;
    if (isWorkingDay(day, calendar)) break;
  }
  return startOfLocalDay(day + DAY_MS, calendar.timeZone);
}

/** Days are handled as their midnight by UTC. */
function isWorkingDay(day: number, { weekend, holidays, afterEaster }: Calendar): boolean {
  const date = new Date(day);
  if (weekend.includes(WEEKDAYS[date.getUTCDay()]!)) return false;
  if (holidays.includes(date.toISOString().slice(5, 10))) return false;
  const sinceEaster = Math.round((day - easter(date.getUTCFullYear())) / DAY_MS);
  return !afterEaster.includes(sinceEaster);
}

/** Easter Sunday of the Gregorian calendar (Butcher's algorithm). */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return Date.UTC(year, Math.floor(f / 31) - 1, (f % 31) + 1);
}

function localDay(atMs: number, timeZone: string): number {
  const local = atMs + offsetMs(atMs, timeZone);
  return local - (((local % DAY_MS) + DAY_MS) % DAY_MS);
}

function startOfLocalDay(day: number, timeZone: string): number {
  const guess = day - offsetMs(day, timeZone);
  return day - offsetMs(guess, timeZone);
}

/** What the zone's clocks are ahead of UTC at an instant. */
function offsetMs(atMs: number, timeZone: string): number {
  const second = atMs - (atMs % 1000);
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(second);
  const part = (type: string): number => Number(parts.find((found) => found.type === type)?.value);
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    second
  );
}

/** A month such as `2026-06`, checked: from its first midnight to the next one's, on the calendar's own clocks. */
export function monthSpan(month: string, { timeZone }: Calendar): { fromMs: number; untilMs: number } {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const start = (of: number): number => startOfLocalDay(Date.UTC(year, of, 1), timeZone);
  return { fromMs: start(number - 1), untilMs: start(number) };
}
