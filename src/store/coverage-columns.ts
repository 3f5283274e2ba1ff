// What of the ledger tells how much of the traffic was looked at.

export const COVERAGE_COUNTS = [
  'datagrams',
  'records',
  'undecodable',
  'earlyDropped',
  'kernelDropped',
  'slabDropped',
  'refused',
  'notTaken',
  'sequenceLost',
] as const;
export type CoverageCount = (typeof COVERAGE_COUNTS)[number];

export const COVERAGE_OBSERVATIONS = ['clockSkewMs', 'sampling'] as const;
