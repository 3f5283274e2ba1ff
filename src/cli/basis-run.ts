// Runs `flowsieve basis suspend`, `reinstate` and `list` (L20).
import { refuseUnknownBasis } from '../authority/bases.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { formatInstant } from '../core/time.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { changeBasis, countResting, listBases } from '../store/bases.ts';
import { countCovered } from '../store/criteria.ts';
import { openDatabase } from '../store/database.ts';
import type { BasisOptions } from './basis.ts';
import { type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { evidenceDigest } from './evidence-argument.ts';
import { formatTable } from './table.ts';

export async function runBasisStep(
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
    const asked = { kind, atMs: at, reason, evidence };
    const step = changeBasis(db, basis, asked, { by, role: 'analyst' }, { expectedStep: generation });
    const indicators = countResting(db).get(basis) ?? 0;
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

export async function printBases(commandLine: GlobalOptions): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    const bases = listBases(db);
    if (commandLine.json) for (const basis of bases) print(JSON.stringify(basis));
    else {
      const rows = bases.map(({ id, kind, source, regimes, suspended, indicators }) => [
        id,
        kind,
        regimes.join(' '),
        indicators,
        suspended && `${formatInstant(suspended.recordedAtMs)} ${suspended.by}`,
        source,
      ]);
      print(formatTable(['basis', 'kind', 'regimes', 'indicators', 'suspended', 'source'], rows));
    }
  } finally {
    db.close();
  }
}
