// What the replay of a bundled capture gives: what its live reception must give too.

import { join } from 'node:path';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS, demoAuthorisations } from '../../src/cli/demo-authorisation.ts';
import { RECEPTION_COLUMNS, TALLY_COLUMNS } from '../../src/core/counters.ts';
import { CurrentList } from '../../src/engine/current-list.ts';
import { Pipeline } from '../../src/engine/pipeline.ts';
import { Replay } from '../../src/engine/replay.ts';
import { storedList } from '../../src/engine/stored-list.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { temporaryFolder } from '../support/cli.ts';
import { CAPTURES, sums } from './fixture.ts';

/** @param before what happens between the import and the replay */
export async function replayed(capture: string, before?: (db: Database) => void): Promise<Database> {
  const db = openDatabase(join(temporaryFolder(), 'replay.db'));
  for (const list of demoAuthorisations(Date.now())) await importAuthorisation(db, JSON.stringify(list));
  before?.(db);
  const pipeline = new Pipeline(1);
  const replay = new Replay(db, pipeline, new CurrentList(storedList(db, IN_FORCE_DEFAULTS)), {
    operator: DEMO_OPERATOR,
    retentionBasis: DEMO_RETENTION_BASIS,
    straddling: 'contained',
    retentionDays: 365,
    format: 'pcap',
    onProblem: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
  });
  await replay.run(join(CAPTURES, capture));
  await pipeline.stop();
  return db;
}

/** Everything that is counted, added up. */
export function countsOf(db: Database): Record<string, number | undefined> {
  const of = sums(db) as unknown as Record<string, number>;
  return Object.fromEntries([...RECEPTION_COLUMNS, ...TALLY_COLUMNS].map((column) => [column, of[column]]));
}
