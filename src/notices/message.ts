// What a channel carries: a signed message, whatever it says.
import type { Recipient } from '../store/notices.ts';

export interface Message {
  readonly id: string;
  readonly kind: string;
  readonly recipient: Recipient;
  readonly operator: string;
  readonly issuedAtMs: number;
  /** Id of the key that has signed. */
  readonly key: string;
  /** The octets that were signed: canonical JSON, UTF-8. */
  readonly body: Buffer;
  /** Ed25519, 64 octets. */
  readonly signature: Buffer;
  /** From 1. */
  readonly attempt: number;
}

/** Carries one message. @throws an Error that says in words why it could not */
export type Carrier = (message: Message, signal: AbortSignal) => Promise<void>;
