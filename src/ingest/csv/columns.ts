// The column mapping that a user gives for tables whose header names are not known: parsed, checked, explained.
import { readFileSync, statSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { FlowSieveError } from '../../core/errors.ts';
import { CSV_FIELDS, type CsvField, columnsByName, normalName } from './fields.ts';
import { DELIMITERS, type Delimiter, TIME_FORMATS, type TimeFormat } from './plan.ts';
import { isTimezone } from './time.ts';

/** A header name, or the place of the column from 0. */
export type ColumnReference = string | number;

export interface ColumnMap {
  readonly columns: Readonly<Partial<Record<CsvField, ColumnReference>>>;
  readonly timezone?: string;
  readonly timeFormat?: TimeFormat;
  readonly delimiter?: Delimiter;
}

const SETTINGS = ['timezone', 'timeformat', 'delimiter'] as const;
const KEYS: readonly string[] = [...CSV_FIELDS, ...SETTINGS];

/**
 * `src=SourceIP,dst=DestinationIP,start=Begin,timezone=Europe/Brussels`, or the same keys as a JSON or YAML mapping. A field
 * names its column by the header, or by place as `#1` (the first column): then no header line is needed. What is not
 * named is found by the known header names.
 * @throws FlowSieveError USAGE, naming the key and what is allowed
 */
export function parseColumnMap(text: string): ColumnMap {
  const columns: Partial<Record<CsvField, ColumnReference>> = {};
  const settings: { timezone?: string; timeFormat?: TimeFormat; delimiter?: Delimiter } = {};
  for (const [key, value] of pairsOf(text)) {
    const name = KEYS.find((known) => known.toLowerCase() === key.toLowerCase());
    if (name === undefined) throw wrong(`unknown key "${key}"; allowed are ${KEYS.join(', ')}`);
    if (value === '') throw wrong(`"${name}" has no value`);
    if (name === 'timezone') settings.timezone = timezoneOf(value);
    else if (name === 'timeformat') settings.timeFormat = choiceOf(name, value, TIME_FORMATS);
    else if (name === 'delimiter') settings.delimiter = delimiterOf(value);
    else columns[name as CsvField] = referenceOf(name, value);
  }
  return { columns, ...settings };
}

/** The mapping in the file named by `argument`, or, where there is no such file, that `argument` itself is. */
export function loadColumnMap(argument: string): ColumnMap {
  if (!statSync(argument, { throwIfNoEntry: false })?.isFile()) return parseColumnMap(argument);
  return parseColumnMap(readFileSync(argument, 'utf8'));
}

/** Column of each field: as the user gave it, else by the known names. None where a column that was given is not there. */
export function mapColumns(
  header: readonly string[],
  map: ColumnMap | undefined,
): Partial<Record<CsvField, number>> {
  const columns = columnsByName(header);
  const given = new Map<CsvField, number>();
  const normal = header.map(normalName);
  for (const [field, reference] of mappedColumns(map)) {
    const column = typeof reference === 'number' ? reference : normal.indexOf(normalName(reference));
    if (column < 0 || column >= header.length) return {};
    // A column given to one field is not another's by its name.
    for (const other of Object.keys(columns) as CsvField[])
      if (columns[other] === column) delete columns[other];
    given.set(field, column);
  }
  return { ...columns, ...Object.fromEntries(given) };
}

export function mappedColumns(map: ColumnMap | undefined): [CsvField, ColumnReference][] {
  return Object.entries(map?.columns ?? {}) as [CsvField, ColumnReference][];
}

function pairsOf(text: string): [string, string][] {
  const trimmed = text.trim();
  if (trimmed === '') throw wrong('the mapping is empty');
  if (/^[^\n:={]+=/.test(trimmed)) {
    return trimmed.split(/[,\n]/).flatMap((part): [string, string][] => {
      if (part.trim() === '') return [];
      const at = part.indexOf('=');
      if (at < 0) throw wrong(`"${part.trim()}" is not of the form key=value`);
      return [[part.slice(0, at).trim(), part.slice(at + 1).trim()]];
    });
  }
  let content: unknown;
  try {
    content = parseYaml(trimmed);
  } catch (cause) {
    throw wrong(`neither key=value pairs nor JSON or YAML: ${(cause as Error).message}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw wrong(`expected key=value pairs or a mapping; the keys are ${KEYS.join(', ')}`);
  return Object.entries(content).map(([key, value]) => {
    if (typeof value !== 'string' && typeof value !== 'number') throw wrong(`"${key}" must be a text`);
    return [key, String(value)];
  });
}

function referenceOf(key: string, value: string): ColumnReference {
  const place = /^#(\d{1,5})$/.exec(value);
  if (!place) return value;
  const number = Number(place[1]);
  if (number < 1) throw wrong(`"${key}": columns are counted from #1`);
  return number - 1;
}

function timezoneOf(value: string): string {
  if (!isTimezone(value))
    throw wrong(`"timezone": "${value}" is no IANA time zone, such as UTC or Europe/Brussels`);
  return value;
}

function delimiterOf(value: string): Delimiter {
  const characters: readonly string[] = Object.values(DELIMITERS);
  if (characters.includes(value)) return value as Delimiter;
  return DELIMITERS[choiceOf('delimiter', value, Object.keys(DELIMITERS) as (keyof typeof DELIMITERS)[])];
}

function choiceOf<T extends string>(key: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === value.toLowerCase());
  if (choice === undefined) throw wrong(`"${key}": "${value}" is not one of ${choices.join(', ')}`);
  return choice;
}

function wrong(what: string): FlowSieveError {
  return new FlowSieveError('USAGE', `column mapping (--columns): ${what}`);
}
