// Which columns of a table the scan looks at, and what each is to it.
import type { CsvField } from './fields.ts';
import type { CsvPlan } from './plan.ts';

/** What a column is to the scan. */
export const ROLE = { skip: 0, address: 1, time: 2, laterTime: 3, duration: 4 } as const;
/** A row must have a source and a destination. */
export const BOTH_SIDES = 3;

export interface NeededColumns {
  /** Of the columns up to the last one needed. */
  readonly roles: Uint8Array;
  /** Of address columns: 1 = source, 2 = destination, 0 = after translation, which may be empty. */
  readonly sides: Uint8Array;
  /** How many columns hold addresses. */
  readonly addresses: number;
  /** The end stands before the start. */
  readonly endFirst: boolean;
  /** Sign that the text of the earlier column, compared with the other's, has where times are in order; NaN = text has no order. */
  readonly order: number;
}

const ADDRESS_SIDES: readonly (readonly [CsvField, number])[] = [
  ['src', 1],
  ['src6', 1],
  ['dst', 2],
  ['dst6', 2],
  ['natSrc', 0],
  ['natDst', 0],
];

export function neededColumns(plan: CsvPlan): NeededColumns {
  const { columns, timeFormat } = plan;
  const role = new Map<number, number>();
  const side = new Map<number, number>();
  const { start, end } = columns;
  if (start !== undefined && end !== undefined) {
    role.set(Math.min(start, end), ROLE.time);
    role.set(Math.max(start, end), ROLE.laterTime);
  } else {
    for (const duration of [columns.duration, columns.durationMs])
      if (duration !== undefined) role.set(duration, ROLE.duration);
  }
  for (const [field, value] of ADDRESS_SIDES) {
    const column = columns[field];
    if (column === undefined) continue;
    role.set(column, ROLE.address);
    side.set(column, value);
  }
  const width = Math.max(...role.keys()) + 1;
  const endFirst = start !== undefined && end !== undefined && end < start;
  const ordered = timeFormat !== 'dmy' && timeFormat !== 'mdy';
  return {
    roles: Uint8Array.from({ length: width }, (_, column) => role.get(column) ?? ROLE.skip),
    sides: Uint8Array.from({ length: width }, (_, column) => side.get(column) ?? 0),
    addresses: side.size,
    endFirst,
    order: ordered ? (endFirst ? -1 : 1) : Number.NaN,
  };
}
