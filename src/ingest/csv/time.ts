// Times as text: epoch numbers and calendar times, read from bytes into epoch milliseconds. NaN = not a time.
import type { TimeFormat } from './plan.ts';

const DAY_MS = 86_400_000;
/** The year 9999 ends here. */
const MAX_MS = 253_402_300_799_999;

const DOT = 0x2e;
const COLON = 0x3a;
const MINUS = 0x2d;
const PLUS = 0x2b;
const SLASH = 0x2f;
const SPACE = 0x20;

export class TimeReader {
  private readonly format: TimeFormat;
  private readonly zone: LocalZone | null;
  private at = 0;

  constructor(timezone: string, format: TimeFormat) {
    this.format = format;
    this.zone = timezone === 'UTC' ? null : new LocalZone(timezone);
  }

  /** Epoch ms of the text in bytes[from, to), spaces around it allowed; NaN where it is no time of the format. */
  read(bytes: Uint8Array, from: number, to: number): number {
    while (from < to && bytes[from] === SPACE) from++;
    while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === 0x0d)) to--;
    if (from === to) return Number.NaN;
    const ms = isNumber(bytes, from, to) ? this.epoch(bytes, from, to) : this.calendar(bytes, from, to);
    return ms >= 0 && ms <= MAX_MS ? ms : Number.NaN;
  }

  private epoch(bytes: Uint8Array, from: number, to: number): number {
    let value = 0;
    let at = from;
    for (; at < to && bytes[at] !== DOT; at++) value = value * 10 + (bytes[at] as number) - 0x30;
    if (at - from > 20) return Number.NaN;
    let scale = 1;
    let fraction = 0;
    for (at++; at < to; at++) {
      scale /= 10;
      fraction += ((bytes[at] as number) - 0x30) * scale;
    }
    switch (this.unitOf(value)) {
      case 'seconds':
        // Apart: a sum of both would have too few digits left for the milliseconds.
        return value * 1000 + Math.floor(fraction * 1000 + 1e-6);
      case 'microseconds':
        return Math.floor(value / 1e3);
      case 'nanoseconds':
        return Math.floor(value / 1e6 + 2e-4); // beyond 2 ** 53 a number is right to 128 ns only
      default:
        return value;
    }
  }

  private unitOf(value: number): TimeFormat {
    if (this.format !== 'auto' && this.format !== 'dmy' && this.format !== 'mdy') return this.format;
    if (value < 1e11) return 'seconds';
    if (value < 1e14) return 'milliseconds';
    return value < 1e17 ? 'microseconds' : 'nanoseconds';
  }

  private calendar(bytes: Uint8Array, from: number, to: number): number {
    this.at = from;
    const first = this.digits(bytes, to, 4);
    const separator = bytes[this.at++];
    if (separator !== MINUS && separator !== SLASH && separator !== DOT) return Number.NaN;
    const second = this.digits(bytes, to, 2);
    if (bytes[this.at++] !== separator) return Number.NaN;
    const third = this.digits(bytes, to, 4);
    const dayFirst = this.format === 'dmy';
    const yearLast = dayFirst || this.format === 'mdy';
    const year = yearLast ? third : first;
    const month = dayFirst ? second : yearLast ? first : second;
    const day = dayFirst ? first : yearLast ? second : third;
    if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)))
      return Number.NaN;
    const dateMs = Date.UTC(year, month - 1, day);
    if (this.at >= to) return this.fromLocal(dateMs);
    this.at++; // a space, `T`, `.` or `:` stands between date and time
    const clockMs = this.clock(bytes, to);
    const offset = this.offset(bytes, to);
    if (Number.isNaN(clockMs) || this.at !== to) return Number.NaN;
    return offset === null ? this.fromLocal(dateMs + clockMs) : dateMs + clockMs - offset;
  }

  /** hh:mm[:ss[.fraction]] in ms. */
  private clock(bytes: Uint8Array, to: number): number {
    const hours = this.digits(bytes, to, 2);
    if (bytes[this.at++] !== COLON) return Number.NaN;
    const minutes = this.digits(bytes, to, 2);
    let ms = 0;
    if (this.at < to && bytes[this.at] === COLON) {
      this.at++;
      const seconds = this.digits(bytes, to, 2);
      if (!(seconds <= 60)) return Number.NaN; // 60: a leap second
      ms = seconds * 1000;
      if (this.at < to && (bytes[this.at] === DOT || bytes[this.at] === 0x2c)) {
        this.at++;
        ms += this.fraction(bytes, to);
      }
    }
    return hours <= 23 && minutes <= 59 ? hours * 3_600_000 + minutes * 60_000 + ms : Number.NaN;
  }

  /** Up to nine digits after the point, in whole ms. */
  private fraction(bytes: Uint8Array, to: number): number {
    const from = this.at;
    let ms = 0;
    let weight = 100;
    for (; this.at < to && isDigit(bytes[this.at] as number); this.at++) {
      ms += Math.floor(((bytes[this.at] as number) - 0x30) * weight);
      weight = weight > 1 ? weight / 10 : 0;
    }
    return this.at > from && this.at - from <= 9 ? ms : Number.NaN;
  }

  /** `Z`, `UTC`, ±hh:mm or ±hhmm in ms; null = none. */
  private offset(bytes: Uint8Array, to: number): number | null {
    while (this.at < to && bytes[this.at] === SPACE) this.at++;
    const sign = bytes[this.at];
    if (this.at >= to) return null;
    if (to - this.at === 1 && (sign === 0x5a || sign === 0x7a)) this.at = to;
    else if (
      to - this.at === 3 &&
      sign === 0x55 &&
      bytes[this.at + 1] === 0x54 &&
      bytes[this.at + 2] === 0x43
    )
      this.at = to;
    if (this.at === to) return 0;
    if (sign !== PLUS && sign !== MINUS) return null;
    this.at++;
    const hours = this.digits(bytes, to, 2);
    if (this.at < to && bytes[this.at] === COLON) this.at++;
    const minutes = this.at < to ? this.digits(bytes, to, 2) : 0;
    if (!(hours <= 18 && minutes <= 59)) return Number.NaN;
    const ms = hours * 3_600_000 + minutes * 60_000;
    return sign === PLUS ? ms : -ms;
  }

  private digits(bytes: Uint8Array, to: number, most: number): number {
    const from = this.at;
    let value = 0;
    while (this.at < to && this.at - from < most && isDigit(bytes[this.at] as number))
      value = value * 10 + (bytes[this.at++] as number) - 0x30;
    return this.at > from ? value : Number.NaN;
  }

  private fromLocal(localMs: number): number {
    return this.zone === null ? localMs : this.zone.toUtc(localMs);
  }
}

