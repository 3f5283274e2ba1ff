// Runs `flowsieve basis suspend`, `reinstate` and `list` (L20).
import { knownBases, refuseUnknownBasis } from '../authority/bases.ts';
import type { IndicatorRecord } from '../authority/records.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { formatInstant } from '../core/time.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { loadRecords } from '../store/authority-records.ts';
import { loadBasisSteps, recordBasisStepWithin } from '../store/basis-steps.ts';
import { countCovered } from '../store/criteria.ts';
import { openDatabase } from '../store/database.ts';
import { recording } from '../store/recording.ts';
import { placeSequester, releaseSequester } from '../store/sequesters.ts';
import type { BasisOptions } from './basis.ts';
import { type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { evidenceDigest } from './evidence-argument.ts';
import { formatTable } from './table.ts';

/** Sequesters that a suspended basis has placed are released when it is reinstated, and no others. */
const CAUSE = 'basis.suspend';

export async function changeBasis(
  kind: 'suspend' | 'reinstate',
  basis: string,
  commandLine: GlobalOptions,
  { at, reason = '', generation, ...options }: BasisOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  refuseUnknownBasis(basis);
  const evidence = await evidenceDigest(options.evidence);
  const by = options.by ?? currentUser();
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const step = recording(db, { by, role: 'analyst' }, (change) => {
      const recorded = recordBasisStepWithin(db, basis, { kind, atMs: at, reason, evidence }, change, {
        expectedStep: generation,
      });
      const sequester = { ...change, reason, cause: CAUSE, ...(at === undefined ? {} : { atMs: at }) };
      if (kind === 'suspend') placeSequester(db, { kind: 'basis', value: basis }, sequester);
      else releaseSequester(db, { kind: 'basis', value: basis }, sequester);
      return recorded;
    });
    const indicators = loadRecords(db).indicators.filter((record) => restsOn(record, basis)).length;
    const matches = countCovered(db, { kind: 'basis', value: basis });
    if (commandLine.json) print(JSON.stringify({ ...step, indicators, matches }));
    else
      print(`basis ${basis}: ${DONE[kind]}, step ${step.step}: ${indicators} indicators, ${matches} matches`);
    await deliverAfterChange(configuration, db);
  } finally {
    db.close();
  }
}

const DONE = { suspend: 'suspended and sequestered', reinstate: 'reinstated and released' } as const;

function restsOn({ scope, withdrawnMs }: IndicatorRecord, basis: string): boolean {
  return withdrawnMs === null && [scope.retention, scope.access, scope.task].includes(basis);
}

export async function listBases(commandLine: GlobalOptions): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    const { indicators } = loadRecords(db);
    const steps = loadBasisSteps(db);
    const lines = knownBases().map((basis) => {
      const last = steps.get(basis.id)?.at(-1);
      const suspended = last?.kind === 'suspend' ? last : null;
      const resting = indicators.filter((record) => restsOn(record, basis.id)).length;
      return { ...basis, step: last?.step ?? 0, suspended, indicators: resting };
    });
    if (commandLine.json) for (const line of lines) print(JSON.stringify(line));
    else {
      const rows = lines.map(({ id, kind, source, regimes, suspended, indicators: resting }) => [
        id,
        kind,
        regimes.join(' '),
        resting,
        suspended && `${formatInstant(suspended.recordedAtMs)} ${suspended.by}`,
        source,
      ]);
      print(formatTable(['basis', 'kind', 'regimes', 'indicators', 'suspended', 'source'], rows));
    }
  } finally {
    db.close();
  }
}
