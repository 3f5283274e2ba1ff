// A daemon of the test's own: on loopback, with the demonstration's lists, in a folder that is removed afterwards.

import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { IN_FORCE_DEFAULTS } from '../../src/authority/conditions.ts';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS, demoAuthorisations } from '../../src/cli/demo-authorisation.ts';
import type { Log } from '../../src/core/log.ts';
import { Daemon, type DaemonOptions } from '../../src/engine/daemon.ts';
import type { UdpOptions } from '../../src/engine/listener-options.ts';
import { importAuthorisation } from '../../src/store/authorisations.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { iterateLedger, type LedgerLine } from '../../src/store/ledger.ts';
import { iterateMatches } from '../../src/store/matches.ts';
import { temporaryFolder } from '../support/cli.ts';

export const CAPTURES = resolve(import.meta.dirname, '../../data/captures');

export function udp(change: Partial<UdpOptions> = {}): UdpOptions {
  return {
    protocol: 'udp',
    host: '127.0.0.1',
    port: 0,
    operator: DEMO_OPERATOR,
    retentionBasis: DEMO_RETENTION_BASIS,
    exporters: ['127.0.0.0/8'],
    receiveBuffer: 4_194_304,
    sockets: 1,
    ...change,
  };
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

export class Lines implements Log {
  readonly lines: LogLine[] = [];
  private waiting: { matches: (line: LogLine) => boolean; resolve: (line: LogLine) => void }[] = [];

  readonly info = (fields: object, message: string) => this.add('info', fields, message);
  readonly warn = (fields: object, message: string) => this.add('warn', fields, message);
  readonly error = (fields: object, message: string) => this.add('error', fields, message);

  /** The first line that holds `text`, now or later. */
  next(text: string): Promise<LogLine> {
    const matches = (line: LogLine) => line.message.includes(text);
    const found = this.lines.find(matches);
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.waiting.push({ matches, resolve }));
  }

  private add(level: LogLine['level'], fields: object, message: string): void {
    const line = { level, message, fields: { ...fields } };
    this.lines.push(line);
    this.waiting = this.waiting.filter(({ matches, resolve }) => {
      if (!matches(line)) return true;
      resolve(line);
      return false;
    });
  }
}

export interface TestDaemon {
  readonly daemon: Daemon;
  readonly db: Database;
  readonly log: Lines;
  readonly folder: string;
  readonly options: DaemonOptions;
  /** Where the nth listener listens. */
  to(listener?: number): { address: string; port: number };
}

export interface Start extends Partial<DaemonOptions> {
  /** Of an earlier daemon: the same database and templates. */
  readonly folder?: string;
  readonly withoutList?: boolean;
}

export async function startDaemon({
  folder: given,
  withoutList,
  ...change
}: Start = {}): Promise<TestDaemon> {
  const folder = given ?? temporaryFolder();
  const path = join(folder, 'flows.db');
  const db = openDatabase(path, { busyTimeoutMs: 20 });
  if (!withoutList) {
    for (const list of demoAuthorisations(Date.now())) await importAuthorisation(db, JSON.stringify(list));
  }
  const options: DaemonOptions = {
    listeners: [udp()],
    straddling: 'contained',
    ...IN_FORCE_DEFAULTS,
    retentionDays: 365,
    flushAfterMs: 10,
    workers: 1,
    receivers: 1,
    templateFile: join(folder, 'templates.json'),
    ...change,
  };
  const log = new Lines();
  const daemon = new Daemon(db, options, log, (error) => {
    throw error;
  });
  onTestFinished(async () => {
    await daemon.stop();
    db.close();
  });
  await daemon.start();
  return {
    daemon,
    db,
    log,
    folder,
    options,
    to(listener = 0) {
      const bound = daemon.health.listeners[listener]?.bound;
      if (!bound) throw new Error(`listener ${listener} does not listen`);
      return bound;
    },
  };
}

export type Sums = Omit<LedgerLine, 'fromMs' | 'toMs' | 'operator' | 'exporter' | 'discarded'> &
  LedgerLine['discarded'];

/** Ledger lines added up. */
export function sums(db: Database, exporter?: string): Sums {
  const total: Record<string, number> = {};
  for (const line of iterateLedger(db, exporter === undefined ? {} : { exporter })) {
    const { discarded, fromMs: _from, toMs: _to, operator: _operator, exporter: _exporter, ...counts } = line;
    for (const [name, count] of Object.entries({ ...counts, ...discarded })) {
      total[name] = (total[name] ?? 0) + (count ?? 0);
    }
  }
  return total as unknown as Sums;
}

/** What a match says of the flow, without where and when it was taken in. */
export function flowsOf(db: Database): string[] {
  return [...iterateMatches(db)]
    .map(
      ({
        id: _id,
        exporter: _exporter,
        source: _source,
        evaluatedAtMs: _at,
        deleteAfterMs: _until,
        ...flow
      }) => JSON.stringify(flow),
    )
    .sort();
}
