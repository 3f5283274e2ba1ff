// One step for many indicators, in transactions of bounded size, so that a daemon's commits come in between.
import { setTimeout } from 'node:timers/promises';
import type { InForceOptions } from '../authority/conditions.ts';
import { explain } from '../authority/explain.ts';
import { checkStep, completeStep } from '../authority/lifecycle.ts';
import type { Fault } from '../authority/refusal.ts';
import { isVerificationDue, statusOf } from '../authority/status.ts';
import type { IndicatorStep, NewStep } from '../authority/steps.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatPrefix } from '../core/prefix.ts';
import { loadRecords } from './authority-records.ts';
import type { Database } from './database.ts';
import type { NamedIndicator } from './indicator-names.ts';
import { recordStepWithin } from './indicator-steps.ts';
import { type NewChange, type RecordOptions, recording } from './recording.ts';

/** Steps in one transaction; between two, longer than a daemon waits before it asks again for its turn. */
const STEPS_AT_ONCE = 1_000;
const PAUSE_MS = 50;

export interface RecordedChange<Target extends { readonly id: string } = NamedIndicator> {
  readonly target: Target;
  readonly step: IndicatorStep;
}

/** What is wrong with a step whatever it is a step of. */
export function formFault(step: NewStep, { by, role }: NewChange): Fault | null {
  return checkStep([], completeStep('', step, [], { by, role, recordedAtMs: Date.now() }));
}

/** One that is refused does not stop the others. @throws FlowSieveError NOT_FOUND, CONFLICT, DATABASE */
export async function recordOfEach<Target extends { readonly id: string }>(
  db: Database,
  targets: readonly Target[],
  step: NewStep,
  change: NewChange,
  options: RecordOptions = {},
): Promise<{ changes: RecordedChange<Target>[]; refused: FlowSieveError[] }> {
  const changes: RecordedChange<Target>[] = [];
  const refused: FlowSieveError[] = [];
  for (let first = 0; first < targets.length; first += STEPS_AT_ONCE) {
    if (first > 0) await setTimeout(PAUSE_MS);
    const some = targets.slice(first, first + STEPS_AT_ONCE);
    const outcomes = recording(db, change, (now) =>
      some.map((target) => {
        try {
          return { target, step: recordStepWithin(db, target.id, step, now, options) };
        } catch (error) {
          // Refused before anything of it is written: the others are recorded.
          if (error instanceof FlowSieveError && error.code === 'REFUSED') return error;
          throw error;
        }
      }),
    );
    for (const outcome of outcomes) {
      if (outcome instanceof FlowSieveError) refused.push(outcome);
      else changes.push(outcome);
    }
  }
  return { changes, refused };
}

/** Verified active before, and due by then; what is over for other reasons is left alone. */
export function dueIndicators(
  db: Database,
  inForce: InForceOptions,
  { authorisation, byMs }: { readonly authorisation?: string | undefined; readonly byMs: number },
): NamedIndicator[] {
  const now = Date.now();
  const only = authorisation === undefined ? {} : { authorisation };
  const records = loadRecords(db, { sinceMs: now, ...only });
  return records.indicators.flatMap((record) => {
    if (!isVerificationDue(statusOf(explain(record, records, now, inForce), now), byMs)) return [];
    const { id, scope } = record;
    return [{ id, authorisation: scope.authorisation, address: formatPrefix(record), origin: scope.origin }];
  });
}
