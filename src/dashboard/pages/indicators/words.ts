// How an indicator's server and instants are written and read.
import type { Reason } from '../../../authority/reasons.ts';
import { instant, whyText } from '../../format.ts';

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 132: 'sctp' };

export interface Server {
  readonly address: string;
  readonly port: number | null;
  readonly protocol: number | null;
}

/** 203.0.113.7 tcp 443. */
export function serverText({ address, port, protocol }: Server): string {
  const name = protocol === null ? [] : [PROTOCOLS[protocol] ?? `protocol ${protocol}`];
  return [address, ...name, ...(port === null ? [] : [port])].join(' ');
}

/** What a field of local date and time says, which stands for UTC; `undefined` = nothing. */
export function utcOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Date.parse(`${text}Z`);
}

/** An end of a window with its reason: 2026-06-25 09:00:00 UTC: first seen (L3); – no end is known (L10). */
export function boundText({
  atMs,
  rule,
  because,
}: {
  readonly atMs: number | null;
  readonly rule: string;
  readonly because: Reason;
}): string {
  const why = `${whyText(because)} (${rule})`;
  return atMs === null ? `– ${why}` : `${instant(atMs)}: ${why}`;
}
