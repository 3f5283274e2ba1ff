// Puts signed heads where whoever can change the database cannot: a folder on another machine, a write-once share.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../core/atomic-file.ts';
import { FlowSieveError } from '../core/errors.ts';
import { parseTreeHead, type SignedTreeHead, treeHeadJson } from './tree-head.ts';

const SIZE_DIGITS = 12;
const NAME = /^tree-head-\d+-\d+\.json$/;
const MAX_HEAD_FILE_BYTES = 1_048_576;

/** By size and time: `ls` gives them in order. */
function nameOf({ treeSize, timestampMs }: SignedTreeHead): string {
  return `tree-head-${String(treeSize).padStart(SIZE_DIGITS, '0')}-${timestampMs}.json`;
}

/** Writes the head where it is not there yet. @throws FlowSieveError ANCHOR */
export function anchorHead(folder: string, head: SignedTreeHead): void {
  const path = join(folder, nameOf(head));
  if (existsSync(path)) return;
  try {
    writeWhole(path, `${JSON.stringify(treeHeadJson(head))}\n`, 0o644);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError(
      'ANCHOR',
      `${path}: the tree head cannot be written outside (${code ?? message})`,
      {
        cause,
      },
    );
  }
}

/** Heads of a file (one, or one a line) or of a folder that they were put into. @throws FlowSieveError INPUT_UNREADABLE */
export function readHeads(path: string): SignedTreeHead[] {
  try {
    if (!statSync(path).isDirectory()) return headsOf(path);
    return readdirSync(path)
      .filter((name) => NAME.test(name))
      .sort()
      .flatMap((name) => headsOf(join(path, name)));
  } catch (cause) {
    if (cause instanceof FlowSieveError) throw cause;
    throw new FlowSieveError('INPUT_UNREADABLE', `${path}: ${(cause as Error).message}`, { cause });
  }
}

function headsOf(path: string): SignedTreeHead[] {
  const { size } = statSync(path);
  if (size > MAX_HEAD_FILE_BYTES) throw noHead(path);
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const heads = lines.map(parseLine);
  if (heads.length === 0 || heads.includes(null)) throw noHead(path);
  return heads as SignedTreeHead[];
}

function parseLine(line: string): SignedTreeHead | null {
  try {
    return parseTreeHead(JSON.parse(line));
  } catch {
    return null;
  }
}

function noHead(path: string): FlowSieveError {
  return new FlowSieveError('INPUT_UNREADABLE', `${path}: holds something else than signed tree heads`);
}
