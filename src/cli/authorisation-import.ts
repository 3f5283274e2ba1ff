// Runs `flowsieve authorisation import`: one file after another; one that is refused does not stop the others.
import type { Difference } from '../authority/differences.ts';
import { describeRefusal } from '../authority/refusal.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { deliverAfterChange } from '../notices/after-change.ts';
import { type ImportReport, importAuthorisationFile } from '../store/authorisations.ts';
import { openDatabase } from '../store/database.ts';
import type { ImportCommandOptions } from './authorisation.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import { currentUser } from './current-user.ts';

/** @returns the exit status */
export async function importFiles(
  files: readonly string[],
  commandLine: GlobalOptions,
  options: ImportCommandOptions,
): Promise<number> {
  const configuration = await loadConfiguration(commandLine);
  const db = openDatabase(configuration.database);
  const by = options.by ?? currentUser();
  let isRefused = false;
  let isDamaged = false;
  let isWithdrawn = false;
  try {
    for (const file of files) {
      try {
        const report = await importAuthorisationFile(db, file, { by, isCheck: options.check ?? false });
        isDamaged ||= report.refused > 0;
        isWithdrawn ||= report.indicators.withdrawn > 0;
        printReport(report, commandLine.json ?? false);
      } catch (error) {
        if (!(error instanceof FlowSieveError) || error.code !== 'AUTHORISATION_UNREADABLE') throw error;
        isRefused = true;
        log(error.message);
      }
    }
    // L10: operators stop delivering what is listed no more as soon as can be; what is new can wait for the daemon.
    if (isWithdrawn && !options.check) await deliverAfterChange(configuration, db);
  } finally {
    db.close();
  }
  return isRefused ? EXIT.failed : isDamaged ? EXIT.damaged : EXIT.done;
}

function printReport(report: ImportReport, json: boolean): void {
  for (const refusal of report.refusals) log(`${report.file}: ${describeRefusal(refusal)}`);
  logWarnings(report);
  if (json) {
    print(JSON.stringify(report));
    return;
  }
  const { added, changed, withdrawn } = report.indicators;
  const counts = [
    `${added} added`,
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(withdrawn > 0 ? [`${withdrawn} withdrawn`] : []),
    ...(report.refused > 0 ? [`${report.refused} refused`] : []),
  ];
  const what = report.changed
    ? `version ${report.version}: indicators: ${counts.join(', ')}`
    : unchanged(report);
  print(`${report.file}: authorisation ${report.reference}, ${what}`);
  for (const line of changeLines(report)) print(line);
  if (report.operatorsAdded.length > 0) print(`operators now known: ${report.operatorsAdded.join(', ')}`);
  const soft = softWarnings(report);
  if (soft !== null) print(soft);
}

/** Changes that are told in words; `--json` has more. */
const MOST_CHANGES = 20;

/** What a changed file says otherwise than before. */
function* changeLines({ head, changes, indicators }: ImportReport): Generator<string> {
  for (const difference of head) yield `  ${differenceText(difference)}`;
  for (const { address, change, fields, id } of changes.slice(0, MOST_CHANGES)) {
    yield `  ${address} ${id}: ${[change, ...fields.map(differenceText)].join('; ')}`;
  }
  const more = Math.max(changes.length, indicators.changed + indicators.withdrawn) - MOST_CHANGES;
  if (more > 0) yield `  ${more} more changes; --json tells which`;
}

function differenceText({ field, before, after }: Difference): string {
  const [was, is] = [before, after].map((text) => (text === '' ? '(none)' : text));
  return `${field}: ${was} -> ${is}`;
}

/** Hard warnings that are told in words; `--json` has more. */
const MOST_WARNINGS = 20;

/** That an address is on a hard warning list is told one by one. */
function logWarnings({ file, warnings }: ImportReport): void {
  const hard = warnings.filter(({ severity }) => severity === 'hard');
  for (const { entry, line, address, list, version } of hard.slice(0, MOST_WARNINGS)) {
    const place = line === null ? '' : `, line ${line}`;
    log(
      `${file}: indicators[${entry}] (${address}${place}): warning: on the hard warning list ${list}, version ${version}`,
    );
  }
  const more = hard.length - MOST_WARNINGS;
  if (more > 0) log(`${file}: warning: ${more} more on hard warning lists; --json tells which`);
}

/** That addresses are on soft ones is told by list. */
function softWarnings({ warnings }: ImportReport): string | null {
  const counts = new Map<string, number>();
  for (const { list, severity } of warnings) {
    if (severity === 'soft') counts.set(list, (counts.get(list) ?? 0) + 1);
  }
  const lists = [...counts].map(([list, count]) => `${list}: ${count}`);
  return lists.length === 0 ? null : `warning: on soft warning lists: ${lists.join('; ')}`;
}

function unchanged({ version, refused }: ImportReport): string {
  return `version ${version}: nothing changed${refused > 0 ? `, ${refused} refused` : ''}`;
}
