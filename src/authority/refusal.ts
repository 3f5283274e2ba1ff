// What was refused and why: a refusal always names the entry, the field, the value and the rule.
import type { Rule } from './regime.ts';

/** One fault of one field. */
export interface Fault {
  /** Dotted path as in the file: `basis.access`, `analyses[1].at`. */
  readonly field: string;
  /** The value as the file has it, shortened; `(absent)` where there is none. */
  readonly value: string;
  readonly rule: Rule;
  readonly message: string;
}

/** A fault of an entry of `indicators`. */
export interface Refusal extends Fault {
  /** Place in the file's list, from 0. */
  readonly entry: number;
  /** As the file has it, shortened; `null` where it has none. */
  readonly address: string | null;
  /** Line of the file on which the entry begins, from 1; `null` where that is not known. */
  readonly line: number | null;
}

const LONGEST_VALUE = 80;

const ABSENT = '(absent)';

export function fault(field: string, value: unknown, rule: Rule, message: string): Fault {
  return { field, value: showValue(value), rule, message };
}

/** Whether what is at fault is only that it is not there. */
export function isAbsent({ value }: Fault): boolean {
  return value === ABSENT;
}

/** A value as it can be printed: JSON, shortened. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return ABSENT;
  const text = typeof value === 'string' ? JSON.stringify(value) : preview(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

/** One level of a value of any size and depth. */
function preview(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[… ${value.length}]`;
  return `{${Object.keys(value).slice(0, 5).join(', ')}}`;
}

export function describeFault(found: Fault): string {
  const rule = found.rule === 'format' ? '' : ` (rule ${found.rule})`;
  return `${found.field}: ${found.value}: ${found.message}${rule}`;
}

export function describeRefusal(refusal: Refusal): string {
  const line = refusal.line === null ? '' : `, line ${refusal.line}`;
  return `indicators[${refusal.entry}] (${refusal.address ?? 'no address'}${line}): ${describeFault(refusal)}`;
}

/** The one of `known` that a misspelt word most probably means, if any is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.ceil(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein's distance, or `limit` where it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return Math.min(row[b.length] as number, limit);
}
