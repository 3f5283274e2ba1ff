// UUIDs that are derived from a name (RFC 9562 § 5.5): the same wherever and whenever they are.
import { hash } from 'node:crypto';

/** @param namespace a UUID */
export function nameUuid(namespace: string, name: string): string {
  const bytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const hex = hash('sha1', Buffer.concat([bytes, Buffer.from(name, 'utf8')]));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
