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

/**
 * What is counted beside the tally, where datagrams, blocks or rows are received or read. `datagrams` were taken in; beside
 * them stand those that were not: `kernelDropped` (socket buffer full), `slabDropped` (no free slab), `refused` (unknown
 * exporter), `notTaken` (no list in force, or a store that cannot write).
 */
export const RECEPTION_COLUMNS = [
  'datagrams',
  'early',
  'earlyDropped',
  'kernelDropped',
  'slabDropped',
  'refused',
  'notTaken',
  'sequenceLost',
  'sequenceIndeterminate',
] as const;
export type ReceptionColumn = (typeof RECEPTION_COLUMNS)[number];

/** Every counter of a ledger row. `undecodable` holds what readers and scans could not decode. */
export const LEDGER_COLUMNS = [...RECEPTION_COLUMNS, ...TALLY_COLUMNS] as const;
export type LedgerColumn = (typeof LEDGER_COLUMNS)[number];

/** What a ledger row says of its exporter besides counts, and which of two values stands for both. */
export const OBSERVATIONS = {
  /** Epoch ms of the last message. */
  lastSeenMs: 'greatest',
  /** Export time less time of reception, ms: an exporter's clock that is ahead is positive. */
  clockSkewMs: 'farthest',
  /** One in so many packets, as headers and options data announce it. */
  sampling: 'greatest',
} as const;
export type Observation = keyof typeof OBSERVATIONS;
export const OBSERVATION_NAMES = Object.keys(OBSERVATIONS) as readonly Observation[];
export type Observations = Record<Observation, number | null>;

export function noObservations(): Observations {
  return { lastSeenMs: null, clockSkewMs: null, sampling: null };
}

/** Takes in another value of the same exporter and interval; null = not known. */
export function observe(observed: Observations, name: Observation, value: number | null | undefined): void {
  if (value === null || value === undefined) return;
  const before = observed[name];
  const isFarther =
    before === null ||
    (OBSERVATIONS[name] === 'farthest' ? Math.abs(value) > Math.abs(before) : value > before);
  if (isFarther) observed[name] = value;
}
