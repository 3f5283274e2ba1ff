// When a verbal decision must have been confirmed at the latest (I3). A working day is every day but Saturdays, Sundays
// and public holidays (law of 30 November 1998, Art. 3, 28°); days are those of the regime's own time zone.
import { addDuration, DAY_MS, parseDuration } from '../core/time.ts';
import type { Method } from './regime.ts';

/** Month and day of Belgium's public holidays that do not move (royal decree of 18 April 1974, Art. 1). */
const FIXED_HOLIDAYS: ReadonlySet<string> = new Set(['1-1', '5-1', '7-21', '8-15', '11-1', '11-11', '12-25']);
/** Days after Easter Sunday: Easter Monday, Ascension, Whit Monday. */
const MOVING_HOLIDAYS: readonly number[] = [1, 39, 50];

/** The instant from which an urgent decision that is not confirmed is in force no more. */
export function confirmationDeadline(method: Method, decidedMs: number, timeZone: string): number {
  if (method.confirmation.by === 'duration') {
    const term = parseDuration(method.confirmation.term ?? '');
    return 'value' in term ? addDuration(decidedMs, term.value) : decidedMs;
  }
  let day = localDay(decidedMs, timeZone);
  do day += DAY_MS;
  while (!isWorkingDay(day));
  return startOfLocalDay(day + DAY_MS, timeZone);
}

/** Days are handled as their midnight by UTC. */
function isWorkingDay(day: number): boolean {
  const date = new Date(day);
  const weekday = date.getUTCDay();
  if (weekday === 0 || weekday === 6) return false;
  if (FIXED_HOLIDAYS.has(`${date.getUTCMonth() + 1}-${date.getUTCDate()}`)) return false;
  const sinceEaster = Math.round((day - easter(date.getUTCFullYear())) / DAY_MS);
  return !MOVING_HOLIDAYS.includes(sinceEaster);
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
