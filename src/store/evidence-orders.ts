// In which orders evidence can be listed. Each ends with the row, so that a page can go on after any of them.

interface Order {
  readonly keys: readonly string[];
  /** Whether its natural order is from the highest down: all keys alike, as one index can be read backwards. */
  readonly descends: boolean;
}

// Where nothing was counted, it comes last from the highest down.
export const EVIDENCE_ORDERS = {
  class: { keys: ['strength', 'lastMs', 'evidence.id'], descends: true },
  last: { keys: ['lastMs', 'evidence.id'], descends: true },
  first: { keys: ['firstMs', 'evidence.id'], descends: false },
  flows: { keys: ['flows', 'evidence.id'], descends: true },
  bytes: { keys: ['ifnull(bytes, -1)', 'evidence.id'], descends: true },
  score: { keys: ['ifnull(score, -1)', 'evidence.id'], descends: true },
  victim: { keys: ['victim', '-strength', 'evidence.id'], descends: false },
} as const satisfies Record<string, Order>;
export type EvidenceOrder = keyof typeof EVIDENCE_ORDERS;
