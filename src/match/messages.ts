// What the main thread and the match workers say to each other. Plain data: it crosses threads by structured clone.
import type { Flow } from '../core/flow.ts';

/** A built index (interval-tree.ts) as it travels: shared, never copied, immutable. */
export interface IndexHandle {
  /** The authority's generation of the list from which it was built; grows with every change. */
  readonly generation: number;
  readonly buffer: SharedArrayBuffer;
  /** Windows name operators by the set's place here, retention bases by place in `bases`. */
  readonly operatorSets: readonly (readonly string[])[];
  readonly bases: readonly string[];
}

/** Under what a batch is judged; the same for all its records. */
export interface Evaluation {
  readonly operator: string;
  readonly retentionBasis: string;
  /** The collection clock: epoch milliseconds of the evaluation. */
  readonly atMs: number;
  /** Whether a flow must lie whole in the traffic window, or may reach over its edge. */
  readonly straddling: 'contained' | 'overlapping';
}

export type Direction = 'to-c2' | 'from-c2';

/** One indicator met by one flow: what the store keeps, without what is the same for the whole batch. */
export interface FoundMatch {
  /** Place of the indicator in the list (`AuthorisedList.indicators`) of the generation that judged it. */
  readonly indicator: number;
  readonly victim: string | null;
  readonly victimPort: number | null;
  readonly c2: string;
  readonly c2Port: number | null;
  readonly protocol: number | null;
  readonly direction: Direction;
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number | null;
  readonly packets: number | null;
  readonly tcpFlags: number | null;
  readonly sampling: number | null;
  readonly timeSource: Flow['timeSource'];
  /** The batch's group (ledger key) that the record belongs to. */
  readonly group: number;
  /** Of the same record as the match before it: several matches, one record matched. */
  readonly sameRecord: boolean;
}

/** What a worker found in one batch. */
export interface ScanResult {
  readonly generation: number;
  readonly matches: readonly FoundMatch[];
  /** Rows of `[group, ...TALLY_COLUMNS]`. */
  readonly tallies: readonly (readonly number[])[];
  /** Parts of the batch that could not be read: damaged blocks, rows. Bounded; the rest is counted. */
  readonly problems: readonly Problem[];
  /** What the records said of their exporters (nfcapd), to be settled in the file's order. */
  readonly notes?: unknown;
}

/** Something in the input that could not be used. Never holds an address of a flow. */
export interface Problem {
  /** What is wrong, and which limit or rule it breaks, in words. */
  readonly what: string;
  /** Byte offset in the (decompressed) input, where known. */
  readonly offset: number | null;
}
