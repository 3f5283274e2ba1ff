// The tables of options as zod schemas: what checks a configuration, and what editors are given (JSON Schema).
import { z } from 'zod';
import { RETENTION_BASES } from '../authority/regime.ts';
import { parsePrefix } from '../core/prefix.ts';
import { isOption, type Kind, type Option, type Table } from './option.ts';
import { OPTIONS } from './options.ts';

const FINGERPRINT = /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/;
const MAX_TEXT = 1_024;
const MAX_ENTRIES = 10_000;

export const BASIS_IDS = RETENTION_BASES.map(({ id }) => id);

/** Accepts a value as it was given; fills in defaults within lists. */
export function schemaOf(kind: Kind): z.ZodType {
  switch (kind.kind) {
    case 'text':
    case 'path':
      return z.string().min(1).max(MAX_TEXT);
    case 'integer':
      return z.int().min(kind.min).max(kind.max);
    case 'choice':
      return z.enum(kind.values as [string, ...string[]]);
    case 'consent':
      return z.literal(true);
    case 'basis':
      return z.enum(BASIS_IDS as [string, ...string[]]);
    case 'prefix':
      return z.string().refine((text) => !('problem' in parsePrefix(text)));
    case 'fingerprint':
      return z.string().regex(FINGERPRINT);
    case 'list':
      return z.array(schemaOf(kind.of)).max(MAX_ENTRIES);
    case 'record':
      return z.strictObject(shapeOf(kind.fields));
    case 'variants':
      return z.discriminatedUnion(
        kind.by,
        Object.entries(kind.variants).map(([name, fields]) =>
          z.strictObject({ [kind.by]: z.literal(name), ...shapeOf(fields) }),
        ) as [z.ZodObject, ...z.ZodObject[]],
      );
  }
}

function shapeOf(table: Table): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(table).map(([name, entry]) => [
      name,
      isOption(entry) ? optionSchema(entry) : z.strictObject(shapeOf(entry)).optional(),
    ]),
  );
}

function optionSchema(option: Option): z.ZodType {
  const schema = schemaOf(option.type).describe(option.help);
  if (option.default === null) return schema.nullable().default(null);
  return option.default === undefined ? schema : schema.default(option.default);
}

/** JSON Schema of the whole configuration file. */
export function jsonSchema(): object {
  return z.toJSONSchema(z.strictObject(shapeOf(OPTIONS)).describe('Configuration of FlowSieve'), {
    io: 'input',
    target: 'draft-7',
  });
}
