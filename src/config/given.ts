// Values as the file and the environment give them, before they are checked.
import { optionsOf } from './option.ts';
import { OPTIONS } from './options.ts';

/** Where a value stands within an option: `[0, 'port']` = the port of the first listener. */
export type Path = readonly (string | number)[];

export interface Given {
  readonly value: unknown;
  /** Where it, or a part of it, was given: `flowsieve.yaml, line 7`, `FLOWSIEVE_HTTP_PORT`. */
  readonly place: (part: Path) => string;
  /** Paths in it are relative to this folder. */
  readonly folder: string;
}

/** By dotted key. */
export type GivenValues = ReadonlyMap<string, Given>;

export const OPTION_BY_KEY = new Map(optionsOf(OPTIONS));

/** Environment variables of this program begin so. */
export const PREFIX = 'FLOWSIEVE_';
/** Names the configuration file where --config does not. */
export const FILE_VARIABLE = `${PREFIX}CONFIG`;

/** The variable that sets an option: `http.port` is FLOWSIEVE_HTTP_PORT. */
export function variableOf(key: string): string {
  return PREFIX + key.replaceAll('.', '_').toUpperCase();
}
