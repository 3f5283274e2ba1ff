// The regimes that come with the program: data/regimes, one file each. A test holds them to the schema (regime-schema.ts),
// so that reading one costs no more than JSON.
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../core/package.ts';
import type { LoadedRegime, Regime } from './regime.ts';

let ids: readonly string[] | null = null;

export function bundledFolder(): string {
  return join(packageFolder(), 'data', 'regimes');
}

export function bundledIds(): readonly string[] {
  ids ??= readdirSync(bundledFolder())
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
  return ids;
}

/** @param id one of bundledIds */
export function readBundled(id: string): LoadedRegime {
  const bytes = readFileSync(join(bundledFolder(), `${id}.json`));
  const { regime } = JSON.parse(bytes.toString('utf8')) as { regime: object };
  return loadedRegime(regime, bytes);
}

/** @param value a regime as its file has it, checked */
export function loadedRegime(value: object, bytes: Uint8Array): LoadedRegime {
  return { regime: camelCased(value) as Regime, digest: hash('sha256', bytes) };
}

/** Keys as the program has them. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelCased(part),
    ]),
  );
}
