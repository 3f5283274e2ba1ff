// What happens to indicators, recorded: each step checked against those before it, in one transaction with its event and
// the generation that makes it effective.
import { checkStep, completeStep } from '../authority/lifecycle.ts';
import type { IndicatorStep, NewStep, StepKind } from '../authority/steps.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Database } from './database.ts';
import { advanceGeneration, eventWriter } from './events.ts';
import { indicatorNamer, type NamedIndicator } from './indicator-names.ts';
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
import type { Statement } from './sqlite.ts';

/**
 * In a transaction of its own.
 * @throws FlowSieveError REFUSED, CONFLICT, NOT_FOUND, DATABASE
 */
export function recordStep(
  db: Database,
  indicator: string,
  step: NewStep,
  change: NewChange,
  options: RecordOptions = {},
): IndicatorStep {
  return recording(db, change, (now) => recordStepWithin(db, indicator, step, now, options));
}

/** As recordStep, within the caller's immediate transaction (`recording`). */
export function recordStepWithin(
  db: Database,
  indicator: string,
  step: NewStep,
  change: ChangedBy,
  options: RecordOptions = {},
): IndicatorStep {
  let recorder = recorders.get(db);
  if (!recorder) {
    recorder = new Recorder(db);
    recorders.set(db, recorder);
  }
  return recorder.record(indicator, step, change, options);
}

/** Statements are prepared once for each database: a bulk verification records very many steps. */
const recorders = new WeakMap<Database, Recorder>();

const ACTIONS: Readonly<Record<StepKind, string>> = {
  analyse: 'indicator.analyse',
  verify: 'indicator.verify',
  suspend: 'indicator.suspend',
  reinstate: 'indicator.reinstate',
  revoke: 'indicator.revoke',
  override: 'indicator.override',
  hit: 'warninglist.hit',
  clear: 'warninglist.clear',
};

export const STEP_COLUMNS = `indicator, step, recordedAtMs, atMs, by, role, kind, outcome, method, evidence, reason, cause,
  trafficUntilMs, detail`;

class Recorder {
  private readonly db: Database;
  private readonly insert;
  private readonly selectLast;
  private readonly selectOthers;
  private readonly nameOf;
  private readonly writeEvent: ReturnType<typeof eventWriter>;

  constructor(db: Database) {
    this.db = db;
    this.insert = db.prepare(
      `INSERT INTO indicatorSteps (${STEP_COLUMNS}) VALUES (${Array(14).fill('?').join(', ')})`,
    );
    this.selectLast = db.prepare<[string], Pick<IndicatorStep, 'step' | 'by' | 'kind' | 'recordedAtMs'>>(
      'SELECT step, by, kind, recordedAtMs FROM indicatorSteps WHERE indicator = ? ORDER BY step DESC LIMIT 1',
    );
    this.selectOthers = db.prepare<[string], StepRow>(
      `SELECT ${STEP_COLUMNS} FROM indicatorSteps WHERE indicator = ? AND kind <> 'verify' ORDER BY step`,
    );
    this.nameOf = indicatorNamer(db);
    this.writeEvent = eventWriter(db);
  }

  record(indicator: string, asked: NewStep, change: ChangedBy, options: RecordOptions): IndicatorStep {
    const named = this.nameOf(indicator);
    if (!named) throw new FlowSieveError('NOT_FOUND', `there is no indicator ${indicator}`);
    const { step: number, ...recorded } = following(
      indicator,
      this.selectLast.get(indicator),
      change,
      options,
    );
    const before = this.selectOthers.all(indicator).map(toStep);
    const step = completeStep(indicator, asked, before, recorded);
    const refusal = checkStep(before, step);
    if (refusal) throw refusedChange(`${indicator} (${named.address}, ${named.authorisation})`, refusal);
    return this.write({ ...step, step: number }, named);
  }

