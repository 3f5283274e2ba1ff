// From what the user names (files, patterns, folders, `-`) to the inputs to read, in the order of their time.
import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { FlowSieveError } from '../core/errors.ts';
import { STDIN, unreadable } from './file-source.ts';
import { ANY_FOLDERS, isPattern, nameMatcher } from './glob.ts';

/** nfcapd still writes this one. */
const IN_PROGRESS = /^nfcapd\.current/;
/** nfcapd.202607011205, also with seconds. */
const NAMED_TIME = /(?:^|\D)(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?!\d)/;

/**
 * Every input once, in the order of the arguments; what one pattern or folder gives is in the order of time.
 * @throws FlowSieveError INPUT_UNREADABLE where something named does not exist, cannot be read or holds nothing
 */
export async function expandInputs(patterns: readonly string[]): Promise<string[]> {
  const inputs = new Map<string, string>();
  for (const pattern of patterns) {
    for (const path of expand(pattern)) {
      const key = path === STDIN ? STDIN : resolve(path);
      if (!inputs.has(key)) inputs.set(key, path);
    }
  }
  return [...inputs.values()];
}

function expand(pattern: string): string[] {
  if (pattern === STDIN) return [STDIN];
  const stats = statOrNull(pattern);
  if (stats?.isDirectory()) return contents(pattern);
  if (stats) return [pattern];
  if (!isPattern(pattern)) throw missing(pattern, 'no such file or folder');
  const found = matches(pattern).flatMap((path) =>
    statOrNull(path)?.isDirectory() ? filesBelow(path) : [path],
  );
  if (found.length === 0) throw missing(pattern, 'no file matches the pattern');
  return inTimeOrder(found);
}

function contents(folder: string): string[] {
  const files = filesBelow(folder);
  if (files.length === 0) throw missing(folder, 'the folder holds no file to read');
  return inTimeOrder(files);
}

function missing(name: string, reason: string): FlowSieveError {
  return new FlowSieveError('INPUT_UNREADABLE', `cannot read ${name}: ${reason}`);
}

/** All files below a folder that are neither hidden nor in progress; links are followed, in no circle. */
function filesBelow(folder: string, above: readonly string[] = []): string[] {
  const real = realpathSync(folder);
  if (above.includes(real)) return [];
  return list(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || IN_PROGRESS.test(entry.name)) return [];
    const stats = statOrNull(path);
    if (stats?.isDirectory()) return filesBelow(path, [...above, real]);
    return stats?.isFile() ? [path] : [];
  });
}

function matches(pattern: string): string[] {
  let found = [pattern.startsWith('/') ? '/' : ''];
  for (const part of pattern.split('/').filter((part) => part !== '')) {
    if (part === ANY_FOLDERS) found = found.flatMap(foldersBelow);
    else if (isPattern(part)) {
      const isMatch = nameMatcher(part);
      found = found.flatMap((folder) =>
        list(folder)
          .filter((entry) => isMatch(entry.name) && !IN_PROGRESS.test(entry.name))
          .map((entry) => join(folder, entry.name)),
      );
    } else found = found.map((folder) => join(folder, part)).filter((path) => statOrNull(path) !== null);
  }
  return [...new Set(found)].filter((path) => path !== '' && statOrNull(path) !== null);
}

/** The folder itself and all below; links are not followed. */
function foldersBelow(folder: string): string[] {
  const below = list(folder).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return [folder, ...below.flatMap((entry) => foldersBelow(join(folder, entry.name)))];
}

/** What a folder holds, by name; nothing where it is no folder. */
function list(folder: string): Dirent[] {
  if (folder !== '' && !statOrNull(folder)?.isDirectory()) return [];
  try {
    return readdirSync(folder || '.', { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

function inTimeOrder(paths: readonly string[]): string[] {
  return paths
    .map((path) => ({ path, at: timeOf(path) }))
    .sort((a, b) => a.at - b.at || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
}

/** Epoch ms: from the name where it holds a time (read as UTC: only the order matters), else of the last change. */
function timeOf(path: string): number {
  const [, year, month, day, hour, minute, second = '0'] = NAMED_TIME.exec(basename(path)) ?? [];
  const named = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return Number.isNaN(named) ? (statOrNull(path)?.mtimeMs ?? 0) : named;
}

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return null;
    throw unreadable(path, cause);
  }
}
