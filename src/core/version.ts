// The version, as package.json states it.
import { readFileSync } from 'node:fs';

function packageVersion(): string {
  for (const up of ['../../', '../../../']) {
    try {
      const text = readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // src/ and dist/src/ lie at different depths
    }
  }
  return 'unknown';
}

export const VERSION: string = packageVersion();
