// Runs `flowsieve sequester place`, `release` and `destroy`.
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { destroyDecided } from '../engine/erasing.ts';
import { type Criterion, countCovered } from '../store/criteria.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { decideDestruction } from '../store/destructions.ts';
import { recording } from '../store/recording.ts';
import { activeSequesters, placeSequester, releaseSequesters, type Sequester } from '../store/sequesters.ts';
import { EXIT, type GlobalOptions, print } from './command.ts';
import { criterionOf } from './criterion.ts';
import { currentUser } from './current-user.ts';
import { Interruption } from './interruption.ts';
import { eraseTraces } from './purge-run.ts';
import type { DestroyOptions, SequesterOptions } from './sequester.ts';

/** Placed by a command of its own, not by another change that lifts it again. */
const CAUSE = 'person';

export async function placeOrRelease(
  action: 'place' | 'release',
  commandLine: GlobalOptions,
  options: SequesterOptions,
): Promise<void> {
  await changing(commandLine, (db) => {
    const { by = currentUser(), reason } = options;
    if (action === 'place') {
      const criterion = criterionOf(db, options);
      const sequester = recording(db, { by, role: 'analyst' }, (change) =>
        placeSequester(db, criterion, { ...change, reason, cause: CAUSE }),
      );
      tell(commandLine, { action, sequester, ...criterion, matches: countCovered(db, criterion) });
      return;
    }
    const meant = releasable(db, options);
    const matches = countCovered(db, meant[0] as Criterion);
    recording(db, { by, role: 'analyst' }, (change) => releaseSequesters(db, meant, { ...change, reason }));
    for (const { sequester, kind, value } of meant)
      tell(commandLine, { action, sequester, kind, value, matches });
  });
}

/** A sequester that another change placed is lifted by undoing that change. */
function releasable(db: Database, options: SequesterOptions): Sequester[] {
  const active = activeSequesters(db);
  const criterion = options.id === undefined ? criterionOf(db, options) : null;
  const meant = active.filter(({ sequester, kind, value }) =>
    criterion ? kind === criterion.kind && value === criterion.value : sequester === options.id,
  );
  const name = criterion ? `${criterion.kind} ${criterion.value}` : `sequester ${options.id}`;
  if (meant.length === 0)
    throw new FlowSieveError('NOT_FOUND', `${name}: nothing is sequestered by it: sequester list`);
  const own = meant.filter(({ cause }) => cause !== 'basis.suspend');
  if (own.length > 0) return own;
  throw new FlowSieveError(
    'REFUSED',
    `${name}: was sequestered with the basis: \`basis reinstate\` releases it (rule L20)`,
  );
}

interface Told {
  readonly action: string;
  readonly sequester: number;
  readonly kind: string;
  readonly value: string;
  readonly matches: number;
}

function tell({ json }: GlobalOptions, told: Told): void {
  const { action, sequester, kind, value, matches } = told;
  const done = action === 'place' ? 'placed' : 'released';
  print(json ? JSON.stringify(told) : `sequester ${sequester} ${done}: ${kind} ${value}, ${matches} matches`);
}

/** @returns the exit status */
export async function destroy(commandLine: GlobalOptions, options: DestroyOptions): Promise<number> {
  const interruption = new Interruption();
  try {
    return await changing(commandLine, async (db) => {
      const { by = currentUser(), reason } = options;
      const change = { by, role: 'analyst' };
      const decided = decideDestruction(db, criterionOf(db, options), { ...change, reason, at: Date.now() });
      const name = `${decided.kind} ${decided.value}`;
      if (decided.state === 'proposed') {
        if (commandLine.json) print(JSON.stringify({ ...decided, destroyed: 0 }));
        else print(`${name}: proposed; somebody else completes it with the same command`);
        return EXIT.done;
      }
      const erasing = { db, change, signal: interruption.signal };
      const destroyed = await destroyDecided(erasing);
      const erased = await eraseTraces(erasing, options.wait);
      if (commandLine.json) print(JSON.stringify({ ...decided, destroyed, erased }));
      else print(`${name}: ${destroyed} matches destroyed`);
      return erased ? EXIT.done : EXIT.failed;
    });
  } finally {
    interruption.end();
  }
}

async function changing<T>(commandLine: GlobalOptions, change: (db: Database) => T | Promise<T>): Promise<T> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { mustExist: true });
  try {
    return await change(db);
  } finally {
    db.close();
  }
}
