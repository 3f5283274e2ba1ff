// What two versions of an authorisation or an indicator say otherwise, field by field, in words that fit a line.
import { formatInstant } from '../core/time.ts';
import { showValue } from './refusal.ts';

export interface Difference {
  /** Dotted path as in the file: `threat.name`. */
  readonly field: string;
  /** Of a list: what only this version has; empty = nothing. */
  readonly before: string;
  readonly after: string;
}

/** In the order of the fields of `now`. */
export function differences(before: object, now: object, within = ''): Difference[] {
  const old = before as Readonly<Record<string, unknown>>;
  return Object.entries(now).flatMap(([key, value]): Difference[] => {
    const was = old[key];
    if (JSON.stringify(was) === JSON.stringify(value)) return [];
    const field = within + fieldOf(key);
    if (Array.isArray(was) && Array.isArray(value)) return [ofLists(field, was, value)];
    if (isMapping(was) && isMapping(value)) return differences(was, value, `${field}.`);
    return [{ field, before: valueText(key, was), after: valueText(key, value) }];
  });
}

/** The program's names of the fields of `now` that `before` has otherwise. */
export function changedKeys<T extends object>(before: T, now: T): string[] {
  return Object.entries(now)
    .filter(([key, value]) => JSON.stringify(before[key as keyof T]) !== JSON.stringify(value))
    .map(([key]) => key);
}

/** `firstSeenMs` is the file's `first_seen`. */
function fieldOf(key: string): string {
  return key.replace(/Ms$/, '').replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

function ofLists(field: string, before: readonly unknown[], after: readonly unknown[]): Difference {
  const [gone, come] = [itemsMissing(before, after), itemsMissing(after, before)];
  if (gone.length > 0 || come.length > 0) return { field, before: gone.join('; '), after: come.join('; ') };
  return { field, before: `${before.length} items`, after: 'the same in another order or number' };
}

const MOST_ITEMS = 3;

/** Those of one list that the other lacks. */
function itemsMissing(of: readonly unknown[], from: readonly unknown[]): string[] {
  const known = new Set(from.map((item) => JSON.stringify(item)));
  const missing = of.filter((item) => !known.has(JSON.stringify(item)));
  const shown = missing.slice(0, MOST_ITEMS).map(itemText);
  return missing.length > MOST_ITEMS ? [...shown, `${missing.length - MOST_ITEMS} more`] : shown;
}

function itemText(item: unknown): string {
  if (!isMapping(item)) return valueText('', item);
  return Object.entries(item)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => (typeof value === 'string' ? value : valueText(key, value)))
    .join(' ');
}

function valueText(key: string, value: unknown): string {
  return key.endsWith('Ms') && typeof value === 'number' ? formatInstant(value) : showValue(value);
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
