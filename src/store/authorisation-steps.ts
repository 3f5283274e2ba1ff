// The end of an authorisation before its time (L1, I6), further approvals (I1), the confirmation of an urgent one (I3).
import { checkAuthorisationStep } from '../authority/authorisation-lifecycle.ts';
import type { AuthorisationStep, NewAuthorisationStep } from '../authority/steps.ts';
import { FlowSieveError } from '../core/errors.ts';
import { loadAuthorisations } from './authorisation-records.ts';
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
 * @throws FlowSieveError REFUSED, CONFLICT, NOT_FOUND, DATABASE
 */
export function recordAuthorisationStep(
  db: Database,
  reference: string,
  step: NewAuthorisationStep,
  change: NewChange,
  options: RecordOptions = {},
): AuthorisationStep {
  return recording(db, change, (now) => recordAuthorisationStepWithin(db, reference, step, now, options));
}

/** As recordAuthorisationStep, within the caller's immediate transaction (`recording`). */
export function recordAuthorisationStepWithin(
  db: Database,
  reference: string,
  asked: NewAuthorisationStep,
  change: ChangedBy,
  options: RecordOptions = {},
): AuthorisationStep {
  const authorisation = loadAuthorisations(db, Infinity, reference).get(reference);
  if (!authorisation) throw new FlowSieveError('NOT_FOUND', `there is no authorisation ${reference}`);
  const before = loadAuthorisationSteps(db, Infinity, reference).get(reference) ?? [];
  const recorded = following(reference, before.at(-1), change, options);
  const step: AuthorisationStep = {
    reference,
    ...recorded,
    atMs: asked.atMs ?? recorded.recordedAtMs,
    kind: asked.kind,
    reason: asked.reason ?? null,
    evidence: asked.evidence?.toLowerCase() ?? null,
  };
  const refusal = checkAuthorisationStep(authorisation, before, step);
  if (refusal) throw refusedChange(reference, refusal);
  db.prepare(
    `INSERT INTO authorisationSteps (reference, step, recordedAtMs, atMs, by, role, kind, reason, evidence)
     VALUES (@reference, @step, @recordedAtMs, @atMs, @by, @role, @kind, @reason, @evidence)`,
  ).run(step);
  eventWriter(db)({
    atMs: step.recordedAtMs,
    actor: step.by,
    role: step.role,
    action: `authorisation.${step.kind}`,
    object: reference,
    version: step.step,
    digest: stepDigest(step),
    detail: withoutNulls({ atMs: step.atMs, reason: step.reason, evidence: step.evidence }),
  });
  advanceGeneration(db);
  return step;
}

/** By reference, each in order. */
export function loadAuthorisationSteps(
  db: Database,
  asKnownAtMs = Infinity,
  only: string | null = null,
): ReadonlyMap<string, readonly AuthorisationStep[]> {
  const rows = db
    .prepare<[string | null], AuthorisationStep>(
      'SELECT * FROM authorisationSteps WHERE reference = coalesce(?, reference) ORDER BY reference, step',
    )
    .all(only);
  return stepsBy(
    rows.filter(({ recordedAtMs }) => recordedAtMs <= asKnownAtMs),
    ({ reference }) => reference,
  );
}
