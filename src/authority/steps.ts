// What happens to an indicator, to an authorisation and to a legal basis after they were taken in: steps, numbered from 1
// for each, never changed. Instants are epoch milliseconds. Findings (analyse, verify, approve, confirm) count from when
// they took place; decisions (all others) from when they were recorded.

export const STEP_KINDS = [
  'analyse',
  'verify',
  'suspend',
  'reinstate',
  'revoke',
  'override',
  'hit',
  'clear',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** A step as it is asked for. */
export interface NewStep {
  readonly kind: StepKind;
  /** When it took place; without it, when it is recorded. */
  readonly atMs?: number | undefined;
  /** analyse, verify: as in indicator.ts; hit: `hard` or `soft`. */
  readonly outcome?: string | undefined;
  readonly method?: string | undefined;
  /** SHA-256 of the evidence, hexadecimal. */
  readonly evidence?: string | undefined;
  readonly reason?: string | undefined;
  /** See causes.ts; suspend, reinstate: without it, `person`; override: without it, the only thing there is to override. */
  readonly cause?: string | undefined;
  /** revoke: from when on the address was no longer the C2 server's. */
  readonly trafficUntilMs?: number | undefined;
  /** Anything else that is to be kept; never an address of a victim. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** Who recorded a step, and when it took place and was recorded. */
export interface Recorded {
  readonly by: string;
  readonly role: string;
  readonly atMs: number;
  readonly recordedAtMs: number;
}

/** A step that has no number yet. */
export interface UnnumberedStep extends Recorded {
  readonly indicator: string;
  readonly kind: StepKind;
  readonly outcome: string | null;
  readonly method: string | null;
  readonly evidence: string | null;
  readonly reason: string | null;
  readonly cause: string | null;
  readonly trafficUntilMs: number | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

export interface IndicatorStep extends UnnumberedStep {
  readonly step: number;
}

/** `end`: before its time (L1, I6); `approve`: one more signature (I1); `confirm`: an urgent decision, in writing (I3). */
export const AUTHORISATION_STEP_KINDS = ['end', 'approve', 'confirm'] as const;

export interface NewAuthorisationStep {
  readonly kind: (typeof AUTHORISATION_STEP_KINDS)[number];
  readonly atMs?: number | undefined;
  readonly reason?: string | undefined;
  /** SHA-256 of the document, hexadecimal. */
  readonly evidence?: string | undefined;
}

export interface AuthorisationStep extends Recorded {
  readonly reference: string;
  readonly step: number;
  readonly kind: (typeof AUTHORISATION_STEP_KINDS)[number];
  readonly reason: string | null;
  readonly evidence: string | null;
}

/** L20: what a court's ruling does to a legal basis: of retention, of access, or a task. */
export const BASIS_STEP_KINDS = ['suspend', 'reinstate'] as const;

export interface NewBasisStep {
  readonly kind: (typeof BASIS_STEP_KINDS)[number];
  readonly atMs?: number | undefined;
  readonly reason?: string | undefined;
  readonly evidence?: string | undefined;
}

export interface BasisStep extends Recorded {
  readonly basis: string;
  readonly step: number;
  readonly kind: (typeof BASIS_STEP_KINDS)[number];
  readonly reason: string | null;
  readonly evidence: string | null;
}
