// Warning lists as they lie in a folder: a checkout of MISP's repository (lists/NAME/list.json), its folder lists, or plain
// JSON files.
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../authority/refusal.ts';
import { LIST_LIMITS, type ReadWarningList, readWarningList } from '../authority/warninglist.ts';
import { FlowSieveError } from '../core/errors.ts';

/** Files that are read of one folder. */
const MOST_FILES = 5_000;

export interface WarningListFile {
  /** Path within the folder. */
  readonly file: string;
  /** SHA-256 of its octets; empty where they could not be read. */
  readonly digest: Buffer;
  readonly read: ReadWarningList;
}

/** One after another, in order of their names. @throws FlowSieveError INPUT_UNREADABLE where the folder holds no list */
export function* readWarningListFolder(folder: string): Generator<WarningListFile> {
  const files = listFiles(folder);
  if (files.length === 0) {
    throw new FlowSieveError(
      'INPUT_UNREADABLE',
      `${folder}: holds no warning list: lists/NAME/list.json as in MISP's repository, or JSON files`,
    );
  }
  if (files.length > MOST_FILES) {
    throw new FlowSieveError('INPUT_UNREADABLE', `${folder}: holds more than ${MOST_FILES} files`);
  }
  for (const file of files) yield { file, ...readFile(join(folder, file)) };
}

function listFiles(folder: string): string[] {
  const within = (below: string): string[] =>
    entriesOf(join(folder, below)).flatMap((entry) => {
      if (entry.isFile()) return entry.name.endsWith('.json') ? [join(below, entry.name)] : [];
      const list = join(below, entry.name, 'list.json');
      return isFile(join(folder, list)) ? [list] : [];
    });
  return within(isFolder(join(folder, 'lists')) ? 'lists' : '').sort();
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError('INPUT_UNREADABLE', `${folder}: cannot be read (${code})`, { cause });
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readFile(path: string): Omit<WarningListFile, 'file'> {
  const unread = (problem: string): Omit<WarningListFile, 'file'> => ({
    digest: Buffer.alloc(0),
    read: { faults: [fault('(file)', path, 'format', problem)], faultCount: 1 },
  });
  try {
    const { size } = statSync(path);
    if (size > LIST_LIMITS.bytes) {
      return unread(`${size} octets, more than the ${LIST_LIMITS.bytes} that one file may have`);
    }
    const bytes = readFileSync(path);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { digest: hash('sha256', bytes, 'buffer'), read: readWarningList(text) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return unread(
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'not UTF-8 text' : `cannot be read (${code})`,
    );
  }
}
