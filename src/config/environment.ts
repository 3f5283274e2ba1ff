// The same options from the environment: FLOWSIEVE_HTTP_PORT is http.port. A variable that is no option is refused, so
// that a misspelt one is not silently without effect.
import { parse } from 'yaml';
import { nearest } from '../authority/refusal.ts';
import { FlowSieveError } from '../core/errors.ts';
import { type Given, OPTION_BY_KEY, variableOf } from './given.ts';
import type { Kind } from './option.ts';

const KEY_OF_VARIABLE = new Map([...OPTION_BY_KEY.keys()].map((key) => [variableOf(key), key]));

/** Adds what the variables give; they prevail. @throws FlowSieveError CONFIGURATION */
export function readEnvironment(
  variables: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  given: Map<string, Given>,
): void {
  for (const variable of variables) {
    const key = KEY_OF_VARIABLE.get(variable);
    if (key === undefined) throw new FlowSieveError('CONFIGURATION', unknownVariable(variable));
    const option = OPTION_BY_KEY.get(key);
    const text = environment[variable];
    if (option === undefined || text === undefined) continue;
    given.set(key, { value: parsedText(option.type, text, variable), folder: '.', place: () => variable });
  }
}

function unknownVariable(variable: string): string {
  const meant = nearest(variable, [...KEY_OF_VARIABLE.keys()]);
  return `${variable}: is not an option; ${meant === null ? 'unset it' : `did you mean ${meant}?`}`;
}

function parsedText(kind: Kind, text: string, variable: string): unknown {
  if (kind.kind === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  if (kind.kind !== 'list') return text;
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new FlowSieveError('CONFIGURATION', `${variable}: is not YAML or JSON`, { cause });
  }
}