  private write(step: IndicatorStep, { authorisation, address }: NamedIndicator): IndicatorStep {
    const { detail, ...plain } = step;
    this.insert.run(
      step.indicator,
      step.step,
      step.recordedAtMs,
      step.atMs,
      step.by,
      step.role,
      step.kind,
      step.outcome,
      step.method,
      step.evidence,
      step.reason,
      step.cause,
      step.trafficUntilMs,
      detail === null ? null : JSON.stringify(detail),
    );
    const { indicator, step: version, recordedAtMs, by, role, kind, ...said } = plain;
    this.writeEvent({
      atMs: recordedAtMs,
      actor: by,
      role,
      action: ACTIONS[kind],
      object: indicator,
      version,
      digest: stepDigest(step),
      detail: { authorisation, address, ...withoutNulls({ ...said, detail }) },
    });
    advanceGeneration(this.db);
    return step;
  }
}

export type StepRow = Omit<IndicatorStep, 'detail'> & { readonly detail: string | null };

export function toStep(row: StepRow): IndicatorStep {
  return {
    ...row,
    detail: row.detail === null ? null : (JSON.parse(row.detail) as Record<string, unknown>),
  };
}

/** In their order. */
export function stepsOf(db: Database, indicator: string, asKnownAtMs = Infinity): IndicatorStep[] {
  return stepsReader(db, asKnownAtMs)(indicator);
}

/** Prepared once for each database: an import asks for the steps of very many. */
const selections = new WeakMap<Database, Statement<[string], StepRow>>();

/** As stepsOf, of one indicator after another. */
export function stepsReader(db: Database, asKnownAtMs = Infinity): (indicator: string) => IndicatorStep[] {
  const select =
    selections.get(db) ??
    db.prepare<[string], StepRow>(
      `SELECT ${STEP_COLUMNS} FROM indicatorSteps WHERE indicator = ? ORDER BY step`,
    );
  selections.set(db, select);
  return (indicator) =>
    select
      .all(indicator)
      .filter(({ recordedAtMs }) => recordedAtMs <= asKnownAtMs)
      .map(toStep);
}

/** Of some indicators, by their ids, each one's in their order, with one statement. Who has none is left out. */
export function manyStepsReader(
  db: Database,
): (indicators: readonly string[]) => ReadonlyMap<string, readonly IndicatorStep[]> {
  const select = db.prepare<[string], StepRow>(
    `SELECT ${STEP_COLUMNS} FROM json_each(?) CROSS JOIN indicatorSteps ON indicator = value
     ORDER BY indicator, step`,
  );
  return (indicators) =>
    stepsBy(select.all(JSON.stringify(indicators)).map(toStep), ({ indicator }) => indicator);
}

/** Of all indicators, or those of one authorisation, one after another. */
export function* iterateSteps(
  db: Database,
  asKnownAtMs = Infinity,
  authorisation?: string,
): Generator<IndicatorStep> {
  const ofAuthorisation = `WHERE indicator IN (SELECT indicatorVersions.id FROM indicatorVersions
    JOIN indicatorScopes ON indicatorScopes.id = scope WHERE authorisation = ?)`;
  const rows = db
    .prepare<string[], StepRow>(
      `SELECT ${STEP_COLUMNS} FROM indicatorSteps ${authorisation === undefined ? '' : ofAuthorisation}
       ORDER BY indicator, step`,
    )
    .iterate(...(authorisation === undefined ? [] : [authorisation]));
  for (const row of rows) if (row.recordedAtMs <= asKnownAtMs) yield toStep(row);
}

/** Of all indicators and drafts that were revoked, by their ids (L10). */
export function revocations(db: Database, asKnownAtMs = Infinity): ReadonlyMap<string, IndicatorStep> {
  const rows = db
    .prepare<[], StepRow>(
      `SELECT ${STEP_COLUMNS} FROM indicatorSteps WHERE kind <> 'verify' AND kind = 'revoke'`,
    )
    .all();
  const known = rows.filter(({ recordedAtMs }) => recordedAtMs <= asKnownAtMs);
  return new Map(known.map((row) => [row.indicator, toStep(row)]));
}
