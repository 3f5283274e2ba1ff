// Reads one entry's fields, from JSON or from a table: each within its bounds, the first fault kept. What is not there is
// `null`, and so is what stands for nothing: an empty text, and abuse.ch's `None`.
import { parseInstant } from '../../core/time.ts';
import { type Fault, fault } from '../refusal.ts';
import type { Rule } from '../regime.ts';
import { FEED_LIMITS } from './feed.ts';
import type { JsonObject } from './json.ts';

/** A time without its offset, as feeds of abuse.ch write it: theirs is UTC. */
const UTC_TIME = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?: ?UTC)?$/;

export class FieldReader {
  /** The first fault that was found. */
  fault: Fault | null = null;
  private readonly fields: JsonObject;

  constructor(fields: JsonObject) {
    this.fields = fields;
  }

  /** What is at fault with a field; kept where it is the first. Always `null`. */
  fail(field: string, message: string, rule: Rule = 'format'): null {
    this.fault ??= fault(field, this.fields[field], rule, message);
    return null;
  }

  /** As it stands, without the spaces around it. */
  text(field: string): string | null {
    const value = this.fields[field];
    if (value === undefined || value === null) return null;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string') return this.fail(field, 'must be text');
    const trimmed = text.trim();
    return trimmed === '' || trimmed === 'None' ? null : trimmed;
  }

  /** A text that must be there. */
  needed(field: string): string | null {
    return this.text(field) ?? this.fail(field, 'is required');
  }

  name(field: string): string | null {
    return clean(this.text(field), FEED_LIMITS.nameCharacters);
  }

  remark(field: string): string | null {
    return clean(this.text(field), FEED_LIMITS.remarkCharacters);
  }

  /** A list of names: as a list, or as one text with commas. */
  names(field: string): readonly string[] {
    const value = this.fields[field];
    const parts = Array.isArray(value) ? (value as unknown[]) : (this.text(field)?.split(',') ?? []);
    return parts.flatMap((part) =>
      typeof part === 'string' ? (clean(part, FEED_LIMITS.nameCharacters) ?? []) : [],
    );
  }

  integer(field: string, least: number, most: number): number | null {
    const text = this.text(field);
    if (text === null) return null;
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
    return this.fail(field, `must be a whole number from ${least} to ${most}`);
  }

  /** `true`, `"1"`, `0`, `False` … */
  flag(field: string): boolean | null {
    const value = this.fields[field];
    if (value === undefined || value === null || value === '') return null;
    const text = String(value).toLowerCase();
    if (text === 'true' || text === '1') return true;
    return text === 'false' || text === '0' ? false : this.fail(field, 'must be true or false');
  }

  /** Epoch ms of a time with its offset. */
  instant(field: string): number | null {
    const text = this.text(field);
    return text === null ? null : this.parsed(field, text);
  }

  /** Epoch ms of a time that is UTC whether it says so or not. */
  utcInstant(field: string): number | null {
    const text = this.text(field);
    return text === null ? null : this.parsed(field, text.replace(UTC_TIME, '$1T$2Z'));
  }

  /** Epoch ms of seconds since 1970. */
  seconds(field: string): number | null {
    const text = this.text(field);
    if (text === null) return null;
    return /^\d{1,11}$/.test(text) ? Number(text) * 1000 : this.fail(field, 'must be seconds since 1970');
  }

  private parsed(field: string, text: string): number | null {
    const parsed = parseInstant(text);
    return 'value' in parsed ? parsed.value : this.fail(field, parsed.problem);
  }
}

/** On one line, without what could move a terminal's cursor, and no longer than `longest`. */
export function clean(text: string | null, longest: number): string | null {
  if (text === null) return null;
  const plain = text
    .slice(0, 4 * longest)
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim();
  if (plain === '') return null;
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}
