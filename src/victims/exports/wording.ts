// What several formats say alike.
import { protocolName } from '../../authority/protocols.ts';
import { counted } from '../../core/counted.ts';
import { formatInstant } from '../../core/time.ts';
import type { EvidenceClass } from '../evidence-class.ts';
import type { Victim } from '../victims.ts';
import type { Handed } from './handed.ts';

export function malwareOf(indicator: Handed['indicator']): string | null {
  return indicator === null ? null : (indicator.threat.name ?? indicator.threat.activity);
}

/** In one sentence, without the victim's address. */
export function seenText({ meaning, flows, hours, firstMs, lastMs, c2s }: Victim): string {
  return `${meaning}: ${counted(flows, 'flow')} in ${counted(hours, 'distinct hour')} with ${c2s.listed.join(', ')}, from ${formatInstant(firstMs)} to ${formatInstant(lastMs)}`;
}

/** How sure a class makes, of 1. */
export const CONFIDENCE: Readonly<Record<EvidenceClass, number>> = {
  E0: 0.1,
  E1: 0.3,
  'unknown-sampled': 0.3,
  E2: 0.6,
  E3: 0.8,
  E4: 0.95,
};

/** The transport's name where it is one protocol. */
export function transportOf({ protocols }: Victim): string | null {
  return protocols.length === 1 ? protocolName(protocols[0] as number) : null;
}
