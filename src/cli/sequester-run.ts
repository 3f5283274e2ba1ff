// Runs `flowsieve sequester place`, `release` and `destroy`.
import { loadConfiguration } from '../config/configuration.ts';
import { destroyDecided } from '../engine/erasing.ts';
import { type Criterion, countCovered } from '../store/criteria.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { decideDestruction } from '../store/destructions.ts';
import { namedCriterion } from '../store/named-criterion.ts';
import { recording } from '../store/recording.ts';
import {
  PLACED_BY_PERSON,
  placeSequester,
  releasableSequesters,
  releaseSequesters,
} from '../store/sequesters.ts';
import { EXIT, type GlobalOptions, print } from './command.ts';

import { currentUser } from './current-user.ts';
import { Interruption } from './interruption.ts';
import { eraseTraces } from './purge-run.ts';
import type { DestroyOptions, SequesterOptions } from './sequester.ts';

export async function placeOrRelease(
  action: 'place' | 'release',
  commandLine: GlobalOptions,
  options: SequesterOptions,
): Promise<void> {
  await changing(commandLine, (db) => {
    const { by = currentUser(), reason } = options;
    if (action === 'place') {
      const criterion = namedCriterion(db, options);
      const sequester = recording(db, { by, role: 'analyst' }, (change) =>
        placeSequester(db, criterion, { ...change, reason, cause: PLACED_BY_PERSON }),
      );
      tell(commandLine, { action, sequester, ...criterion, matches: countCovered(db, criterion) });
      return;
    }
    const which = options.id ?? namedCriterion(db, options);
    const meant = releasableSequesters(db, which);
    const matches = countCovered(db, meant[0] as Criterion);
    recording(db, { by, role: 'analyst' }, (change) => releaseSequesters(db, meant, { ...change, reason }));
    for (const { sequester, kind, value } of meant)
      tell(commandLine, { action, sequester, kind, value, matches });
  });
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
      const decided = decideDestruction(db, namedCriterion(db, options), {
        ...change,
        reason,
        at: Date.now(),
      });
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
