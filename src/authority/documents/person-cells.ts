// Who did something, why, and both times: when it took place and when it was recorded.
import type { Recorded } from '../steps.ts';
import { type Column, column, instantColumn, type Row } from './document.ts';

export const PERSON_COLUMNS: readonly Column[] = [
  column('by', 'By'),
  column('reason', 'Reason'),
  instantColumn('atMs', 'Took place'),
  instantColumn('recordedAtMs', 'Recorded'),
];

export function personCells({
  by,
  atMs,
  recordedAtMs,
  reason,
}: Recorded & { readonly reason: string | null }): Row {
  return { by, reason, atMs, recordedAtMs };
}
