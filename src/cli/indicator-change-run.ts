// Runs `flowsieve indicator analyse`, `suspend`, `reinstate`, `revoke` and `override`: one transaction, whatever it concerns.
import type { StepKind } from '../authority/steps.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { openDatabase } from '../store/database.ts';
import { recordStepWithin } from '../store/indicator-steps.ts';
import { recording } from '../store/recording.ts';
import type { GlobalOptions } from './command.ts';
import { currentUser } from './current-user.ts';
import { evidenceDigest } from './evidence-argument.ts';
import type { StepOptions } from './indicator-changes.ts';
import { reportChanges } from './indicator-report.ts';
import { findTargets } from './indicator-target.ts';

export async function changeIndicators(
  kind: StepKind,
  named: string,
  commandLine: GlobalOptions,
  options: StepOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const { at, outcome, method, reason, cause, trafficUntil, generation } = options;
  const evidence = await evidenceDigest(options.evidence);
  const step = { kind, atMs: at, outcome, method, evidence, reason, cause, trafficUntilMs: trafficUntil };
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const changes = recording(db, { by: options.by ?? currentUser(), role: 'analyst' }, (change) => {
      const targets = findTargets(db, named, options);
      refuseCommonGeneration(targets.length, generation);
      return targets.map((target) => ({
        target,
        step: recordStepWithin(db, target.id, step, change, { expectedStep: generation }),
      }));
    });
    reportChanges(db, configuration, commandLine, changes);
    await deliverAfterChange(configuration, db);
  } finally {
    db.close();
  }
}

/** Each indicator counts its own steps. */
export function refuseCommonGeneration(targets: number, generation: number | undefined): void {
  if (targets > 1 && generation !== undefined)
    throw new FlowSieveError(
      'USAGE',
      `--generation ${generation}: goes with one indicator, and ${targets} are named`,
    );
}
