// What a legal regime says, as data: bases, terms, required fields, durations, urgency. A regime is one file of tables in
// regimes/ and a line below; everything that decides reads them and knows no country.
import { INTELLIGENCE_SERVICES } from './regimes/intelligence-services.ts';
import { NIS2_CSIRT } from './regimes/nis2-csirt.ts';

/** A rule of LAW's tables (`L4`, `I2`), or `format` where the file's form is at fault and no law. */
export type Rule = `L${number}` | `I${number}` | 'format';

/** Where in the law an entry comes from, precisely enough to look it up. */
type Source = string;

/** A field that must be there, and why. Dotted path as in the file. */
export interface RequiredField {
  readonly field: string;
  readonly rule: Rule;
  readonly source: Source;
  /** What the field answers, in words that complete "… is required:". */
  readonly because: string;
}

/** A legal basis under which operators keep traffic data. */
export interface RetentionBasis {
  readonly id: string;
  readonly source: Source;
  readonly name: string;
  /**
   * `statutory`: the law sets the term: `terms[0]` unless the indicator or the operator names another of `terms`.
   * `operator`: the operator's own, which it must declare; at most `terms[0]` where there is one.
   */
  readonly term: 'statutory' | 'operator';
  /** ISO 8601 durations, the usual one first. */
  readonly terms: readonly string[];
  readonly termSource: Source;
  /** Purposes of access that data kept under it may serve (ids of `access`). */
  readonly serves: readonly string[];
  readonly servesSource: Source;
  /** What else each indicator on this basis must say. */
  readonly requires: readonly RequiredField[];
  /** Whether threat and task must be those of the purpose of access. */
  readonly bindsPurpose: boolean;
}

/** A purpose for which an authority may obtain data. */
export interface AccessBasis {
  readonly id: string;
  readonly source: Source;
  readonly name: string;
  /** The kind of threat and the tasks that go with it; bound where the retention basis binds them. */
  readonly threats: readonly string[];
  readonly tasks: readonly string[];
  readonly bindingSource: Source;
}

export interface Entry {
  readonly id: string;
  readonly source: Source;
  readonly name: string;
}

/** A mention that a decision must hold. */
export interface Mention {
  readonly key: string;
  readonly source: Source;
  readonly name: string;
  /** `applicable`: only where the case arises; its absence says that it does not. */
  readonly when: 'always' | 'urgent' | 'applicable';
  readonly onPainOfIllegality: boolean;
}

/** A kind of decision that the regime knows, where it knows several. */
export interface Method extends Entry {
  readonly mentions: readonly Mention[];
  /** Whether it gives traffic data at all; a method that does not matches nothing. */
  readonly givesTrafficData: boolean;
  /** The decision runs only from its notification to the commission. */
  readonly notified: boolean;
  /** When a verbal decision must have been confirmed. */
  readonly confirmation: {
    readonly by: 'next-working-day' | 'duration';
    readonly term?: string;
    readonly source: Source;
  };
}

export interface Regime {
  readonly id: string;
  readonly name: string;
  readonly source: Source;
  readonly retention: readonly RetentionBasis[];
  readonly access: readonly AccessBasis[];
  readonly tasks: readonly Entry[];
  readonly threats: readonly Entry[];
  readonly relations: readonly Entry[];
  readonly requiredHeader: readonly RequiredField[];
  readonly requiredIndicator: readonly RequiredField[];
  /** How long an authorisation may last; `null` = as long as it says, or until ended. */
  readonly longest: { readonly duration: string; readonly rule: Rule; readonly source: Source } | null;
  /** Signatures without which nothing is in force. */
  readonly approvals: { readonly needed: number; readonly rule: Rule; readonly source: Source };
  readonly analyses: { readonly needed: number; readonly rule: Rule; readonly source: Source };
  readonly verification: { readonly longest: string; readonly rule: Rule; readonly source: Source };
  /** Bits that the network of a listed prefix has at least, but for an override. */
  readonly widest: {
    readonly ipv4: number;
    readonly ipv6: number;
    readonly rule: Rule;
    readonly source: Source;
  };
  /** `null`: no urgency; everything is authorised beforehand. */
  readonly urgency: { readonly rule: Rule; readonly source: Source } | null;
  readonly methods: readonly Method[];
  readonly timeZone: string;
}

const REGIMES: readonly Regime[] = [NIS2_CSIRT, INTELLIGENCE_SERVICES];

export const REGIME_IDS: readonly string[] = REGIMES.map((regime) => regime.id);

export function findRegime(id: string): Regime | undefined {
  return REGIMES.find((regime) => regime.id === id);
}

/** Every regime's bases of retention, once: what a replay, a listener and an operator's declaration may name. */
export const RETENTION_BASES: readonly RetentionBasis[] = [
  ...new Map(REGIMES.flatMap((regime) => regime.retention).map((basis) => [basis.id, basis])).values(),
];

export function byId<T extends { readonly id: string }>(entries: readonly T[], id: string): T | undefined {
  return entries.find((entry) => entry.id === id);
}
