// Runs `flowsieve entity import`: one file after another, each in a transaction of its own.
import { readFileSync } from 'node:fs';
import { describeFault } from '../authority/refusal.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { openDatabase } from '../store/database.ts';
import { importEntities, type RegisterReport } from '../store/entity-import.ts';
import { ProtectedVictims } from '../store/protected-victims.ts';
import { readRegisterFile } from '../victims/register-file.ts';
import { EXIT, type GlobalOptions, log, print } from './command.ts';
import { currentUser } from './current-user.ts';
import type { ImportEntityOptions } from './entity.ts';

/** As ids of operators and entities. */
const REGISTER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @returns the exit status */
export async function importRegisters(
  files: readonly string[],
  commandLine: GlobalOptions,
  options: ImportEntityOptions,
): Promise<number> {
  const { register, by = currentUser() } = options;
  if (!REGISTER_NAME.test(register)) {
    const form = 'letters, digits, dots, dashes and underscores, 64 at most';
    throw new FlowSieveError('USAGE', `--register ${register}: must be ${form}`);
  }
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database);
  let isDamaged = false;
  try {
    for (const path of files) {
      const file = await readRegisterFile(read(path), path === '-' ? 'standard input' : path);
      const report = importEntities(db, file, register, { by, role: 'engineer' });
      printReport(report, commandLine.json ?? false);
      isDamaged ||= report.refused > 0;
    }
    // I7: also matches that were there before their entity was known to be protected.
    for (const _ of new ProtectedVictims(db).sequesterStored());
  } finally {
    db.close();
  }
  return isDamaged ? EXIT.damaged : EXIT.done;
}

function read(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError('INPUT_UNREADABLE', `${path}: cannot be read (${code})`, { cause });
  }
}

function printReport(report: RegisterReport, json: boolean): void {
  const { file, register, changed, entities, refused, refusals } = report;
  for (const { entry, line, id, faults } of refusals) {
    const place = [id ?? 'no id', ...(line === null ? [] : [`line ${line}`])].join(', ');
    for (const found of faults) log(`${file}: entities[${entry}] (${place}): ${describeFault(found)}`);
  }
  if (refused > refusals.length) log(`${file}: and ${refused - refusals.length} more refused`);
  if (json) {
    print(JSON.stringify(report));
    return;
  }
  const { added, changed: adapted, ended } = entities;
  const counts = changed ? `${added} added, ${adapted} changed, ${ended} ended` : 'nothing changed';
  print(`${file}: register ${register}: ${counts}${refused > 0 ? `, ${refused} refused` : ''}`);
}
