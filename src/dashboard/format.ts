// Numbers, instants and quantities as people of the chosen language read them. Instants are UTC, and say so.
import { currentLanguage } from './language.ts';

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

/** 2026-06-25 09:00:00 UTC: the same in every language, so that it can be compared and searched for. */
export function instant(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return '–';
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
