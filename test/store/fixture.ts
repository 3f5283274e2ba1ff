// A database in a folder of its own, and matches and ledger rows to put into it.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CommitRequest, Writer, type WriterOptions } from '../../src/store/commit.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { type Job, type JobIdentity, openJob } from '../../src/store/jobs.ts';
import type { LedgerCounts, LedgerRow } from '../../src/store/ledger.ts';
import type { NewMatch } from '../../src/store/matches.ts';
import { temporaryFolder } from '../support/cli.ts';

export const EVALUATED_MS = Date.UTC(2026, 6, 1);
export const START_MS = Date.UTC(2026, 5, 30, 12);
export const DAY_MS = 86_400_000;

export function temporaryDatabase(): Database {
  return keep(openDatabase(join(temporaryFolder(), 'test.db')));
}

export function keep(db: Database): Database {
  onTestFinished(() => void db.close());
  return db;
}

const IDENTITY: JobIdentity = {
  name: 'exports/nfcapd.202606301200',
  operator: 'example-isp',
  retentionBasis: 'lce-126-1',
  fingerprint: '1000-aa',
  straddling: 'contained',
  format: 'nfcapd',
};

export function job(db: Database, change: Partial<JobIdentity> = {}): Job {
  return openJob(db, { ...IDENTITY, ...change });
}

export function writer(db: Database, change: Partial<WriterOptions> = {}): Writer {
  return new Writer(db, { retentionDays: 365, review: () => null, ...change });
}

/** A row in which everything is accounted for: what is not matched has met nothing. */
export function row(counts: Partial<LedgerCounts> = {}, change: Partial<LedgerRow> = {}): LedgerRow {
  const records = counts.records ?? 10;
  const matched = counts.matched ?? 0;
  return {
    exporter: '192.0.2.1',
    fromMs: START_MS,
    toMs: START_MS + 60_000,
    counts: { datagrams: 1, records, matched, matches: matched, noHit: records - matched, ...counts },
    ...change,
  };
}

export function match(row: LedgerRow, change: Partial<NewMatch> = {}): NewMatch {
  return {
    indicatorId: 'indicator--1',
    authorisation: '002/2026',
    victim: '198.51.100.7',
    victimPort: 51_000,
    c2: '203.0.113.7',
    c2Port: 443,
    protocol: 6,
    direction: 'to-c2',
    startMs: START_MS,
    endMs: START_MS + 1_000,
    bytes: 1_200,
    packets: 9,
    tcpFlags: 27,
    sampling: 1,
    timeSource: 'absolute',
    sameRecord: false,
    row,
    ...change,
  };
}

/** `count` matches of one ledger row, each of a record of its own. */
export function matches(row: LedgerRow, count: number, firstStartMs = START_MS): NewMatch[] {
  return Array.from({ length: count }, (_, n) =>
    match(row, { startMs: firstStartMs + n, endMs: firstStartMs + n + 5 }),
  );
}

export function request(job: CommitRequest['job'], change: Partial<CommitRequest> = {}): CommitRequest {
  return {
    job,
    evaluatedAtMs: EVALUATED_MS,
    generation: 1,
    matches: [],
    ledger: [],
    checkpoint: { position: 100, done: false },
    ...change,
  };
}
