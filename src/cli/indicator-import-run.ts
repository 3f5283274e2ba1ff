// Runs `flowsieve indicator import`: every file is read first, then all of them are taken in at once.
import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { parseColumns } from '../authority/importers/csv.ts';
import { FEED_LIMITS, type ReadFeed, unreadable } from '../authority/importers/feed.ts';
import { type ReadOptions, readFeed } from '../authority/importers/read.ts';
import { lineProblem, proseProblem } from '../authority/plain-text.ts';
import { parseSetting } from '../authority/proposal-settings.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { openDatabase } from '../store/database.ts';
import { importFeeds } from '../store/proposal-changes.ts';
import { EXIT, type GlobalOptions, log } from './command.ts';
import { currentUser } from './current-user.ts';
import type { FeedImportCommandOptions } from './indicator-import.ts';
import { printImport } from './indicator-import-output.ts';

/** @returns the exit status */
export async function importFeedFiles(
  files: readonly string[],
  commandLine: GlobalOptions,
  options: FeedImportCommandOptions,
): Promise<number> {
  const configuration = await loadConfiguration(commandLine);
  const settings = (options.set ?? []).map(parseSetting);
  checkTexts(options);
  const feeds: ReadFeed[] = [];
  const digests: string[] = [];
  for (const file of files) {
    try {
      const bytes = readBytes(file);
      feeds.push(await readFeed(bytes, options.from, readOptions(file, options)));
      digests.push(hash('sha256', bytes));
    } catch (error) {
      if (!(error instanceof FlowSieveError) || error.code !== 'INPUT_UNREADABLE') throw error;
      log(error.message);
    }
  }
  if (feeds.length === 0) return EXIT.failed;
  const { reliability, credibility, dryRun = false, reason = null } = options;
  const rating = { ...(reliability ? { reliability } : {}), ...(credibility ? { credibility } : {}) };
  const db = openDatabase(configuration.database);
  try {
    const change = { by: options.by ?? currentUser(), role: 'analyst' };
    const taken = { digests, rating, settings, reason, dryRun };
    const report = importFeeds(db, options.authorisation, feeds, taken, change);
    printImport(report, { dryRun, json: commandLine.json ?? false });
    if (report.completed > 0 && !dryRun) await deliverAfterChange(configuration, db);
    if (feeds.length < files.length) return EXIT.failed;
    return report.refused > 0 ? EXIT.damaged : EXIT.done;
  } finally {
    db.close();
  }
}

function readOptions(file: string, { source, columns }: FeedImportCommandOptions): ReadOptions {
  return {
    name: file === '-' ? 'standard input' : file,
    ...(source === undefined ? {} : { source }),
    ...(columns === undefined ? {} : { columns: parseColumns(columns) }),
  };
}

function checkTexts({ source, by, reason, columns, from }: FeedImportCommandOptions): void {
  if (columns !== undefined && from !== 'csv')
    throw new FlowSieveError('USAGE', '--columns goes with --from csv');
  for (const [option, text, problemOf] of [
    ['--source', source, lineProblem],
    ['--by', by, lineProblem],
    ['--reason', reason, proseProblem],
  ] as const) {
    const problem = text === undefined ? null : problemOf(text);
    if (problem !== null) throw new FlowSieveError('USAGE', `${option}: ${problem}`);
  }
}

function readBytes(file: string): Buffer {
  try {
    const size = file === '-' ? 0 : statSync(file).size;
    if (size > FEED_LIMITS.fileBytes) {
      throw unreadable(file, `${size} bytes, more than the ${FEED_LIMITS.fileBytes} that one file may have`);
    }
    return readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    if (cause instanceof FlowSieveError) throw cause;
    throw unreadable(file, `cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
}
