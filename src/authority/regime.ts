// What a legal regime says, as data: bases, terms, required fields, durations, urgency, registers. A regime is one file of
// tables (docs/regimes.md); everything that decides reads them and knows no country.
import { addedRegimes } from './added-regimes.ts';
import { bundledIds, readBundled } from './bundled-regimes.ts';
import type { DocumentKind } from './documents/kinds.ts';

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
  /** To whom the decision is notified, where it runs only from then on; `null` = it runs by itself. */
  readonly notified: { readonly to: string; readonly source: Source } | null;
  /** When a verbal decision must have been confirmed. */
  readonly confirmation: {
    readonly by: 'next-working-day' | 'duration';
    readonly term?: string;
    readonly source: Source;
  };
}

/** A register that the law has kept (I5). */
export interface Register extends Entry {
  /** The methods whose authorisations are entered; empty = every authorisation of the regime. */
  readonly methods: readonly string[];
  /** `key`: REGISTER_KEYS, or `mentions.` and a mention's key. */
  readonly columns: readonly { readonly key: string; readonly name: string; readonly source: Source }[];
  /** To whom a list of it goes, and how often. */
  readonly reported: {
    readonly to: string;
    readonly every: 'month' | 'decision';
    readonly source: Source;
  } | null;
  /** What is said beneath it, such as what it cannot hold. */
  readonly note: string | null;
}

export const REGISTER_KEYS = [
  'reference',
  'file',
  'method',
  'decided',
  'ends',
  'purpose',
  'operators',
  'document',
  'approvals',
  'renews',
  'notified',
  'urgent',
  'ended',
] as const;

/** Which days are working days, and where they begin. */
export interface Calendar {
  /** IANA time zone. */
  readonly timeZone: string;
  readonly weekend: readonly Weekday[];
  /** Holidays that do not move: month and day, `05-01`. */
  readonly holidays: readonly string[];
  /** Holidays that move, in days after Easter Sunday. */
  readonly afterEaster: readonly number[];
  readonly source: Source;
}

/** As Date.getUTCDay counts them. */
export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;
type Weekday = (typeof WEEKDAYS)[number];

export interface Regime {
  readonly id: string;
  readonly name: string;
  readonly source: Source;
  /** How sources are written. */
  readonly abbreviations: readonly { readonly short: string; readonly meaning: string }[];
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
  readonly registers: readonly Register[];
  /** Where the law asks for the documents that the program makes. */
  readonly documents: readonly { readonly kind: DocumentKind; readonly source: Source }[];
  readonly calendar: Calendar;
}

/** A regime with what identifies the text that it was read from. */
export interface LoadedRegime {
  readonly regime: Regime;
  /** SHA-256 of its file, hexadecimal. */
  readonly digest: string;
}

const bundled = new Map<string, LoadedRegime>();

export function findRegime(id: string): Regime | undefined {
  return loadRegime(id)?.regime;
}

/** With its digest. Bundled regimes are read when they are first asked for. */
export function loadRegime(id: string): LoadedRegime | undefined {
  const known = bundled.get(id) ?? addedRegimes().find(({ regime }) => regime.id === id);
  if (known || !bundledIds().includes(id)) return known;
  const read = readBundled(id);
  bundled.set(id, read);
  return read;
}

export function regimeIds(): readonly string[] {
  return [...bundledIds(), ...addedRegimes().map(({ regime }) => regime.id)];
}

/** Every regime's bases of retention, once: what a replay, a listener and an operator's declaration may name. */
export function retentionBases(): readonly RetentionBasis[] {
  const bases = regimeIds().flatMap((id) => findRegime(id)?.retention ?? []);
  return [...new Map(bases.map((basis) => [basis.id, basis])).values()];
}

export function byId<T extends { readonly id: string }>(entries: readonly T[], id: string): T | undefined {
  return entries.find((entry) => entry.id === id);
}
