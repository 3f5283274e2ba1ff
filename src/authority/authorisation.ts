// An authorisation: what a decision says, once its file has been read and found complete. Instants are epoch milliseconds.

export interface Approval {
  readonly by: string;
  readonly atMs: number;
}

/** A decision taken in extreme urgency: in force no more when not confirmed before `deadlineMs` (I3). */
export interface Urgency {
  readonly deadlineMs: number;
  readonly confirmation: Approval | null;
}

export interface Authorisation {
  readonly reference: string;
  readonly file: string;
  readonly regime: string;
  /** SHA-256 of the regime's file by which it was checked, hexadecimal. */
  readonly regimeDigest: string;
  readonly decidedMs: number;
  readonly endsMs: number | null;
  readonly purpose: string;
  readonly operators: readonly string[];
  readonly document: { readonly name: string | null; readonly sha256: string };
  readonly approvals: readonly Approval[];
  /** Reference of the authorisation that this one renews. */
  readonly renews: string | null;
  readonly method: string | null;
  readonly mentions: Readonly<Record<string, string>>;
  /** When the commission was notified, where the regime makes the decision run from there. */
  readonly notifiedMs: number | null;
  readonly urgent: Urgency | null;
}
