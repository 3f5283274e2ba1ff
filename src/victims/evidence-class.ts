// The class of evidence per victim and indicator, E0 to E4 (L14), and what it means in words.
import { isConversation, isFromVictim, isSampled } from './signals.ts';

/** From weakest to strongest; the place is stored: append only. What sampling leaves open may be anything from E0 on. */
export const EVIDENCE_CLASSES = ['E0', 'E1', 'unknown-sampled', 'E2', 'E3', 'E4'] as const;
export type EvidenceClass = (typeof EVIDENCE_CLASSES)[number];

/** Distinct hours with a conversation that make E3. */
export const SEVERAL_HOURS = 3;

export const CLASS_WORDS: Readonly<Record<EvidenceClass, string>> = {
  E0: 'only the C2 server sent; no reply of the victim was seen (mostly scanning)',
  E1: 'the victim sent to the C2 server; nothing shows that a connection came about',
  'unknown-sampled':
    'contact was seen, but only some packets were looked at: whether a connection came about cannot be told',
  E2: 'the victim and the C2 server exchanged traffic',
  E3: `the victim and the C2 server exchanged traffic in at least ${SEVERAL_HOURS} distinct hours`,
  E4: `the victim and the C2 server exchanged traffic in at least ${SEVERAL_HOURS} distinct hours, regularly, as a beacon does`,
};

export interface Seen {
  /** United over all flows. */
  readonly signals: number;
  /** Distinct hours in which a conversation was seen. */
  readonly provenHours: number;
  readonly isBeaconing: boolean;
}

export function evidenceClass({ signals, provenHours, isBeaconing }: Seen): EvidenceClass {
  if (isConversation(signals)) {
    if (provenHours < SEVERAL_HOURS) return 'E2';
    return isBeaconing ? 'E4' : 'E3';
  }
  // What sampling passed over could be the reply: its absence shows nothing.
  if (isSampled(signals)) return 'unknown-sampled';
  return isFromVictim(signals) ? 'E1' : 'E0';
}

export function strengthOf(evidence: EvidenceClass): number {
  return EVIDENCE_CLASSES.indexOf(evidence);
}
