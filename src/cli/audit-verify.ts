// Runs `flowsieve audit verify`: of a database, an export or a proof, with public keys alone.
import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { readHeads } from '../audit/anchor.ts';
import { verifyExport } from '../audit/export-file.ts';
import type { Verification } from '../audit/fault.ts';
import { isProof, proofFaults } from '../audit/proof-file.ts';
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { verifyLog } from '../store/audit-log.ts';
import { openDatabase } from '../store/database.ts';
import type { AuditVerifyOptions } from './audit.ts';
import { EXIT, type GlobalOptions, print } from './command.ts';
import { readPublicKeys } from './public-keys.ts';

const SQLITE_MAGIC = 'SQLite format 3\0';
/** A proof is one object of a few kilobytes. */
const MAX_PROOF_BYTES = 1_048_576;

export async function runVerify(
  file: string | undefined,
  commandLine: GlobalOptions,
  options: AuditVerifyOptions,
): Promise<void> {
  const publicKeys = (options.publicKey ?? []).flatMap(readPublicKeys);
  const path = file ?? (await loadConfiguration(commandLine)).database;
  const proof = file === undefined ? null : readProof(file);
  if (proof) {
    report(
      { faults: proofFaults(proof, publicKeys).map((message) => ({ message })) },
      commandLine,
      'it proves what it says',
    );
    return;
  }
  const against = (options.against ?? []).flatMap(readHeads);
  const verification = await verify(path, file === undefined, { publicKeys, against });
  report(verification, commandLine, sound(verification, against.length));
}

type Checks = { publicKeys: readonly string[]; against: ReturnType<typeof readHeads> };

async function verify(path: string, isDatabase: boolean, checks: Checks): Promise<Verification> {
  if (!isDatabase && beginningOf(path) !== SQLITE_MAGIC) {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
    return verifyExport(lines, path, checks);
  }
  const db = openDatabase(path, { readonly: true });
  try {
    return verifyLog(db, checks);
  } finally {
    db.close();
  }
}

function sound({ events, treeSize, heads, coveredTo, keys }: Verification, outside: number): string {
  return [
    `${events} events, ${heads} signed heads, ${outside} from outside: nothing was edited, moved, deleted or cut off`,
    coveredTo < treeSize ? `events ${coveredTo + 1} to ${treeSize} are under no signed head yet` : [],
    keys === 'given'
      ? []
      : 'the keys are those of the log itself: give --public-key, kept elsewhere, for a real proof',
    outside > 0
      ? []
      : 'without --against, a log that was cut off together with its heads would look the same',
  ]
    .flat()
    .join('\n');
}

function report(
  outcome: Partial<Omit<Verification, 'faults'>> & {
    readonly faults: readonly { readonly message: string }[];
  },
  { json }: GlobalOptions,
  ifSound: string,
): void {
  const isSound = outcome.faults.length === 0;
  if (json) print(JSON.stringify({ sound: isSound, ...outcome }));
  else if (isSound) print(ifSound);
  else {
    for (const { message } of outcome.faults) print(message);
    const more = (outcome.faultCount ?? outcome.faults.length) - outcome.faults.length;
    if (more > 0) print(`and ${more} more`);
  }
  process.exitCode = isSound ? EXIT.done : EXIT.failed;
}

function readProof(path: string): Parameters<typeof proofFaults>[0] | null {
  if (sizeOf(path) > MAX_PROOF_BYTES) return null;
  try {
    const value = JSON.parse(readText(path)) as { type?: unknown };
    return isProof(value) ? value : null;
  } catch (error) {
    if (error instanceof FlowSieveError) throw error;
    return null;
  }
}

function sizeOf(path: string): number {
  return unreadable(path, () => statSync(path).size);
}

function readText(path: string): string {
  return unreadable(path, () => readFileSync(path, 'utf8'));
}

function beginningOf(path: string): string {
  return unreadable(path, () => {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(SQLITE_MAGIC.length);
      return bytes.toString('latin1', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  });
}

function unreadable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new FlowSieveError('INPUT_UNREADABLE', `${path}: ${(cause as Error).message}`, { cause });
  }
}
