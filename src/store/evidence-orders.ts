// In which orders evidence can be listed.

export const EVIDENCE_ORDERS = {
  // As the index has it, backwards.
  class: 'strength DESC, lastMs DESC, evidence.id DESC',
  last: 'lastMs DESC, evidence.id',
  first: 'firstMs, evidence.id',
  flows: 'flows DESC, evidence.id',
  bytes: 'bytes DESC, evidence.id',
  score: 'score DESC, evidence.id',
  victim: 'victim, strength DESC, evidence.id',
} as const;
export type EvidenceOrder = keyof typeof EVIDENCE_ORDERS;
