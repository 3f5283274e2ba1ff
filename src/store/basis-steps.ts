// L20: legal bases of retention, access or task that a ruling suspends, and what is reinstated.
import { checkBasisStep } from '../authority/authorisation-lifecycle.ts';
import type { BasisStep, NewBasisStep } from '../authority/steps.ts';
import type { Database } from './database.ts';
import { advanceGeneration, eventWriter } from './events.ts';
import type { ChangedBy } from './operators.ts';
import {
  following,
  type NewChange,
  type RecordOptions,
  recording,
  refusedChange,
  stepDigest,
  stepsBy,
  withoutNulls,
} from './recording.ts';

/**
 * In a transaction of its own.
 * @param basis the id of a basis of some regime, which the caller has checked
 * @throws FlowSieveError REFUSED, CONFLICT, DATABASE
 */
export function recordBasisStep(
  db: Database,
  basis: string,
  step: NewBasisStep,
  change: NewChange,
  options: RecordOptions = {},
): BasisStep {
  return recording(db, change, (now) => recordBasisStepWithin(db, basis, step, now, options));
}

/** As recordBasisStep, within the caller's immediate transaction (`recording`): with the sequestration of matches. */
export function recordBasisStepWithin(
  db: Database,
  basis: string,
  asked: NewBasisStep,
  change: ChangedBy,
  options: RecordOptions = {},
): BasisStep {
  const before = loadBasisSteps(db).get(basis) ?? [];
  const recorded = following(basis, before.at(-1), change, options);
  const step: BasisStep = {
    basis,
    ...recorded,
    atMs: asked.atMs ?? recorded.recordedAtMs,
    kind: asked.kind,
    reason: asked.reason ?? null,
    evidence: asked.evidence?.toLowerCase() ?? null,
  };
  const refusal = checkBasisStep(before, step);
  if (refusal) throw refusedChange(basis, refusal);
  db.prepare(
    `INSERT INTO basisSteps (basis, step, recordedAtMs, atMs, by, role, kind, reason, evidence)
     VALUES (@basis, @step, @recordedAtMs, @atMs, @by, @role, @kind, @reason, @evidence)`,
  ).run(step);
  eventWriter(db)({
    atMs: step.recordedAtMs,
    actor: step.by,
    role: step.role,
    action: `basis.${step.kind}`,
    object: basis,
    version: step.step,
    digest: stepDigest(step),
    detail: withoutNulls({ atMs: step.atMs, reason: step.reason, evidence: step.evidence }),
  });
  advanceGeneration(db);
  return step;
}

/** By basis, each in order. */
export function loadBasisSteps(
  db: Database,
  asKnownAtMs = Infinity,
): ReadonlyMap<string, readonly BasisStep[]> {
  const rows = db.prepare<[], BasisStep>('SELECT * FROM basisSteps ORDER BY basis, step').all();
  return stepsBy(
    rows.filter(({ recordedAtMs }) => recordedAtMs <= asKnownAtMs),
    ({ basis }) => basis,
  );
}
