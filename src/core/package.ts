// The package that this code lies in: its folder and version, wherever it is installed.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json; src/ and dist/src/ lie at different depths below it. */
export function packageFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json lies above ${here}`);
  }
}

export function packageVersion(): string {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** A thread's entry, always as built: Node 20 does not run TypeScript. */
export function threadEntry(name: 'match' | 'receive' | 'list' | 'http' | 'notices' | 'work'): string {
  return join(packageFolder(), 'dist', 'workers', `${name}.js`);
}
