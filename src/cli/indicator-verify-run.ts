// Runs `flowsieve indicator verify`: of one, of many, of all that are due. Many are recorded in transactions of bounded size,
// so that a daemon's commits come in between.
import { setTimeout } from 'node:timers/promises';
import { explain } from '../authority/explain.ts';
import { checkStep, completeStep } from '../authority/lifecycle.ts';
import { describeFault } from '../authority/refusal.ts';
import { statusOf } from '../authority/status.ts';
import type { NewStep } from '../authority/steps.ts';
import { type Configuration, loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatPrefix } from '../core/prefix.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { loadRecords } from '../store/authority-records.ts';
import { type Database, openDatabase } from '../store/database.ts';
import type { NamedIndicator } from '../store/indicator-names.ts';
import { recordStepWithin } from '../store/indicator-steps.ts';
import { type NewChange, type RecordOptions, recording } from '../store/recording.ts';
import { EXIT, type GlobalOptions, log } from './command.ts';
import { currentUser } from './current-user.ts';
import { evidenceDigest } from './evidence-argument.ts';
import { refuseCommonGeneration } from './indicator-change-run.ts';
import type { VerifyOptions } from './indicator-changes.ts';
import { MOST_LINES, type RecordedChange, reportChanges } from './indicator-report.ts';
import { findTargets } from './indicator-target.ts';

/** Steps in one transaction; between two, longer than a daemon waits before it asks again for its turn. */
const STEPS_AT_ONCE = 1_000;
const PAUSE_MS = 50;

/** @returns the exit status */
export async function verifyIndicators(
  named: readonly string[],
  commandLine: GlobalOptions,
  options: VerifyOptions,
): Promise<number> {
  refuseAmbiguousUse(named, options);
  const configuration = await loadConfiguration(commandLine);
  const { at, outcome, method, reason, generation } = options;
  const evidence = await evidenceDigest(options.evidence);
  const step: NewStep = { kind: 'verify', atMs: at, outcome, method, evidence, reason };
  const change = { by: options.by ?? currentUser(), role: 'analyst' };
  refuseMalformed(step, change);
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const targets = options.allDue ? dueTargets(db, configuration, options) : targetsOf(db, named, options);
    refuseCommonGeneration(targets.length, generation);
    const { changes, refused } = await record(db, targets, step, change, { expectedStep: generation });
    const [only] = refused;
    if (only && targets.length === 1) throw only;
    for (const { message } of refused.slice(0, MOST_LINES)) log(message);
    if (refused.length > MOST_LINES) log(`and ${refused.length - MOST_LINES} more were refused`);
    reportChanges(db, configuration, commandLine, changes);
    if (targets.length === 0 && !commandLine.json) log('nothing is due');
    await deliverAfterChange(configuration, db);
    return refused.length === 0 ? EXIT.done : changes.length === 0 ? EXIT.failed : EXIT.damaged;
  } finally {
    db.close();
  }
}

function refuseAmbiguousUse(named: readonly string[], { allDue, dueBefore }: VerifyOptions): void {
  const problem =
    named.length === 0 && !allDue
      ? 'name indicators, or say --all-due'
      : named.length > 0 && allDue
        ? 'name indicators, or say --all-due, not both'
        : dueBefore !== undefined && !allDue
          ? '--due-before goes with --all-due'
          : null;
  if (problem !== null) throw new FlowSieveError('USAGE', `indicator verify: ${problem}`);
}

/** What no indicator could take is refused once, not for each. */
function refuseMalformed(step: NewStep, { by, role }: NewChange): void {
  const recorded = completeStep('', step, [], { by, role, recordedAtMs: Date.now() });
  const refusal = checkStep([], recorded);
  if (refusal) throw new FlowSieveError('USAGE', `indicator verify: ${describeFault(refusal)}`);
}

/** Each once, in the order named. */
function targetsOf(db: Database, named: readonly string[], options: VerifyOptions): NamedIndicator[] {
  const targets = named.flatMap((one) => findTargets(db, one, options));
  return [...new Map(targets.map((target) => [target.id, target])).values()];
}

/** Verified active before, and due by then; what is over for other reasons is left alone. */
function dueTargets(
  db: Database,
  configuration: Configuration,
  { authorisation, dueBefore }: VerifyOptions,
): NamedIndicator[] {
  const now = Date.now();
  const settings = inForceOptions(configuration);
  const records = loadRecords(db, {
    sinceMs: now,
    ...(authorisation === undefined ? {} : { authorisation }),
  });
  return records.indicators.flatMap((record) => {
    const { state, verificationDueMs } = statusOf(explain(record, records, now, settings), now);
    const isDue = verificationDueMs !== null && verificationDueMs <= (dueBefore ?? now);
    if (!isDue || !VERIFIABLE.includes(state)) return [];
    const { id, scope } = record;
    return [{ id, authorisation: scope.authorisation, address: formatPrefix(record), origin: scope.origin }];
  });
}

const VERIFIABLE: readonly string[] = ['active', 'suspended', 'proposed', 'waiting'];

async function record(
  db: Database,
  targets: readonly NamedIndicator[],
  step: NewStep,
  change: NewChange,
  options: RecordOptions,
): Promise<{ changes: RecordedChange[]; refused: FlowSieveError[] }> {
  const changes: RecordedChange[] = [];
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
