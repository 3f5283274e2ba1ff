// What documents are made from: everything as it was known at one instant, and the indicators in full, pass by pass.
import type { InForceOptions } from '../conditions.ts';
import type { Dispute } from '../dispute.ts';
import type { Indicator } from '../indicator.ts';
import type { AuthorityRecords, IndicatorRecord } from '../records.ts';
import type { IndicatorStep } from '../steps.ts';

export interface ListedIndicator {
  readonly record: IndicatorRecord;
  readonly indicator: Indicator;
  /** All of its steps, as known at the instant. */
  readonly steps: readonly IndicatorStep[];
}

export interface KnownState {
  /** Without indicators and their steps, which are read one after another. */
  readonly records: AuthorityRecords;
  /** Epoch ms; what is in force is judged at this instant too. */
  readonly asKnownAtMs: number;
  readonly options: InForceOptions;
  /** Every indicator of an authorisation that was ever listed, by id; each call is a pass of its own. */
  indicatorsOf(reference: string): Iterable<ListedIndicator>;
  indicator(id: string): ListedIndicator | undefined;
  historiesOf(reference: string): Iterable<IndicatorHistory>;
  disputesOf(reference: string): readonly Dispute[];
}

/** An indicator's versions as known at the instant, in order: one at least. */
export interface IndicatorHistory {
  readonly id: string;
  readonly versions: readonly IndicatorVersion[];
}

export interface IndicatorVersion {
  readonly version: number;
  readonly recordedAtMs: number;
  readonly recordedBy: string;
  /** False: the version says that it is no longer listed. */
  readonly isListed: boolean;
  /** The indicator as JSON. */
  readonly body: string;
}
