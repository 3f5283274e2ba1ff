// An indicator: one C2 address or prefix, why it is one, on what basis it is watched, and who says so. Instants are epoch
// milliseconds.
import { nameUuid } from '../core/uuid.ts';

export const ANALYSIS_OUTCOMES = ['confirmed', 'refuted', 'inconclusive'] as const;
export const VERIFICATION_OUTCOMES = ['active', 'inactive', 'inconclusive'] as const;
export const TLP = ['RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR'] as const;

/** Somebody's finding about the address, with what it rests on. */
export interface Finding<Outcome extends string> {
  readonly by: string;
  readonly atMs: number;
  readonly method: string;
  readonly outcome: Outcome;
  /** SHA-256 of the evidence, hexadecimal. */
  readonly evidence?: string;
}
type Analysis = Finding<(typeof ANALYSIS_OUTCOMES)[number]>;
type Verification = Finding<(typeof VERIFICATION_OUTCOMES)[number]>;

/** L21: somebody who lets a prefix be wider than the regime allows, and why. It takes two. */
export interface Override {
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
}

/** Admiralty code: how reliable the source is (A-F), how credible what it says (1-6). */
interface RatedSource {
  readonly name: string;
  readonly reliability: 'A' | 'B' | 'C' | 'D' | 'E' | 'F';
  readonly credibility: number;
}

export interface Threat {
  readonly activity: string;
  readonly name: string | null;
  readonly kind: string | null;
  readonly relation: string | null;
  readonly actor: string | null;
  readonly description: string | null;
}

export interface Basis {
  readonly retention: string;
  /** A statutory term other than the usual one, where the zone's is shorter (§ 47). */
  readonly retentionTerm: string | null;
  readonly access: string;
  readonly task: string;
}

export interface Indicator {
  /** STIX identifier: `indicator--` and a UUID. */
  readonly id: string;
  /** Canonical address or prefix. */
  readonly address: string;
  readonly port: number | null;
  /** IANA protocol number. */
  readonly protocol: number | null;
  readonly firstSeenMs: number;
  readonly firstSeenEvent: string;
  readonly trafficUntilMs: number | null;
  readonly country: string;
  readonly threat: Threat;
  readonly basis: Basis;
  readonly sources: readonly RatedSource[];
  readonly analyses: readonly Analysis[];
  readonly verifications: readonly Verification[];
  readonly verifyEvery: string;
  readonly verifyReason: string | null;
  readonly tlp: (typeof TLP)[number];
  readonly block: boolean;
  /** Of the width of the prefix. */
  readonly overrides: readonly Override[];
}

/** Namespace of derived identifiers (RFC 9562 § 5.5); arbitrary, and fixed for ever. */
const NAMESPACE = '8f0a6c1b-5d7e-4c3a-a2b9-4e6d1f7c0b52';

/**
 * The identifier of an indicator that was given none: the same wherever and whenever it is derived.
 * @param earlier how many were there before and are over: coming back is a new indicator (L10)
 */
export function deriveIndicatorId(
  reference: string,
  address: string,
  port: number | null,
  protocol: number | null,
  earlier = 0,
): string {
  const again = earlier === 0 ? [] : [earlier];
  const name = [reference, address, port ?? '', protocol ?? '', ...again].join('\n');
  return `indicator--${nameUuid(NAMESPACE, name)}`;
}
