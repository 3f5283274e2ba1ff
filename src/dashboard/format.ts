// Numbers, instants and quantities as people of the chosen language read them. Instants are UTC, and say so.
import type { Reason } from '../authority/reasons.ts';
import { currentLanguage, reasonIn, t } from './language.ts';

export function count(value: number): string {
  return new Intl.NumberFormat(currentLanguage()).format(value);
}

/** 12.3 k, 4.5 M: for figures that move. */
export function roughly(value: number): string {
  return new Intl.NumberFormat(currentLanguage(), {
    notation: 'compact',
    maximumSignificantDigits: 3,
  }).format(value);
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${roughly(value / 1000 ** power)} ${units[power]}`;
}

export function share(value: number): string {
  const digits = value > 0 && value < 0.01 ? 2 : 1;
  return new Intl.NumberFormat(currentLanguage(), { style: 'percent', maximumFractionDigits: digits }).format(
    value,
  );
}

/** 2026-06-25 09:00:00 UTC: the same in every language, so that it can be compared and searched for. */
export function instant(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return '–';
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Why, in the language chosen, its instants as they are written here. */
export function whyText(because: Reason): string {
  return reasonIn(because, instant);
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** 12 sec, 3.6 days. */
export function duration(ms: number): string {
  const [unit, size] = STEPS.find(([, length]) => ms >= length) ?? (['second', 1_000] as const);
  return new Intl.NumberFormat(currentLanguage(), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumSignificantDigits: 2,
  }).format(ms / size);
}

/** 0.2 sec, 1,845.1 sec. */
export function seconds(ms: number): string {
  return new Intl.NumberFormat(currentLanguage(), {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(ms / 1_000);
}

const RIGHT_WITHIN_MS = 500;

/** How an exporter's clock goes: 3.7 days behind. */
export function clock(skewMs: number | null): string {
  if (skewMs === null) return '–';
  if (Math.abs(skewMs) < RIGHT_WITHIN_MS) return t('operators.skew.right');
  return t(skewMs > 0 ? 'operators.skew.ahead' : 'operators.skew.behind', {
    time: duration(Math.abs(skewMs)),
  });
}

/** In 3 days, 5 minutes ago. */
export function fromNow(ms: number, nowMs = Date.now()): string {
  const distance = ms - nowMs;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(distance) >= length) ?? ['second', 1_000];
  return new Intl.RelativeTimeFormat(currentLanguage(), { numeric: 'auto' }).format(
    Math.round(distance / size),
    unit,
  );
}
