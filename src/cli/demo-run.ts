// Runs `flowsieve demo`: imports the demonstration lists, replays the bundled captures, shows victims and ledger.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DISCARD_REASONS } from '../core/counters.ts';
import { packageFolder } from '../core/package.ts';
import { CurrentList } from '../engine/current-list.ts';
import { Pipeline } from '../engine/pipeline.ts';
import { type InputOutcome, Replay } from '../engine/replay.ts';
import { storedList } from '../engine/stored-list.ts';
import { importAuthorisation } from '../store/authorisations.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { iterateLedger } from '../store/ledger.ts';
import { iterateMatches, type StoredMatch } from '../store/matches.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS, demoAuthorisations } from './demo-authorisation.ts';
import { Interruption } from './interruption.ts';
import { formatTable } from './table.ts';

/** One nfcapd file and one CSV besides the captures: the others in the folder hold the same flows again. */
const SHOWN = /\.pcap$|\.lz4\.nfcapd$|\.csv\.gz$/;

interface Shown {
  readonly capture: string;
  readonly outcome: InputOutcome;
}

/** @returns the exit status */
export async function runDemo({ json }: GlobalOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'flowsieve-demo-'));
  const db = openDatabase(join(folder, 'demo.db'));
  const pipeline = new Pipeline(1);
  const interruption = new Interruption();
  let isDamaged = false;
  try {
    for (const authorisation of demoAuthorisations(Date.now())) {
      await importAuthorisation(db, JSON.stringify(authorisation), { by: 'demo' });
    }
    const current = new CurrentList(storedList(db, { onOverdue: 'suspend' }));
    const replay = new Replay(db, pipeline, current, {
      operator: DEMO_OPERATOR,
      retentionBasis: DEMO_RETENTION_BASIS,
      straddling: 'contained',
      retentionDays: 365,
      format: 'auto',
      onProblem: (input, { what }) => {
        isDamaged = true;
        log(`${input}: ${what}`);
      },
      onProgress: () => {},
      signal: interruption.signal,
    });
    const shown: Shown[] = [];
    for (const capture of captures()) {
      if (interruption.signal.aborted) break;
      shown.push({ capture, outcome: await replay.run(join(capturesFolder(), capture)) });
    }
    if (json) printJson(db);
    else printTables(db, shown, current.refreshed().list.indicators.length);
  } finally {
    interruption.end();
    await pipeline.stop();
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return isDamaged ? EXIT.damaged : EXIT.done;
}

function capturesFolder(): string {
  return join(packageFolder(), 'data', 'captures');
}

function captures(): string[] {
  return readdirSync(capturesFolder())
    .filter((name) => SHOWN.test(name))
    .sort();
}

function printJson(db: Database): void {
  for (const match of iterateMatches(db)) print(JSON.stringify({ type: 'match', ...match }));
  for (const line of iterateLedger(db)) print(JSON.stringify({ type: 'ledger', ...line }));
}

function printTables(db: Database, shown: readonly Shown[], listed: number): void {
  print(
    `FlowSieve demo: ${listed} listed C2 addresses and ranges, ${shown.length} exports of real exporters\n`,
  );
  print(
    formatTable(
      ['export', 'records', 'matched', ...DISCARD_REASONS],
      shown.map(({ capture, outcome: { counts } }) => [
        capture,
        counts.records,
        counts.matched,
        ...DISCARD_REASONS.map((reason) => counts[reason]),
      ]),
    ),
  );
  print('\nVictims: who talked to a C2 server while it was listed');
  print(
    formatTable(
      ['victim', 'C2 server', 'flows', 'bytes', 'first', 'last', 'seen by'],
      contacts(db).map(({ victim, c2, flows, bytes, firstMs, lastMs, exporters }) => [
        victim,
        c2,
        flows,
        bytes,
        minute(firstMs),
        minute(lastMs),
        `${exporters.size} exporters`,
      ]),
    ),
  );
  print('\nLedger: records = matched + discarded, for every exporter and interval');
  print(
    formatTable(
      ['interval', 'exporter', 'datagrams', 'records', 'matched', 'discarded', 'undecodable', 'lost'],
      [...iterateLedger(db)].map((line) => [
        minute(line.fromMs),
        line.exporter,
        line.datagrams,
        line.records,
        line.matched,
        DISCARD_REASONS.reduce((sum, reason) => sum + line.discarded[reason], 0),
        line.undecodable,
        line.sequenceLost,
      ]),
    ),
  );
  print('\nNothing else was kept. The database was temporary and is gone.');
}

interface Contact {
  readonly victim: string | null;
  readonly c2: string;
  readonly exporters: Set<string | null>;
  flows: number;
  bytes: number;
  firstMs: number;
  lastMs: number;
}

function contacts(db: Database): Contact[] {
  const contacts = new Map<string, Contact>();
  for (const match of iterateMatches(db)) {
    const key = `${match.victim} ${match.c2}`;
    const known = contacts.get(key);
    if (known) extend(known, match);
    else contacts.set(key, extend(begin(match), match));
  }
  return [...contacts.values()].sort((a, b) => b.flows - a.flows);
}

function begin({ victim, c2, startMs, endMs }: StoredMatch): Contact {
  return { victim, c2, exporters: new Set(), flows: 0, bytes: 0, firstMs: startMs, lastMs: endMs };
}

function extend(contact: Contact, match: StoredMatch): Contact {
  contact.exporters.add(match.exporter);
  contact.flows++;
  contact.bytes += match.bytes ?? 0;
  contact.firstMs = Math.min(contact.firstMs, match.startMs);
  contact.lastMs = Math.max(contact.lastMs, match.endMs);
  return contact;
}

function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
