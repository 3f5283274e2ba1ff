// The names under which every record and packet is accounted for. Types, ledger columns and output derive from these.

/** Why a record that was decoded did not match; in the order in which the matcher asks (LAW.md, two clocks). */
export const DISCARD_REASONS = [
  'noHit',
  'otherOperator',
  'otherBasis',
  'otherPort',
  'outsideTraffic',
  'notInForce',
] as const;
export type DiscardReason = (typeof DISCARD_REASONS)[number];

/** Columns of a scan's tally, one row per group. records = matched + the discards. */
export const TALLY_COLUMNS = [
  'records',
  'matched',
  'matches',
  ...DISCARD_REASONS,
  'undecodable',
  'swappedTimes',
] as const;
export type TallyColumn = (typeof TALLY_COLUMNS)[number];

/** Position of each column in a tally row. */
export const TALLY = Object.fromEntries(TALLY_COLUMNS.map((name, at) => [name, at])) as Readonly<
  Record<TallyColumn, number>
>;
export const TALLY_WIDTH = TALLY_COLUMNS.length;

/** What is counted beside the tally, where datagrams, blocks or rows are received or read. */
export const RECEPTION_COLUMNS = [
  'datagrams',
  'early',
  'earlyDropped',
  'kernelDropped',
  'slabDropped',
  'sequenceLost',
] as const;

/** Every counter of a ledger row. `undecodable` holds what readers and scans could not decode. */
export const LEDGER_COLUMNS = [...RECEPTION_COLUMNS, ...TALLY_COLUMNS] as const;
export type LedgerColumn = (typeof LEDGER_COLUMNS)[number];
