// Runs `flowsieve indicator verify`: of one, of many, of all that are due.
import { describeFault } from '../authority/refusal.ts';
import type { NewStep } from '../authority/steps.ts';
import { type Configuration, loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { FlowSieveError } from '../core/errors.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { dueIndicators, formFault, recordOfEach } from '../store/bulk-steps.ts';
import { type Database, openDatabase } from '../store/database.ts';
import type { NamedIndicator } from '../store/indicator-names.ts';
import type { NewChange } from '../store/recording.ts';
import { EXIT, type GlobalOptions, log } from './command.ts';
import { currentUser } from './current-user.ts';
import { evidenceDigest } from './evidence-argument.ts';
import { refuseCommonGeneration } from './indicator-change-run.ts';
import type { VerifyOptions } from './indicator-changes.ts';
import { MOST_LINES, reportChanges } from './indicator-report.ts';
import { findTargets } from './indicator-target.ts';

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
    const { changes, refused } = await recordOfEach(db, targets, step, change, { expectedStep: generation });
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
function refuseMalformed(step: NewStep, change: NewChange): void {
  const refusal = formFault(step, change);
  if (refusal) throw new FlowSieveError('USAGE', `indicator verify: ${describeFault(refusal)}`);
}

function dueTargets(
  db: Database,
  configuration: Configuration,
  { authorisation, dueBefore: byMs = Date.now() }: VerifyOptions,
): NamedIndicator[] {
  return dueIndicators(db, inForceOptions(configuration), { authorisation, byMs });
}

/** Each once, in the order named. */
function targetsOf(db: Database, named: readonly string[], options: VerifyOptions): NamedIndicator[] {
  const targets = named.flatMap((one) => findTargets(db, one, options));
  return [...new Map(targets.map((target) => [target.id, target])).values()];
}
