// Copies the database while others use it, and says of a copy how long it may be kept (L19): a copy that is put away is not
// purged, so its clock stands in its manifest.
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename } from 'node:path';
import { type TreeHeadJson, treeHeadJson } from '../audit/tree-head.ts';
import { FlowSieveError } from '../core/errors.ts';
import { lastHead } from './audit-heads.ts';
import { lastSequence } from './audit-tree.ts';
import { type Database, openDatabase, working } from './database.ts';
import { currentGeneration } from './events.ts';
import { MIGRATIONS } from './migrations.ts';

export interface BackupManifest {
  readonly type: 'flowsieve-backup';
  readonly version: 1;
  readonly file: string;
  readonly createdMs: number;
  readonly by: string;
  readonly bytes: number;
  /** Of the file, hexadecimal. */
  readonly sha256: string;
  readonly schema: number;
  readonly generation: number;
  /** Sequence of the last event. */
  readonly lastEvent: number;
  /** The newest; `null` = none was signed. */
  readonly treeHead: TreeHeadJson | null;
  readonly matches: number;
  /** L19: the first and the last match in it must be gone by then, epoch ms; `null` = it holds none. */
  readonly earliestDeleteAfterMs: number | null;
  readonly latestDeleteAfterMs: number | null;
  /** As it is, it may be kept until then; `null` = it holds no match. */
  readonly keepUntilMs: number | null;
}

/**
 * Writes a copy of one moment; writers go on meanwhile. What was deleted is not in it, not even in its unused pages: it is
 * written anew, row by row.
 * @throws FlowSieveError USAGE where the file exists; DATABASE
 */
export function copyDatabase(db: Database, file: string): void {
  if (existsSync(file))
    throw new FlowSieveError('USAGE', `${file}: exists already; a backup replaces nothing`);
  const aside = `${file}.partial`;
  rmSync(aside, { force: true });
  try {
    // Made here, so that it is readable to its owner alone.
    closeSync(openSync(aside, 'wx', 0o600));
    working(db, () => db.prepare('VACUUM INTO ?').run(aside));
    const written = openSync(aside, 'r+');
    fsyncSync(written);
    closeSync(written);
    renameSync(aside, file);
  } catch (cause) {
    rmSync(aside, { force: true });
    if (cause instanceof FlowSieveError) throw cause;
    throw new FlowSieveError('DATABASE', `${file}: cannot be written (${(cause as Error).message})`, {
      cause,
    });
  }
}

/** What a copy is and how long it may be kept. */
export async function describeBackup(
  file: string,
  made: Pick<BackupManifest, 'createdMs' | 'by'>,
): Promise<BackupManifest> {
  const { size: bytes } = statSync(file);
  const sha256 = await digestOf(file);
  const db = openDatabase(file, { readonly: true });
  try {
    const head = lastHead(db);
    const clock = db
      .prepare<[], { matches: number; earliest: number | null; latest: number | null }>(
        'SELECT count(*) AS matches, min(deleteAfterMs) AS earliest, max(deleteAfterMs) AS latest FROM matches',
      )
      .get();
    return {
      type: 'flowsieve-backup',
      version: 1,
      file: basename(file),
      ...made,
      bytes,
      sha256,
      schema: MIGRATIONS.length,
      generation: currentGeneration(db),
      lastEvent: lastSequence(db),
      treeHead: head && treeHeadJson(head),
      matches: clock?.matches ?? 0,
      earliestDeleteAfterMs: clock?.earliest ?? null,
      latestDeleteAfterMs: clock?.latest ?? null,
      keepUntilMs: clock?.earliest ?? null,
    };
  } finally {
    db.close();
  }
}

export async function digestOf(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

/** Makes a copy that was opened as a database one file again. */
export function closeIntoOneFile(db: Database): void {
  working(db, () => db.pragma('journal_mode = DELETE'));
  db.close();
}

/** @returns what is wrong; empty = sound */
export function integrityFaults(db: Database): string[] {
  const rows = working(db, () => db.pragma('integrity_check')) as { integrity_check: string }[];
  return rows.map(({ integrity_check }) => integrity_check).filter((text) => text !== 'ok');
}
