// Reads what decides a match: authorisations, operators and every indicator's newest version, as known at an instant.
import type { AuthorityRecords, IndicatorRecord } from '../authority/records.ts';
import type { IndicatorStep, Recorded } from '../authority/steps.ts';
import { loadAuthorisations } from './authorisation-records.ts';
import { loadAuthorisationSteps } from './authorisation-steps.ts';
import { loadBasisSteps } from './basis-steps.ts';
import type { Database } from './database.ts';
import { currentGeneration } from './events.ts';
import { newestRecords } from './indicator-records.ts';
import { iterateSteps, stepsOf } from './indicator-steps.ts';
import { knownOperators } from './operators.ts';
import { stepsBy } from './recording.ts';
import { stepsSince } from './steps-since.ts';

export interface LoadOptions {
  /** Epoch ms: the state as it was recorded up to then. Without it: everything recorded. */
  readonly asKnownAtMs?: number;
  /** Only this authorisation and its indicators. */
  readonly authorisation?: string;
  /** Only this indicator, by its id. */
  readonly indicator?: string;
  /**
   * Epoch ms before which nothing is asked: of the steps, only those that have a say from then on. What was recorded lies
   * before it even where the clock was ahead then: it is in effect (L10).
   */
  readonly sinceMs?: number;
  /** Authorisations, operators and bases alone: for who reads indicators and their steps one after another. */
  readonly indicators?: false;
}

/** One consistent state, whatever other processes write meanwhile. */
export function loadRecords(db: Database, options: LoadOptions = {}): AuthorityRecords {
  const asKnownAtMs = options.asKnownAtMs ?? Infinity;
  const only = options.authorisation ?? null;
  return db.transaction(() => {
    const records: AuthorityRecords = {
      generation: currentGeneration(db),
      authorisations: loadAuthorisations(db, asKnownAtMs, only),
      operators: knownOperators(db, asKnownAtMs),
      indicators: loadIndicators(db, asKnownAtMs, options),
      steps: loadSteps(db, asKnownAtMs, options),
      authorisationSteps: loadAuthorisationSteps(db, asKnownAtMs, only),
      basisSteps: loadBasisSteps(db, asKnownAtMs),
    };
    return options.sinceMs === undefined ? records : recordedBefore(records, options.sinceMs);
  })();
}

type Steps = ReadonlyMap<string, readonly IndicatorStep[]>;

function loadSteps(
  db: Database,
  asKnownAtMs: number,
  { authorisation, indicator, sinceMs, indicators }: LoadOptions,
): Steps {
  if (indicators === false) return new Map();
  if (indicator !== undefined) return new Map([[indicator, stepsOf(db, indicator, asKnownAtMs)]]);
  if (sinceMs !== undefined) return stepsSince(db, sinceMs, asKnownAtMs);
  return stepsBy(iterateSteps(db, asKnownAtMs, authorisation), (step) => step.indicator);
}

/** A clock that was ahead puts off nothing. */
function recordedBefore(records: AuthorityRecords, sinceMs: number): AuthorityRecords {
  return {
    ...records,
    indicators: records.indicators.map((record) =>
      (record.withdrawnMs ?? 0) > sinceMs ? { ...record, withdrawnMs: sinceMs } : record,
    ),
    steps: clipped(records.steps, sinceMs),
    authorisationSteps: clipped(records.authorisationSteps, sinceMs),
    basisSteps: clipped(records.basisSteps, sinceMs),
  };
}

function clipped<Step extends Recorded>(
  steps: ReadonlyMap<string, readonly Step[]>,
  sinceMs: number,
): ReadonlyMap<string, readonly Step[]> {
  const ahead = [...steps].filter(([, of]) => of.some(({ recordedAtMs }) => recordedAtMs > sinceMs));
  if (ahead.length === 0) return steps;
  const clip = (step: Step): Step => ({ ...step, recordedAtMs: Math.min(step.recordedAtMs, sinceMs) });
  return new Map([...steps, ...ahead.map(([key, of]) => [key, of.map(clip)] as const)]);
}

function loadIndicators(db: Database, asKnownAtMs: number, options: LoadOptions): IndicatorRecord[] {
  if (options.indicators === false) return [];
  return [...newestRecords(db, asKnownAtMs, options)];
}
