// Addresses as feeds write them: plain, or defanged so that nobody clicks on them. Host names and URLs are none.
import { type Prefix, parsePrefix } from '../../core/prefix.ts';
import type { Parsed } from '../../core/time.ts';

export interface Endpoint {
  readonly prefix: Prefix;
  readonly port: number;
}

const LONGEST = 100;
const PORT = /^[1-9]\d{0,4}$/;
const WITH_PORT = /^(?:[\d.]+|\[[\da-f.:]+\]):\d+$/i;
const HOST_NAME = /^(?=.*[a-z])[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?$/i;

/** `203.0.113.7`, `203.0.113.0/24`, `2001:db8::1`, `203[.]0[.]113[.]7`. */
export function readAddress(written: string): Parsed<Prefix> {
  if (written.length > LONGEST)
    return { problem: `is longer than any address: ${LONGEST} characters at most` };
  const text = refanged(written);
  const parsed = parsePrefix(text);
  if ('value' in parsed) return parsed;
  if (WITH_PORT.test(text))
    return { problem: 'an address with a port: csv has a column for it, text has none' };
  return { problem: otherThing(text) ?? parsed.problem };
}

/** `203.0.113.7:443`, `[2001:db8::1]:443`. */
export function readEndpoint(written: string): Parsed<Endpoint> {
  if (written.length > LONGEST)
    return { problem: `is longer than any address: ${LONGEST} characters at most` };
  const text = refanged(written);
  const at = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, at));
  const bracketed = host.startsWith('[') && host.endsWith(']');
  const port = readPort(text.slice(at + 1));
  if (at < 0 || port === null || (host.includes(':') && !bracketed)) {
    return { problem: otherThing(text) ?? 'not an address with its port, such as 203.0.113.7:443' };
  }
  const prefix = readAddress(bracketed ? host.slice(1, -1) : host);
  return 'value' in prefix ? { value: { prefix: prefix.value, port } } : prefix;
}

/** `null` where it is no port: 1 to 65535, without leading zeros. */
export function readPort(text: string): number | null {
  return PORT.test(text) && Number(text) <= 65_535 ? Number(text) : null;
}

function refanged(text: string): string {
  return text.replace(/\[\.\]|\(\.\)|\{\.\}|\[dot\]/gi, '.').replaceAll('[:]', ':');
}

/** What it is, where it is no address. */
function otherThing(text: string): string | null {
  if (/^(?:h(?:tt|xx)ps?|ftp)\b/i.test(text) || text.includes('://'))
    return 'a URL: only addresses are taken';
  if (text.includes('@')) return 'a mail address: only IP addresses are taken';
  if (/^[\da-f.:]+ *- *[\da-f.:]+$/i.test(text)) return 'a range: write it as prefixes';
  return HOST_NAME.test(text) ? 'a host name: only addresses are taken, since a name may move' : null;
}
