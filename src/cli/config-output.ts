// What `flowsieve config` prints.
import { stringify } from 'yaml';
import {
  type CommandLine,
  type Configuration,
  loadConfiguration,
  readConfiguration,
} from '../config/configuration.ts';
import { camelCase, optionsOf } from '../config/option.ts';
import { OPTIONS } from '../config/options.ts';

export interface Setting {
  readonly key: string;
  readonly value: unknown;
  /** `default`, or the place where it was given. */
  readonly from: string;
}

export async function settingsOf(
  commandLine: CommandLine,
): Promise<{ settings: Setting[]; configuration: Configuration }> {
  const { configuration, places } = await readConfiguration(commandLine);
  const settings = [...optionsOf(OPTIONS)].map(([key]) => ({
    key,
    value: valueAt(configuration, key),
    from: places.get(key) ?? 'default',
  }));
  return { settings, configuration };
}

function valueAt(configuration: object, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>(
      (at, step) => (at as Record<string, unknown> | undefined)?.[camelCase(step)],
      configuration,
    );
}

/** What listeners and channels name and that cannot be used, in words. */
export async function unusableFiles(configuration: Configuration): Promise<string[]> {
  const { readCredentials } = await import('../ingest/tls/credentials.ts');
  const { unusableChannels } = await import('../notices/channel-check.ts');
  const ofListeners = configuration.listeners.flatMap((listener, at) => {
    if (listener.protocol !== 'tls') return [];
    const credentials = readCredentials(listener);
    return 'problem' in credentials ? [`listeners[${at}].${credentials.problem}`] : [];
  });
  return [...ofListeners, ...unusableChannels(configuration)];
}

/** The configuration in force: as JSON, or as YAML to be read. */
export async function shownConfiguration(commandLine: CommandLine, json: boolean): Promise<string> {
  const value = snakeCased(await loadConfiguration(commandLine));
  return json
    ? JSON.stringify(value)
    : stringify(value, { lineWidth: 110, aliasDuplicateObjects: false }).trimEnd();
}

/** Keys as the file has them. */
export function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(part),
    ]),
  );
}
