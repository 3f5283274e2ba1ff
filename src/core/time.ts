// Instants and durations as people write them (ISO 8601). Instants are epoch milliseconds, UTC.

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2}))?$/;

/** A parsed value, or what is wrong with the text. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

/**
 * A date (midnight UTC, the beginning of that day) or a date and time with its offset from UTC. A time without an
 * offset is refused; digits beyond the millisecond are cut off.
 */
export function parseInstant(text: string): Parsed<number> {
  const found = INSTANT.exec(text);
  if (!found) return { problem: instantProblem(text) };
  const part = (at: number): number => Number(found[at] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    return { problem: 'there is no such day' };
  }
  if (hour > 23 || minute > 59 || second > 59) return { problem: 'there is no such time of day' };
  const milliseconds = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offset = offsetMinutes(found[8] ?? 'Z');
  if (offset === null) return { problem: 'there is no such offset from UTC' };
  if (year < 1970) return { problem: 'the year must be 1970 or later' };
  return { value: Date.UTC(year, month - 1, day, hour, minute - offset, second, milliseconds) };
}

function instantProblem(text: string): string {
  return /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}/.test(text)
    ? 'a time needs its offset from UTC: end it in Z or +02:00'
    : 'not a date (2026-06-25) or a date and time (2026-06-25T09:00:00Z)';
}

function offsetMinutes(text: string): number | null {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** `2026-06-25T09:00:00.000Z`. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Calendar months and exact milliseconds: they do not add up to one number, since months differ. */
export interface Duration {
  readonly months: number;
  readonly ms: number;
}

const DURATION =
  /^P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** `P12M`, `P7D`, `P1W`, `PT36H`; a day is 24 hours. Nothing of length zero. */
export function parseDuration(text: string): Parsed<Duration> {
  const found = DURATION.exec(text);
  if (!found) return { problem: 'not a duration such as P7D, PT12H or P6M' };
  const part = (at: number): number => Number(found[at] ?? 0);
  const months = part(1) * 12 + part(2);
  const ms = (part(3) * 7 + part(4)) * DAY_MS + part(5) * HOUR_MS + part(6) * MINUTE_MS + part(7) * 1000;
  if (months === 0 && ms === 0) return { problem: 'a duration of zero' };
  return { value: { months, ms } };
}

/** Months by the calendar, the last day of the month standing in for one that does not exist; then the rest. */
export function addDuration(atMs: number, duration: Duration): number {
  return addMonths(atMs, duration.months) + duration.ms;
}

/**
 * The earliest instant from which `duration` reaches `atMs`: what was kept for that long is still kept then. Where a month
 * lacks the day (31 August less six months), that is the first of the next month, never an instant too early.
 */
export function subtractDuration(atMs: number, duration: Duration): number {
  const target = atMs - duration.ms;
  const before = addMonths(target, -duration.months);
  if (addMonths(before, duration.months) >= target) return before;
  const date = new Date(before);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

function addMonths(atMs: number, months: number): number {
  if (months === 0) return atMs;
  const date = new Date(atMs);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  date.setUTCDate(Math.min(day, daysInMonth(date.getUTCFullYear(), date.getUTCMonth() + 1)));
  return date.getTime();
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
