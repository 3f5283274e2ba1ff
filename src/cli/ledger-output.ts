// Runs `flowsieve ledger`: reads, checks that nothing is missing, prints lines or a table.
import { loadConfiguration } from '../config/configuration.ts';
import { DISCARD_REASONS } from '../core/counters.ts';
import { DAY_MS, formatInstant, HOUR_MS, MINUTE_MS } from '../core/time.ts';
import { openDatabase } from '../store/database.ts';
import { iterateLedger, type LedgerFilter, type LedgerLine } from '../store/ledger.ts';
import { coverageOf, discrepancyOf } from '../store/ledger-coverage.ts';
import { type GlobalOptions, log, print } from './command.ts';
import type { LedgerOptions } from './ledger.ts';
import { LineWriter } from './output.ts';
import { formatTable } from './table.ts';

const INTERVALS_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;
/** Rows of a table, whose widths need all of them at once; more are for --json or --by. */
const MAX_TABLE_ROWS = 10_000;

/** @returns whether every record is accounted for */
export async function showLedger(commandLine: GlobalOptions, options: LedgerOptions): Promise<boolean> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  const writer = new LineWriter();
  const table: LedgerLine[] = [];
  let unbalanced = 0;
  let lines = 0;
  try {
    for (const line of iterateLedger(db, filterOf(options))) {
      lines++;
      const discrepancy = discrepancyOf(line);
      if (discrepancy !== null) {
        unbalanced++;
        log(`${nameOf(line)}: ${discrepancy}`);
      }
      if (commandLine.json) writer.line(JSON.stringify({ ...line, coverage: coverageOf(line) }));
      else if (table.length < MAX_TABLE_ROWS) table.push(line);
    }
  } finally {
    writer.end();
    db.close();
  }
  if (!commandLine.json) printTable(table);
  if (!commandLine.json && lines > table.length)
    log(`${lines - table.length} more; --by day, or --json, shows all`);
  return unbalanced === 0;
}

function filterOf({ operator, exporter, from, until, by }: LedgerOptions): LedgerFilter {
  return {
    ...(operator === undefined ? {} : { operator }),
    ...(exporter === undefined ? {} : { exporter }),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(until === undefined ? {} : { untilMs: until }),
    ...(by === undefined
      ? {}
      : by === 'operator' || by === 'exporter'
        ? { whole: by }
        : { intervalMs: INTERVALS_MS[by] }),
  };
}

function nameOf({ fromMs, operator, exporter }: LedgerLine): string {
  return `${formatInstant(fromMs)} ${operator} ${exporter ?? '(exporter not told)'}`;
}

function printTable(lines: readonly LedgerLine[]): void {
  const losses = ['undecodable', 'earlyDropped', 'kernelDropped', 'slabDropped', 'sequenceLost'] as const;
  const headings = [
    'from',
    'operator',
    'exporter',
    'datagrams',
    'records',
    'matched',
    ...DISCARD_REASONS,
    ...losses,
    'lost',
    'sampling',
    'clock',
  ];
  const rows = lines.map((line) => [
    formatInstant(line.fromMs),
    line.operator,
    line.exporter,
    line.datagrams,
    line.records,
    line.matched,
    ...DISCARD_REASONS.map((reason) => line.discarded[reason]),
    ...losses.map((column) => line[column]),
    `${(100 * coverageOf(line).lostShare).toFixed(2)} %`,
    line.sampling,
    line.clockSkewMs === null ? null : `${line.clockSkewMs} ms`,
  ]);
  print(formatTable(headings, rows));
}
