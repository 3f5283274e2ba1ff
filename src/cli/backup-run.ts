// Runs `flowsieve backup`, `backup verify` and `backup purge`.
import { readFileSync } from 'node:fs';
import { loadConfiguration } from '../config/configuration.ts';
import { writeWhole } from '../core/atomic-file.ts';
import { FlowSieveError } from '../core/errors.ts';
import { formatInstant } from '../core/time.ts';
import { purge } from '../engine/erasing.ts';
import { advanceTree, signHead } from '../store/audit-heads.ts';
import { verifyLog } from '../store/audit-log.ts';
import {
  type BackupManifest,
  closeIntoOneFile,
  copyDatabase,
  describeBackup,
  digestOf,
  integrityFaults,
} from '../store/backup.ts';
import { openDatabase, working } from '../store/database.ts';
import { eventWriter } from '../store/events.ts';
import { openSigningKey, signingKeyPath } from '../store/signing-keys.ts';
import type { BackupOptions, BackupVerifyOptions } from './backup.ts';
import { EXIT, type GlobalOptions, print } from './command.ts';
import { currentUser } from './current-user.ts';
import { Interruption } from './interruption.ts';
import { readPublicKeys } from './public-keys.ts';
import { eraseTraces } from './purge-run.ts';

const TREE_CHUNK_MS = 40;
const WAIT_SECONDS = 5;

const manifestOf = (file: string) => `${file}.json`;

export async function createBackup(
  file: string,
  commandLine: GlobalOptions,
  options: BackupOptions,
): Promise<void> {
  const configuration = await loadConfiguration(commandLine);
  const by = options.by ?? currentUser();
  const db = openDatabase(configuration.database, { mustExist: true });
  try {
    const change = { by, role: 'engineer', at: Date.now() };
    // Under a head of this moment, so that the copy's log can be verified to its end.
    const key = openSigningKey(db, signingKeyPath(configuration), change);
    while (!advanceTree(db, TREE_CHUNK_MS));
    signHead(db, key, change);
    copyDatabase(db, file);
    const manifest = await describeBackup(file, { createdMs: change.at, by });
    writeWhole(manifestOf(file), `${JSON.stringify(manifest)}\n`);
    const { sha256, bytes, lastEvent, matches, keepUntilMs } = manifest;
    working(db, () =>
      eventWriter(db)({
        atMs: Date.now(),
        actor: by,
        role: change.role,
        action: 'backup.create',
        object: manifest.file,
        version: 1,
        digest: Buffer.from(sha256, 'hex'),
        detail: { bytes, lastEvent, matches, keepUntilMs },
      }),
    );
    tell(manifest, commandLine);
  } finally {
    db.close();
  }
}

function tell(manifest: BackupManifest, { json }: GlobalOptions): void {
  const { file, bytes, matches, keepUntilMs } = manifest;
  if (json) print(JSON.stringify(manifest));
  else print(`${file}: ${bytes} bytes, ${matches} matches; ${clockText(keepUntilMs)}`);
}

function clockText(keepUntilMs: number | null): string {
  return keepUntilMs === null
    ? 'holds no match: it may be kept'
    : `to be deleted or purged by ${formatInstant(keepUntilMs)} (L19)`;
}

/** @returns the exit status */
export async function verifyBackup(
  file: string,
  { json }: GlobalOptions,
  options: BackupVerifyOptions,
): Promise<number> {
  const manifest = readManifest(file);
  const publicKeys = (options.publicKey ?? []).flatMap(readPublicKeys);
  const faults = [...(await contentFaults(file, manifest, publicKeys)), ...clockFaults(manifest)];
  if (json) print(JSON.stringify({ sound: faults.length === 0, faults, ...manifest }));
  else if (faults.length === 0) print(`${file}: as its manifest says; ${clockText(manifest.keepUntilMs)}`);
  else for (const fault of faults) print(`${file}: ${fault}`);
  return faults.length === 0 ? EXIT.done : EXIT.failed;
}

async function contentFaults(
  file: string,
  manifest: BackupManifest,
  publicKeys: readonly string[],
): Promise<string[]> {
  if ((await digestOf(file)) !== manifest.sha256) return ['its SHA-256 is not that of its manifest'];
  const found = await describeBackup(file, manifest);
  const differing = Object.entries(found)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(manifest[key as keyof BackupManifest]))
    .filter(([key]) => key !== 'file')
    .map(([key]) => `its manifest says otherwise of ${key}`);
  const db = openDatabase(file, { readonly: true });
  try {
    const log = verifyLog(db, { publicKeys }).faults.map(({ message }) => message);
    return [...differing, ...integrityFaults(db), ...log];
  } finally {
    db.close();
  }
}

function clockFaults({ keepUntilMs }: BackupManifest): string[] {
  if (keepUntilMs === null || Date.now() < keepUntilMs) return [];
  return [`may not be kept since ${formatInstant(keepUntilMs)}: delete it, or \`backup purge\` it (L19)`];
}

/** @returns the exit status */
export async function purgeBackup(
  file: string,
  commandLine: GlobalOptions,
  options: BackupOptions,
): Promise<number> {
  const { createdMs, by } = readManifest(file);
  const interruption = new Interruption();
  const db = openDatabase(file, { mustExist: true });
  try {
    const change = { by: options.by ?? currentUser(), role: 'engineer' };
    const erasing = { db, change, signal: interruption.signal };
    const purged = await purge(erasing, Date.now());
    const erased = await eraseTraces(erasing, WAIT_SECONDS);
    closeIntoOneFile(db);
    const manifest = await describeBackup(file, { createdMs, by });
    writeWhole(manifestOf(file), `${JSON.stringify(manifest)}\n`);
    if (!commandLine.json) print(`${purged} matches erased`);
    tell(manifest, commandLine);
    return erased ? EXIT.done : EXIT.failed;
  } finally {
    interruption.end();
    db.close();
  }
}

function readManifest(file: string): BackupManifest {
  const path = manifestOf(file);
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Partial<BackupManifest>;
    if (manifest.type === 'flowsieve-backup' && manifest.version === 1) return manifest as BackupManifest;
  } catch (cause) {
    throw new FlowSieveError('INPUT_UNREADABLE', `${path}: ${(cause as Error).message}`, { cause });
  }
  throw new FlowSieveError('INPUT_UNREADABLE', `${path}: is no manifest of a backup`);
}
