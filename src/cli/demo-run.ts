// Runs `flowsieve demo`: imports the demonstration list, replays the bundled captures, shows matches, victims and ledger.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DISCARD_REASONS, LEDGER_COLUMNS } from '../core/counters.ts';
import { packageFolder } from '../core/package.ts';
import { CurrentList } from '../engine/current-list.ts';
import { Pipeline } from '../engine/pipeline.ts';
import { Replay } from '../engine/replay.ts';
import { storedList } from '../engine/stored-list.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { iterateLedger } from '../store/ledger.ts';
import { iterateMatches } from '../store/matches.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS, demoAuthorisations } from './demo-authorisation.ts';
import { Interruption } from './interruption.ts';
import { formatTable } from './table.ts';

/** The same flows as one of the captures, in nfcapd's other compressions. */
const SHOWN = /\.pcap$|\.lz4\.nfcapd$|\.csv\.gz$/;

/** @returns the exit status */
export async function runDemo({ json }: GlobalOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'flowsieve-demo-'));
  const db = openDatabase(join(folder, 'demo.db'));
  const pipeline = new Pipeline(1);
  const interruption = new Interruption();
  try {
    importDemoList(db, folder);
    const damaged = await replayCaptures(db, pipeline, interruption.signal);
    if (json) printJson(db);
    else show(db);
    return damaged ? EXIT.damaged : EXIT.done;
  } finally {
    interruption.end();
    await pipeline.stop();
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
