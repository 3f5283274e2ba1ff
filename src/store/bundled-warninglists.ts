// The warning lists that come with the program (data/warninglists): they count for every database until a newer version of
// one is taken in.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Severity } from '../authority/warninglist.ts';
import { packageFolder } from '../core/package.ts';
import { readWarningListFolder } from './warninglist-files.ts';
import type { KnownWarningList } from './warninglists.ts';

let severities: ReadonlyMap<string, Severity> | null = null;
let bundled: ReadonlyMap<string, KnownWarningList> | null = null;

/** By the name of the list: data/warninglists/severities.json; lists that it does not name are soft. */
export function usualSeverity(name: string): Severity {
  severities ??= readSeverities();
  return severities.get(name) ?? 'soft';
}

function readSeverities(): ReadonlyMap<string, Severity> {
  const path = join(packageFolder(), 'data', 'warninglists', 'severities.json');
  const { hard, soft } = JSON.parse(readFileSync(path, 'utf8')) as Record<Severity, readonly string[]>;
  return new Map<string, Severity>([
    ...soft.map((name): [string, Severity] => [name, 'soft']),
    ...hard.map((name): [string, Severity] => [name, 'hard']),
  ]);
}

/** By name. Read once in a process. */
export function bundledWarningLists(): ReadonlyMap<string, KnownWarningList> {
  bundled ??= readBundled();
  return bundled;
}

function readBundled(): ReadonlyMap<string, KnownWarningList> {
  const lists = new Map<string, KnownWarningList>();
  for (const { file, digest, read } of readWarningListFolder(join(packageFolder(), 'data', 'warninglists'))) {
    if (!('list' in read)) throw new Error(`${file}: the program's own warning list cannot be read`);
    const { list } = read;
    lists.set(list.name, { ...list, digest, severity: usualSeverity(list.name), taken: null });
  }
  return lists;
}
