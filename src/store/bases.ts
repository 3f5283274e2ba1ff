// Legal bases, of all regimes: what rests on each, and what a court's ruling does to one (L20).
import { type KnownBasis, knownBases, refuseUnknownBasis } from '../authority/bases.ts';
import type { BasisStep, NewBasisStep } from '../authority/steps.ts';
import { loadBasisSteps, recordBasisStepWithin } from './basis-steps.ts';
import type { Database } from './database.ts';
import { type NewChange, type RecordOptions, recording } from './recording.ts';
import { PLACED_WITH_BASIS, placeSequester, releaseSequester } from './sequesters.ts';

export interface BasisStanding extends KnownBasis {
  /** The number of its last step; 0 = there is none. */
  readonly step: number;
  /** The step that suspends it; `null` = it is not suspended. */
  readonly suspended: BasisStep | null;
  /** Indicators that are listed and rest on it. */
  readonly indicators: number;
}

export function listBases(db: Database): readonly BasisStanding[] {
  const { steps, resting } = db.transaction(() => ({
    steps: loadBasisSteps(db),
    resting: countResting(db),
  }))();
  return knownBases().map((basis) => {
    const last = steps.get(basis.id)?.at(-1);
    return {
      ...basis,
      step: last?.step ?? 0,
      suspended: last?.kind === 'suspend' ? last : null,
      indicators: resting.get(basis.id) ?? 0,
    };
  });
}

/** How many indicators rest on each basis, by the newest version of each that is listed. */
export function countResting(db: Database): ReadonlyMap<string, number> {
  const rows = db
    .prepare<[], { retention: string; access: string; task: string; indicators: number }>(
      `WITH listed AS (
         SELECT scope, listed, max(version) FROM indicatorVersions GROUP BY id
       )
       SELECT retention, access, task, count(*) AS indicators
       FROM listed JOIN indicatorScopes ON indicatorScopes.id = scope WHERE listed = 1 GROUP BY scope`,
    )
    .all();
  const counts = new Map<string, number>();
  for (const { retention, access, task, indicators } of rows) {
    for (const basis of new Set([retention, access, task])) {
      counts.set(basis, (counts.get(basis) ?? 0) + indicators);
    }
  }
  return counts;
}

/**
 * Suspends everything that rests on a basis and keeps its matches from being read, or lifts both.
 * @throws FlowSieveError USAGE, REFUSED, CONFLICT, DATABASE
 */
export function changeBasis(
  db: Database,
  basis: string,
  step: NewBasisStep,
  change: NewChange,
  options: RecordOptions = {},
): BasisStep {
  refuseUnknownBasis(basis);
  return recording(db, change, (now) => {
    const recorded = recordBasisStepWithin(db, basis, step, now, options);
    const { atMs, reason = '' } = step;
    const sequester = { ...now, reason, cause: PLACED_WITH_BASIS, ...(atMs === undefined ? {} : { atMs }) };
    if (step.kind === 'suspend') placeSequester(db, { kind: 'basis', value: basis }, sequester);
    else releaseSequester(db, { kind: 'basis', value: basis }, sequester);
    return recorded;
  });
}
