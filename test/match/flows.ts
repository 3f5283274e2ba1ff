// Flows for tests: documentation addresses, everything unremarkable but what a test says.
import type { Flow } from '../../src/core/flow.ts';
import type { Evaluation } from '../../src/match/messages.ts';

export const C2 = '203.0.113.7';
export const VICTIM = '192.0.2.50';

export function flowOf(given: Partial<Flow> = {}): Flow {
  return {
    src: VICTIM,
    dst: C2,
    srcPort: 50_000,
    dstPort: 443,
    protocol: 6,
    bytes: 1_500,
    packets: 3,
    startMs: 1_000,
    endMs: 2_000,
    exportMs: 9_000,
    timeSource: 'absolute',
    swappedTimes: false,
    tcpFlags: 27,
    sampling: null,
    alternates: [],
    ...given,
  };
}

export const EVALUATION: Evaluation = {
  operator: 'example-isp',
  retentionBasis: 'lce-126-1',
  atMs: 50_000,
  straddling: 'contained',
};
