// Instants and free text as tables and paragraphs show them.
import { protocolName } from '../authority/protocols.ts';
import { formatInstant } from '../core/time.ts';

/** Midnight is a date. */
export function shortInstant(ms: number): string {
  const text = formatInstant(ms);
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}

export function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}

const LABEL_WIDTH = 12;

/** A line of a paragraph whose labels stand in a column. */
export function labelled(label: string, text: string): string {
  return label.padEnd(LABEL_WIDTH) + text;
}

interface Server {
  readonly address: string;
  readonly port: number | null;
  readonly protocol: number | null;
}

/** `203.0.113.7 tcp port 443` */
export function serverText({ address, port, protocol }: Server): string {
  return [
    address,
    ...(protocol === null ? [] : [protocolName(protocol)]),
    ...(port === null ? [] : [`port ${port}`]),
  ].join(' ');
}
