// What decides a match, as the store holds it and the windows are computed from it: the bare facts, no prose.
import type { Language } from '../core/languages.ts';
import type { Prefix } from '../core/prefix.ts';
import { parseDuration } from '../core/time.ts';
import type { Authorisation } from './authorisation.ts';
import type { ANALYSIS_OUTCOMES, Indicator, VERIFICATION_OUTCOMES } from './indicator.ts';
import type { AuthorisationStep, BasisStep, IndicatorStep } from './steps.ts';

export interface AuthorisationRecord extends Authorisation {
  readonly version: number;
  readonly recordedAtMs: number;
}

export interface OperatorRecord {
  readonly id: string;
  readonly name: string | null;
  readonly contact: string | null;
  /** In which it is written to. */
  readonly language: Language;
  /** The terms that the operator has declared: basis to ISO 8601 duration. */
  readonly retention: Readonly<Record<string, string>>;
  readonly version: number;
  readonly recordedAtMs: number;
}

/** What an indicator rests on. Indicators that rest on the same share one object. */
export interface IndicatorScope {
  /** Reference of the authorisation. */
  readonly authorisation: string;
  /** A file is the authority's own list; what was proposed and completed stays when a file does not name it. */
  readonly origin: Origin;
  readonly retention: string;
  /** A statutory term other than the usual one (§ 47). */
  readonly retentionTerm: string | null;
  readonly access: string;
  readonly task: string;
}

export type Origin = 'file' | 'proposal';

export interface IndicatorRecord {
  readonly id: string;
  readonly version: number;
  readonly scope: IndicatorScope;
  readonly family: 4 | 6;
  /** Inclusive bounds. IPv4: one u32 word; IPv6: four, high first. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly port: number | null;
  readonly protocol: number | null;
  readonly firstSeenMs: number;
  readonly trafficUntilMs: number | null;
  /** `encodeLife`: kept as text, since most indicators of a list share it. */
  readonly life: string;
  /** From when it is no longer listed; `null` = it is. */
  readonly withdrawnMs: number | null;
}

/** One consistent state of everything, as of one generation. */
export interface AuthorityRecords {
  readonly generation: number;
  readonly authorisations: ReadonlyMap<string, AuthorisationRecord>;
  readonly operators: ReadonlyMap<string, OperatorRecord>;
  readonly indicators: readonly IndicatorRecord[];
  /** By indicator; an indicator without steps is not in it. */
  readonly steps: ReadonlyMap<string, readonly IndicatorStep[]>;
  /** By reference. */
  readonly authorisationSteps: ReadonlyMap<string, readonly AuthorisationStep[]>;
  /** By the id of the basis of retention, of access, or of the task. */
  readonly basisSteps: ReadonlyMap<string, readonly BasisStep[]>;
}

/** What opens and closes an indicator's collection window by itself. */
export interface Life {
  readonly analyses: readonly Step<(typeof ANALYSIS_OUTCOMES)[number]>[];
  readonly verifications: readonly Step<(typeof VERIFICATION_OUTCOMES)[number]>[];
  readonly verifyEveryMs: number;
}

interface Step<Outcome extends string> {
  readonly by: string;
  readonly atMs: number;
  readonly outcome: Outcome;
}

export function encodeLife(indicator: Indicator): string {
  const every = parseDuration(indicator.verifyEvery);
  if ('problem' in every)
    throw new Error(`${indicator.id}: verify_every ${indicator.verifyEvery}: ${every.problem}`);
  const encode = (steps: readonly Step<string>[]): unknown[] =>
    steps.map(({ by, atMs, outcome }) => [by, atMs, outcome]);
  return JSON.stringify([encode(indicator.analyses), encode(indicator.verifications), every.value.ms]);
}

export function decodeLife(text: string): Life {
  type Encoded<Outcome> = [by: string, atMs: number, outcome: Outcome];
  const [analyses, verifications, verifyEveryMs] = JSON.parse(text) as [
    Encoded<(typeof ANALYSIS_OUTCOMES)[number]>[],
    Encoded<(typeof VERIFICATION_OUTCOMES)[number]>[],
    number,
  ];
  return {
    analyses: analyses.map(([by, atMs, outcome]) => ({ by, atMs, outcome })),
    verifications: verifications.map(([by, atMs, outcome]) => ({ by, atMs, outcome })),
    verifyEveryMs,
  };
}

export function scopeOf(
  { basis }: Indicator,
  authorisation: string,
  origin: Origin = 'file',
): IndicatorScope {
  const { retention, retentionTerm, access, task } = basis;
  return { authorisation, origin, retention, retentionTerm, access, task };
}

/** @param scope shared by all indicators that rest on the same */
export function recordOf(
  indicator: Indicator,
  prefix: Pick<Prefix, 'family' | 'first' | 'last'>,
  scope: IndicatorScope,
  version = 1,
): IndicatorRecord {
  return {
    id: indicator.id,
    version,
    scope,
    family: prefix.family,
    first: prefix.first,
    last: prefix.last,
    port: indicator.port,
    protocol: indicator.protocol,
    firstSeenMs: indicator.firstSeenMs,
    trafficUntilMs: indicator.trafficUntilMs,
    life: encodeLife(indicator),
    withdrawnMs: null,
  };
}