/** A length of time as text: seconds with fraction, `[Nd ][hh:]mm:ss[.fff]`; ms, NaN where it is none. May be negative. */
export function readDuration(text: string): number {
  const parts = /^(-)?(?:(\d+)d\s*)?(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?|\.\d+)$/.exec(text.trim());
  if (!parts) return Number.NaN;
  const [, sign, days, hours, minutes, seconds] = parts;
  const whole = Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60;
  const ms = Math.round((whole + Number(seconds)) * 1000);
  return sign ? -ms : ms;
}

/** Whether the engine knows the zone. */
export function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Transitions happen on quarters of an hour: one look-up of the zone's rules serves all times of a quarter. */
const QUARTER_MS = 900_000;
const MAX_QUARTERS = 4096;

/** Wall clock time of a zone. An hour that occurs twice is read as the first; one that is skipped, as shifted forward. */
class LocalZone {
  private readonly clock: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();
  private lastQuarter = Number.NaN;
  private lastOffset = 0;

  constructor(zone: string) {
    this.clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  toUtc(localMs: number): number {
    const quarter = Math.floor(localMs / QUARTER_MS);
    if (quarter !== this.lastQuarter) {
      let offset = this.offsets.get(quarter);
      if (offset === undefined) {
        offset = this.resolve(quarter * QUARTER_MS);
        if (this.offsets.size >= MAX_QUARTERS) this.offsets.clear();
        this.offsets.set(quarter, offset);
      }
      this.lastQuarter = quarter;
      this.lastOffset = offset;
    }
    return localMs - this.lastOffset;
  }

  private resolve(localMs: number): number {
    const before = this.offsetAt(localMs - DAY_MS);
    const after = this.offsetAt(localMs + DAY_MS);
    if (before === after || this.offsetAt(localMs - before) === before) return before;
    return this.offsetAt(localMs - after) === after ? after : before;
  }

  private offsetAt(utcMs: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.clock.formatToParts(utcMs)) part[type] = Number(value);
    const local = Date.UTC(
      part.year as number,
      (part.month as number) - 1,
      part.day as number,
      part.hour as number,
      part.minute as number,
      part.second as number,
    );
    return local - Math.floor(utcMs / 1000) * 1000;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Digits with at most one point, a digit first. */
function isNumber(bytes: Uint8Array, from: number, to: number): boolean {
  let points = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === DOT && at > from) points++;
    else if (!isDigit(byte)) return false;
  }
  return points <= 1;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
