// What an option can be: kind, bounds, default and help. The tables in options.ts are made of these; types, checks,
// the schema for editors and docs/configuration.md derive from them. It loads nothing: every command starts with it.

export type Kind =
  | { readonly kind: 'text' }
  /** Relative to the folder of the configuration file. */
  | { readonly kind: 'path' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /** Nothing but `true`: something that must be asked for in as many words. */
  | { readonly kind: 'consent' }
  /** A retention basis of some regime (L7). */
  | { readonly kind: 'basis' }
  /** An address or prefix. */
  | { readonly kind: 'prefix' }
  /** HTTPS, or HTTP, which a check bounds further. */
  | { readonly kind: 'url' }
  /** One mail address. */
  | { readonly kind: 'mail' }
  /** How authorisations name an operator. */
  | { readonly kind: 'operator' }
  /** SHA-256 of a certificate: 32 octets in hexadecimal, colons allowed. */
  | { readonly kind: 'fingerprint' }
  | { readonly kind: 'list'; readonly of: Kind }
  | { readonly kind: 'record'; readonly fields: Table }
  /** One of several records, told apart by a field. */
  | { readonly kind: 'variants'; readonly by: string; readonly variants: Readonly<Record<string, Table>> };

declare const value: unique symbol;

export interface Option<V = unknown> {
  readonly type: Kind;
  readonly help: string;
  /** Absent = it must be given. */
  readonly default?: V;
  /** The rule of LAW.md that bounds it. */
  readonly rule?: string;
  readonly [value]?: V;
}

export interface Table {
  readonly [key: string]: Option | Table;
}

interface Details<V> {
  readonly help: string;
  readonly default?: V;
  readonly rule?: string;
}

export function isOption(entry: Option | Table): entry is Option {
  return 'help' in entry && typeof entry.help === 'string';
}

export const text = (details: Details<string>): Option<string> => ({ type: { kind: 'text' }, ...details });
export const path = (details: Details<string>): Option<string> => ({ type: { kind: 'path' }, ...details });
export const basis = (details: Details<string>): Option<string> => ({ type: { kind: 'basis' }, ...details });
export const consent = (details: Details<true>): Option<true> => ({ type: { kind: 'consent' }, ...details });
export const fingerprint = (details: Details<string>): Option<string> => ({
  type: { kind: 'fingerprint' },
  ...details,
});
export const url = (details: Details<string>): Option<string> => ({ type: { kind: 'url' }, ...details });
export const mailAddress = (details: Details<string>): Option<string> => ({
  type: { kind: 'mail' },
  ...details,
});
export const operatorId = (details: Details<string>): Option<string> => ({
  type: { kind: 'operator' },
  ...details,
});
export const prefixes = (details: Details<readonly string[]>): Option<readonly string[]> => ({
  type: { kind: 'list', of: { kind: 'prefix' } },
  ...details,
});

/** What may be left out, and is null then. */
export function optional<V>(option: Option<V>): Option<V | null> {
  return { ...option, default: null } as Option<V | null>;
}

export function integer(min: number, max: number, details: Details<number>): Option<number> {
  return { type: { kind: 'integer', min, max }, ...details };
}

export function choice<const V extends string>(values: readonly V[], details: Details<V>): Option<V> {
  return { type: { kind: 'choice', values }, ...details };
}

export function records<T extends Table>(
  fields: T,
  details: Details<readonly Settings<T>[]>,
): Option<readonly Settings<T>[]> {
  return { type: { kind: 'list', of: { kind: 'record', fields } }, ...details };
}

export function variants<By extends string, V extends Readonly<Record<string, Table>>>(
  by: By,
  tables: V,
  details: Details<readonly Variant<By, V>[]>,
): Option<readonly Variant<By, V>[]> {
  return { type: { kind: 'list', of: { kind: 'variants', by, variants: tables } }, ...details };
}

type Camel<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** The program's view of a table: keys in camel case, every option with its value. */
export type Settings<T> = {
  readonly [K in keyof T as Camel<K>]: T[K] extends Option<infer V> ? V : Settings<T[K]>;
};

type Variant<By extends string, V> = {
  [K in keyof V]: { readonly [B in By]: K } & Settings<V[K]>;
}[keyof V];

export function camelCase(key: string): string {
  return key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Every option of a table with its dotted key, in the table's order. */
export function* optionsOf(table: Table, within = ''): Generator<readonly [key: string, option: Option]> {
  for (const [key, entry] of Object.entries(table)) {
    if (isOption(entry)) yield [within + key, entry];
    else yield* optionsOf(entry, `${within}${key}.`);
  }
}

/** What a value must be, to follow "must be". */
export function describeKind(kind: Kind): string {
  switch (kind.kind) {
    case 'text':
      return 'a text';
    case 'path':
      return 'a path';
    case 'integer':
      return `a whole number from ${kind.min} to ${kind.max}`;
    case 'choice':
      return kind.values.join(' or ');
    case 'consent':
      return 'true';
    case 'basis':
      return 'a retention basis';
    case 'prefix':
      return 'an address, or a prefix with no bits set behind it';
    case 'url':
      return 'a URL, https://…, without user and password';
    case 'mail':
      return 'one mail address';
    case 'operator':
      return "an operator's id";
    case 'fingerprint':
      return 'the SHA-256 fingerprint of a certificate (64 hexadecimal digits)';
    case 'list':
      return `a list, each entry ${describeKind(kind.of)}`;
    case 'record':
      return `a mapping with ${Object.keys(kind.fields).join(', ')}`;
    case 'variants':
      return `a mapping with ${kind.by} ${Object.keys(kind.variants).join(' or ')}`;
  }
}
