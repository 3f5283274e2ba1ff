// The configuration in force: defaults, then the file, then the environment. Without a file and without variables it
// costs nothing: neither the YAML reader nor the schema is loaded.
import { addedRegimes, setAddedRegimes } from '../authority/added-regimes.ts';
import type { LoadedRegime } from '../authority/regime.ts';
import { FILE_VARIABLE, type Given, PREFIX } from './given.ts';
import { camelCase, isOption, type Table } from './option.ts';
import { type Configuration, OPTIONS } from './options.ts';

export type { Configuration } from './options.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** The file that was read; `null` = none. */
  readonly file: string | null;
  /** Where each value comes from, by dotted key; what is not here has its default. */
  readonly places: ReadonlyMap<string, string>;
}

/** What the command line says of the configuration. */
export interface CommandLine {
  /** The configuration file; without it the one that FLOWSIEVE_CONFIG names, if any. */
  readonly config?: string;
  /** The database, whatever else says. */
  readonly db?: string;
}

/** @throws FlowSieveError CONFIGURATION, naming place, key, value and what is allowed */
export async function loadConfiguration(
  commandLine: CommandLine = {},
  environment?: Environment,
): Promise<Configuration> {
  return (await readConfiguration(commandLine, environment)).configuration;
}

/** As loadConfiguration, and where each value comes from. */
export async function readConfiguration(
  { config, db }: CommandLine = {},
  environment: Environment = process.env,
): Promise<LoadedConfiguration> {
  const file = config ?? environment[FILE_VARIABLE] ?? null;
  const variables = Object.keys(environment).filter(
    (name) => name.startsWith(PREFIX) && name !== FILE_VARIABLE,
  );
  const given =
    file === null && variables.length === 0 ? null : await readGiven(file, variables, environment);
  if (given === null) setAddedRegimes([]);
  const configuration = given ? (assemble(OPTIONS, given.values) as Configuration) : DEFAULTS;
  const places = new Map(given?.places);
  if (db === undefined) return { configuration, file, places };
  return { configuration: { ...configuration, database: db }, file, places: places.set('database', '--db') };
}

async function readGiven(
  file: string | null,
  variables: readonly string[],
  environment: Environment,
): Promise<{ values: Map<string, unknown>; places: Map<string, string> }> {
  const given = new Map<string, Given>();
  if (file !== null) (await import('./file.ts')).readConfigurationFile(file, given);
  (await import('./environment.ts')).readEnvironment(variables, environment, given);
  return {
    values: await checkedWithRegimes(given),
    places: new Map([...given].map(([key, { place }]) => [key, place([])])),
  };
}

/** Added regimes are known before the values are checked, which name their bases; if those are wrong, nothing changes. */
async function checkedWithRegimes(given: ReadonlyMap<string, Given>): Promise<Map<string, unknown>> {
  const { checkValues } = await import('./check.ts');
  const before = addedRegimes();
  try {
    setAddedRegimes(await regimesGiven(given.get('regimes')));
    return checkValues(given);
  } catch (error) {
    setAddedRegimes(before);
    throw error;
  }
}

async function regimesGiven(given: Given | undefined): Promise<readonly LoadedRegime[]> {
  // What is no path is refused with the other values.
  if (given === undefined || typeof given.value !== 'string') return [];
  const { resolve } = await import('node:path');
  const { readRegimeFolder } = await import('../authority/regime-folder.ts');
  return readRegimeFolder(resolve(given.folder, given.value));
}

/** A table's values under the program's names: those given, else the defaults. */
function assemble(table: Table, values: ReadonlyMap<string, unknown>, within = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, entry]) => {
      const key = within + name;
      if (!isOption(entry)) return [camelCase(name), assemble(entry, values, `${key}.`)];
      return [camelCase(name), values.has(key) ? values.get(key) : entry.default];
    }),
  );
}

const DEFAULTS = assemble(OPTIONS, new Map()) as Configuration;
