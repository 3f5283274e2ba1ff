// What of an event goes into the tree: its canonical JSON (RFC 8785: keys sorted, nothing between), so that anybody with
// the event can make the leaf, in any language.
import { canonicalJson } from '../core/canonical-json.ts';
import { type Hashing, hashLeaf } from './merkle.ts';

/** An event as it is logged: plain data. */
export interface LoggedEvent {
  /** From 1, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly object: string;
  readonly version: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export function eventLeaf(event: LoggedEvent): string {
  const { action, actor, atMs, detail, digest, object, role, sequence, version } = event;
  return canonicalJson({ action, actor, atMs, detail, digest, object, role, sequence, version });
}

export function eventLeafHash(event: LoggedEvent): Hashing<Uint8Array> {
  return hashLeaf(new TextEncoder().encode(eventLeaf(event)));
}
