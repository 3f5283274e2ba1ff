// Lists in pages: a cursor says after which row to go on, so that rows which come meanwhile shift nothing.
import { z } from 'zod';
import { HttpError } from './problem.ts';

const MAX_LIMIT = 500;

/** What every list may be asked. */
export const PAGE_QUERY = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100),
  /** `nextCursor` of the page before. */
  cursor: z.string().max(1_000).optional(),
} as const;

/** A page of `item`. `total`: how many there are in all; `null` = not counted. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).readonly(),
    nextCursor: z.string().nullable(),
    total: z.number().nullable(),
  });
}

export type CursorPart = string | number | null;

/** @param parts what the list is sorted by, of the last row that was shown */
export function cursorAfter(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @returns as many parts as `length`, or `null` without a cursor. @throws HttpError 400 */
export function readCursor(cursor: string | undefined, length: number): readonly CursorPart[] | null {
  if (cursor === undefined) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.length === length && parts.every(isPart)) return parts;
  } catch {
    // Said below.
  }
  throw new HttpError(400, 'cursor: not one that this list has given');
}

function isPart(value: unknown): value is CursorPart {
  return value === null || typeof value === 'string' || typeof value === 'number';
}
