// The demonstration's lists: as files, and taken in.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_OPERATOR, DEMO_RETENTION_BASIS, demoAuthorisations } from '../../src/cli/demo-authorisation.ts';
import { flowsieve, writeJson } from './cli.ts';

export const DEMO_SCOPE = ['--operator', DEMO_OPERATOR, '--retention-basis', DEMO_RETENTION_BASIS];

/** @returns the files' names */
export function writeDemoLists(folder: string): string[] {
  return demoAuthorisations(Date.now()).map((list, at) => writeJson(folder, `list-${at}.json`, list));
}

let withLists: Uint8Array | null = null;

/** A database into which the command line has taken them, a copy for each. @param db where it is to be */
export function writeDemoDatabase(db: string): void {
  withLists ??= importedLists();
  writeFileSync(db, withLists);
}

function importedLists(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'flowsieve-test-'));
  try {
    const db = join(folder, 'flows.db');
    const { status, stderr } = flowsieve(['authorisation', 'import', ...writeDemoLists(folder), '--db', db]);
    if (status !== 0) throw new Error(stderr);
    return readFileSync(db);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
