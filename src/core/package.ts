// The package that this code lies in: its folder and version, wherever it is installed.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json; src/ and dist/src/ lie at different depths below it. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export function packageVersion(): string {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** A thread's entry, always as built: Node 20 does not run TypeScript. */
export function threadEntry(name: 'match' | 'receive' | 'list'): string {
  return join(packageFolder(), 'dist', 'workers', `${name}.js`);
}
