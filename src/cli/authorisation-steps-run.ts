// Runs `flowsieve authorisation end`, `approve` and `confirm`.
import { explain } from '../authority/explain.ts';
import type { NewAuthorisationStep } from '../authority/steps.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { inForceOptions } from '../config/in-force-options.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { recordAuthorisationStep } from '../store/authorisation-steps.ts';
import { loadRecords } from '../store/authority-records.ts';
import { openDatabase } from '../store/database.ts';
import type { AuthorisationStepOptions } from './authorisation-steps.ts';
import { type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { evidenceDigest } from './evidence-argument.ts';

export async function changeAuthorisation(
  kind: NewAuthorisationStep['kind'],
  reference: string,
  commandLine: GlobalOptions,
  options: AuthorisationStepOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const evidence = await evidenceDigest(options.evidence);
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const step = recordAuthorisationStep(
      db,
      reference,
      { kind, atMs: options.at, reason: options.reason, evidence },
      { by: options.by ?? currentUser(), role: 'analyst' },
      { expectedStep: options.generation },
    );
    const now = Date.now();
    const records = loadRecords(db, { authorisation: reference, sinceMs: now });
    const inForce = records.indicators.filter(
      (record) => explain(record, records, now, inForceOptions(configuration)).inForce,
    ).length;
    if (commandLine.json) print(JSON.stringify({ ...step, inForce }));
    else
      print(`authorisation ${reference}: ${kind}, step ${step.step}; ${inForce} of its indicators in force`);
    await deliverAfterChange(configuration, db);
  } finally {
    db.close();
  }
}
