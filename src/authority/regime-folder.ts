// Further regimes: a folder of files, checked strictly. One that does not hold is refused with its file, field and value, and
// none is taken.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FlowSieveError } from '../core/errors.ts';
import { bundledIds, loadedRegime } from './bundled-regimes.ts';
import { faultsOf } from './faults.ts';
import { describeFault, type Fault, fault } from './refusal.ts';
import { type LoadedRegime, loadRegime, type RetentionBasis } from './regime.ts';
import { regimeFaults } from './regime-checks.ts';
import { REGIME_FILE, regimeKeys } from './regime-schema.ts';

const MOST_FILES = 100;
const LONGEST_FILE_BYTES = 1024 * 1024;
const MOST_FAULTS = 20;

/** Those of every .json, .yaml and .yml file of a folder. @throws FlowSieveError CONFIGURATION */
export function readRegimeFolder(folder: string): readonly LoadedRegime[] {
  const files = namesIn(folder)
    .filter((name) => /\.(?:json|ya?ml)$/.test(name))
    .sort();
  if (files.length > MOST_FILES) {
    throw new FlowSieveError(
      'CONFIGURATION',
      `${folder}: holds ${files.length} files, at most ${MOST_FILES} are read`,
    );
  }
  const fileOf = new Map<string, string>();
  const loaded: LoadedRegime[] = [];
  for (const name of files) {
    const file = join(folder, name);
    const one = readRegime(readBytes(file), file);
    const faults = clashes(one.regime.id, one.regime.retention, loaded, fileOf);
    if (faults.length > 0) throw refused(file, faults);
    fileOf.set(one.regime.id, file);
    loaded.push(one);
  }
  return loaded;
}

/** @param file its name, for messages. @throws FlowSieveError CONFIGURATION */
export function readRegime(bytes: Uint8Array, file: string): LoadedRegime {
  const value = parsed(bytes, file);
  const read = REGIME_FILE.safeParse(value);
  if (!read.success) throw refused(file, faultsOf(read.error, value, 'file', regimeKeys));
  const faults = regimeFaults(read.data.regime);
  if (faults.length > 0) throw refused(file, faults);
  return loadedRegime(read.data.regime, bytes);
}

/** A regime never takes another's place, and a basis means the same wherever it is named. */
function clashes(
  id: string,
  retention: readonly RetentionBasis[],
  before: readonly LoadedRegime[],
  fileOf: ReadonlyMap<string, string>,
): Fault[] {
  const holder = bundledIds().includes(id) ? 'the program' : fileOf.get(id);
  const taken =
    holder === undefined ? [] : [fault('regime.id', id, 'format', `is the id of a regime of ${holder}`)];
  const others = [...bundledIds().flatMap((bundled) => loadRegime(bundled) ?? []), ...before];
  const redefined = retention.flatMap((basis, at) => {
    const other = others.find(({ regime }) =>
      regime.retention.some((known) => known.id === basis.id && !sameTerms(known, basis)),
    );
    if (other === undefined) return [];
    const message = `is a basis of ${other.regime.id} with another term: give it an id of its own`;
    return [fault(`regime.retention[${at}].id`, basis.id, 'format', message)];
  });
  return [...taken, ...redefined];
}

function sameTerms(a: RetentionBasis, b: RetentionBasis): boolean {
  return a.term === b.term && a.terms.join() === b.terms.join();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError('CONFIGURATION', `regimes: ${folder}: cannot be read (${code})`, { cause });
  }
}

function readBytes(file: string): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size <= LONGEST_FILE_BYTES) return readFileSync(file);
    throw new FlowSieveError(
      'CONFIGURATION',
      `${file}: has ${size} bytes, a regime at most ${LONGEST_FILE_BYTES}`,
    );
  } catch (cause) {
    if (cause instanceof FlowSieveError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new FlowSieveError('CONFIGURATION', `${file}: cannot be read (${code})`, { cause });
  }
}

function parsed(bytes: Uint8Array, file: string): unknown {
  try {
    return parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), { maxAliasCount: 0 });
  } catch (cause) {
    throw new FlowSieveError('CONFIGURATION', `${file}: is not YAML or JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function refused(file: string, faults: readonly Fault[]): FlowSieveError {
  const lines = faults.slice(0, MOST_FAULTS).map((found) => `\n  ${describeFault(found)}`);
  return new FlowSieveError('CONFIGURATION', `${file} is refused:${lines.join('')}`);
}
