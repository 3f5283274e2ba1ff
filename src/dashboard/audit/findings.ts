// What a check of the audit log can find, each with what it is about; the messages tell it in words.

export interface Findings {
  /** A head is not signed with the key that it names. */
  signature: { readonly size: number };
  /** Or with a key that is not among those given. */
  unknownKey: { readonly size: number; readonly key: string };
  edited: { readonly sequence: number; readonly action: string; readonly object: string };
  missing: { readonly from: number; readonly to: number };
  /** Events and leaves agree; a signed head says otherwise. */
  changed: { readonly from: number; readonly to: number };
  /** A head covers more than there is. */
  cutOff: { readonly from: number; readonly to: number };
  /** The log covers less than this browser has seen before. */
  shrunk: { readonly before: number; readonly now: number };
  /** It did not grow out of what this browser has seen before. */
  rewritten: { readonly before: number; readonly now: number };
  /** The answer broke off. */
  broken: { readonly events: number };
}

export type Finding = {
  readonly [Kind in keyof Findings]: { readonly kind: Kind } & Findings[Kind];
}[keyof Findings];
