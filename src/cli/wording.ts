// Instants and free text as tables and paragraphs show them.
import { formatInstant } from '../core/time.ts';

/** Midnight is a date. */
export function shortInstant(ms: number): string {
  const text = formatInstant(ms);
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

/** `203.0.113.7 tcp port 443` */
export function serverText(address: string, protocolName: string | null, port: number | null): string {
  return [
    address,
    ...(protocolName === null ? [] : [protocolName]),
    ...(port === null ? [] : [`port ${port}`]),
  ].join(' ');
}
