// What is wrong with a log, and what a check of it came to.

export type FaultKind =
  /** An event is not the one that was logged. */
  | 'edited'
  /** It stands where another was logged. */
  | 'moved'
  /** It is not there. */
  | 'missing'
  /** The end is not there: a head covers more. */
  | 'truncated'
  /** Events and leaves agree, and a signed head says otherwise. */
  | 'tree'
  /** A head is not signed, or not there. */
  | 'head';

export interface Fault {
  readonly kind: FaultKind;
  /** Sequences concerned, both included; null where none can be named. */
  readonly from: number | null;
  readonly to: number | null;
  readonly message: string;
}

export interface Verification {
  /** Sequence of the last event looked at. */
  readonly treeSize: number;
  /** Events looked at. */
  readonly events: number;
  readonly heads: number;
  /** Signed heads vouch for the events up to here. */
  readonly coveredTo: number;
  readonly faults: readonly Fault[];
  /** `faults` is bounded, this is not. */
  readonly faultCount: number;
  /** Where the keys came from: from outside, or from the log itself, which proves less. */
  readonly keys: 'given' | 'from the log';
}
