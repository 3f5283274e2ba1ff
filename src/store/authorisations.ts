// Takes authorisation files in: insert-only, one transaction for each file, and nothing at all where nothing changed.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Authorisation } from '../authority/authorisation.ts';
import type { AuthorisationRecord } from '../authority/records.ts';
import type { Refusal } from '../authority/refusal.ts';
import { loadRegime } from '../authority/regime.ts';
import { FlowSieveError } from '../core/errors.ts';
import { loadAuthorisations } from './authorisation-records.ts';
import type { Database } from './database.ts';
import { currentGeneration } from './events.ts';
import type { ImportReport } from './import-report.ts';
import { revocations } from './indicator-steps.ts';
import { type NewChange, recording, tryingOut } from './recording.ts';

export { loadRecords } from './authority-records.ts';
export { currentGeneration } from './events.ts';
export type { ImportReport } from './import-report.ts';
export { iterateIndicators } from './indicator-records.ts';
export { knownOperators } from './operators.ts';

/** In order of their references. */
export function listAuthorisations(db: Database, asKnownAtMs = Infinity): readonly AuthorisationRecord[] {
  return [...loadAuthorisations(db, asKnownAtMs).values()];
}

export function findAuthorisation(
  db: Database,
  reference: string,
  asKnownAtMs = Infinity,
): AuthorisationRecord | undefined {
  return loadAuthorisations(db, asKnownAtMs, reference).get(reference);
}

/**
 * Grows when the checks of src/authority change, so that a file taken in by older checks is looked at again. It is here
 * because a file that was taken in before must not cost loading them.
 */
const CHECKS_VERSION = 3;

export interface ImportOptions extends Partial<NewChange> {
  /** How the file is called in messages. */
  readonly name?: string;
  /** Only says what the file would change. */
  readonly isCheck?: boolean;
}

const NOTHING_CHANGED = { added: 0, changed: 0, withdrawn: 0 } as const;

/**
 * @param path `-` is standard input
 * @throws FlowSieveError AUTHORISATION_UNREADABLE where nothing of the file can be taken; DATABASE
 */
export async function importAuthorisationFile(
  db: Database,
  path: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path === '-' ? 0 : path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError('AUTHORISATION_UNREADABLE', `${path}: cannot be read (${code})`, { cause });
  }
  return importAuthorisation(db, bytes, { name: path === '-' ? 'standard input' : path, ...options });
}

/** As importAuthorisationFile, of a file's content. */
export async function importAuthorisation(
  db: Database,
  content: Uint8Array | string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const digest = sha256(bytes);
  const name = options.name ?? 'the authorisation';
  const known = knownImport(db, digest, name);
  if (known) return known;
  const [{ readAuthorisationFile }, { FileImport }] = await Promise.all([
    import('../authority/file.ts'),
    import('./file-import.ts'),
  ]);
  const file = await readAuthorisationFile(bytes, name);
  const change = { by: options.by ?? 'unknown', role: options.role ?? 'analyst', at: options.at };
  const run = options.isCheck ? tryingOut : recording;
  return run(db, change, (now) =>
    new FileImport(db, file, { digest, checks: CHECKS_VERSION, name, change: now }).run(),
  );
}

interface ImportRow {
  readonly sequence: number;
  readonly reference: string;
  readonly version: number;
  readonly atMs: number;
  readonly entries: number;
  readonly refused: number;
  readonly refusals: string;
}

/** Whether the regime's file still says what it said when the authorisation was checked by it. */
function isByRegimeInForce(db: Database, { reference, version }: ImportRow): boolean {
  const body = db
    .prepare('SELECT body FROM authorisationVersions WHERE reference = ? AND version = ?')
    .pluck()
    .get(reference, version) as string;
  const { regime, regimeDigest } = JSON.parse(body) as Authorisation;
  return loadRegime(regime)?.digest === regimeDigest;
}

/** Whether something that it may list was revoked since: it is told then (L10). */
function isRevokedSince(db: Database, { atMs }: ImportRow): boolean {
  return [...revocations(db).values()].some(({ recordedAtMs }) => recordedAtMs >= atMs);
}

/** What is known of a file that is the last that was taken in for its authorisation. */
function knownImport(db: Database, digest: Uint8Array, name: string): ImportReport | null {
  const row = db
    .prepare<[Uint8Array, number], ImportRow>(
      'SELECT * FROM authorisationImports WHERE digest = ? AND checks = ? ORDER BY sequence DESC LIMIT 1',
    )
    .get(digest, CHECKS_VERSION);
  if (!row) return null;
  const last = db
    .prepare('SELECT max(sequence) FROM authorisationImports WHERE reference = ?')
    .pluck()
    .get(row.reference);
  if (last !== row.sequence || !isByRegimeInForce(db, row) || isRevokedSince(db, row)) return null;
  return {
    file: name,
    reference: row.reference,
    version: row.version,
    generation: currentGeneration(db),
    changed: false,
    head: [],
    entries: row.entries,
    indicators: NOTHING_CHANGED,
    changes: [],
    refused: row.refused,
    refusals: JSON.parse(row.refusals) as Refusal[],
    warned: 0,
    warnings: [],
    operatorsAdded: [],
  };
}

function sha256(content: Uint8Array | string): Buffer {
  return hash('sha256', content, 'buffer');
}
