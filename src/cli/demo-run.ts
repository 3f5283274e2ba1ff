// Runs `flowsieve demo`: imports the demonstration lists, streams the bundled captures over UDP into a daemon on loopback,
// replays the bundled files, and shows victims and ledger.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { IN_FORCE_DEFAULTS } from '../authority/conditions.ts';
import { DISCARD_REASONS } from '../core/counters.ts';
import { packageFolder } from '../core/package.ts';
import { CurrentList } from '../engine/current-list.ts';
import { Pipeline } from '../engine/pipeline.ts';
import { Replay } from '../engine/replay.ts';
import { storedList } from '../engine/stored-list.ts';
import { importAuthorisation } from '../store/authorisations.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { iterateLedger, type LedgerCounts } from '../store/ledger.ts';
import { iterateMatches, type StoredMatch } from '../store/matches.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import type { DemoOptions } from './demo.ts';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS, demoAuthorisations } from './demo-authorisation.ts';
import { serveDemo } from './demo-serve.ts';
import { streamCaptures } from './demo-stream.ts';
import { Interruption } from './interruption.ts';
import { formatTable } from './table.ts';

const STREAMED = /\.pcap$/;
/** One nfcapd file and one CSV: the others in the folder hold the same flows again. */
const REPLAYED = /\.lz4\.nfcapd$|\.csv\.gz$/;

interface Shown {
  readonly export: string;
  /** `live`, with the exporter's address on loopback, or `file`. */
  readonly by: string;
  readonly counts: Pick<LedgerCounts, 'records' | 'matched' | (typeof DISCARD_REASONS)[number]>;
}

/** @returns the exit status */
export async function runDemo({ json }: GlobalOptions, { serve, port }: DemoOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'flowsieve-demo-'));
  const database = join(folder, 'demo.db');
  const db = openDatabase(database);
  const interruption = new Interruption();
  let isComplete = true;
  try {
    for (const authorisation of demoAuthorisations(Date.now())) {
      await importAuthorisation(db, JSON.stringify(authorisation), { by: 'demo' });
    }
    const current = new CurrentList(storedList(db, IN_FORCE_DEFAULTS));
    const streamed = await streamCaptures(db, bundled(STREAMED), folder, interruption.signal);
    const replayed = await replayFiles(db, current, bundled(REPLAYED), interruption.signal);
    isComplete = streamed.isComplete && replayed.isComplete;
    if (json) printJson(db);
    else {
      const live = streamed.streams.map(({ capture, exporter }) => ({
        export: basename(capture),
        by: `live, from ${exporter}`,
        counts: countsOf(db, exporter),
      }));
      printTables(db, [...live, ...replayed.shown], current.refreshed().list.indicators.length);
    }
    if (serve) await serveDemo(db, { database, port, json }, interruption.signal);
    else if (!json) print('\nNothing else was kept. The database was temporary and is gone.');
  } finally {
    interruption.end();
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return isComplete ? EXIT.done : EXIT.damaged;
}

async function replayFiles(
  db: Database,
  current: CurrentList,
  files: readonly string[],
  signal: AbortSignal,
): Promise<{ shown: Shown[]; isComplete: boolean }> {
  const pipeline = new Pipeline(1);
  const shown: Shown[] = [];
  let isComplete = true;
  try {
    const replay = new Replay(db, pipeline, current, {
      operator: DEMO_OPERATOR,
      retentionBasis: DEMO_RETENTION_BASIS,
      straddling: 'contained',
      retentionDays: 365,
      format: 'auto',
      onProblem: (input, { what }) => {
        isComplete = false;
        log(`${input}: ${what}`);
      },
      onProgress: () => {},
      signal,
    });
    for (const file of files) {
      if (signal.aborted) break;
      const { counts } = await replay.run(file);
      shown.push({ export: basename(file), by: 'file', counts });
    }
  } finally {
    await pipeline.stop();
  }
  return { shown, isComplete };
}

/** What the ledger says of one exporter. */
function countsOf(db: Database, exporter: string): Shown['counts'] {
  const counts = {
    records: 0,
    matched: 0,
    ...Object.fromEntries(DISCARD_REASONS.map((reason) => [reason, 0])),
  };
  const sums = counts as Record<keyof Shown['counts'], number>;
  for (const line of iterateLedger(db, { exporter })) {
    sums.records += line.records;
    sums.matched += line.matched;
    for (const reason of DISCARD_REASONS) sums[reason] += line.discarded[reason];
  }
  return sums;
}

/** The bundled exports, by name. */
function bundled(wanted: RegExp): string[] {
  const folder = join(packageFolder(), 'data', 'captures');
  return readdirSync(folder)
    .filter((name) => wanted.test(name))
    .sort()
    .map((name) => join(folder, name));
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
      ['export', 'taken in', 'records', 'matched', ...DISCARD_REASONS],
      shown.map(({ export: name, by, counts }) => [
        name,
        by,
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
