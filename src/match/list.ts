// The list of what may be matched, as the authority compiles it and the index is built from it.
// It holds no law: windows and scopes arrive computed.

/** An inclusive range of addresses. IPv4: one u32 word; IPv6: four u32 words, high first. */
export interface ListedRange {
  readonly family: 4 | 6;
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly windows: readonly Window[];
}

/** When, from whom and for what traffic an indicator may be matched. All intervals are half open, epoch ms. */
export interface Window {
  /** Place in `AuthorisedList.indicators`. */
  readonly indicator: number;
  /** Traffic clock; `-Infinity` and `Infinity` where a side is open. */
  readonly trafficFromMs: number;
  readonly trafficUntilMs: number;
  /** Collection clock; `from >= until` = in force at no time. */
  readonly collectionFromMs: number;
  readonly collectionUntilMs: number;
  /** Place in `AuthorisedList.operatorSets`. */
  readonly operatorSet: number;
  /** Place in `AuthorisedList.bases`. */
  readonly basis: number;
  /** Port of the C2 side; `null` = any. */
  readonly port: number | null;
  /** IANA protocol number; `null` = any. */
  readonly protocol: number | null;
}

export interface ListedIndicator {
  readonly id: string;
  readonly authorisation: string;
}

export interface AuthorisedList {
  readonly generation: number;
  readonly indicators: readonly ListedIndicator[];
  readonly operatorSets: readonly (readonly string[])[];
  readonly bases: readonly string[];
  readonly ranges: readonly ListedRange[];
}
