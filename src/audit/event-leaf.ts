// What of an event goes into the tree: its canonical JSON (RFC 8785: keys sorted, nothing between), so that anybody with
// the event can make the leaf, in any language.
import { hashLeaf } from './merkle.ts';

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

/** The members in the order of their names. */
export function eventLeaf(event: LoggedEvent): string {
  const { action, actor, atMs, detail, digest, object, role, sequence, version } = event;
  return (
    `{"action":${text(action)},"actor":${text(actor)},"atMs":${text(atMs)},"detail":${canonicalJson(detail)},` +
    `"digest":${text(digest)},"object":${text(object)},"role":${text(role)},"sequence":${text(sequence)},` +
    `"version":${text(version)}}`
  );
}

export function eventLeafHash(event: LoggedEvent): Buffer {
  return hashLeaf(Buffer.from(eventLeaf(event), 'utf8'));
}

const text = JSON.stringify;

/** Of what JSON.parse gives. JavaScript's numbers, strings and order of UTF-16 units are those of RFC 8785 § 3.2. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return text(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = value as Record<string, unknown>;
  let written = '';
  for (const key of Object.keys(members).sort()) {
    written += `${written === '' ? '' : ','}${text(key)}:${canonicalJson(members[key])}`;
  }
  return `{${written}}`;
}
