// The tables of options as zod schemas: what checks a configuration, and what editors are given (JSON Schema).
import { z } from 'zod';
import { isOperatorId } from '../authority/operator.ts';
import { retentionBases } from '../authority/regime.ts';
import { isMailAddress } from '../core/mail-address.ts';
import { parsePrefix } from '../core/prefix.ts';
import { isOption, type Kind, type Option, type Table } from './option.ts';
import { OPTIONS } from './options.ts';

const FINGERPRINT = /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/;
const MAX_TEXT = 1_024;
const MAX_ENTRIES = 10_000;

/** Known when asked: the configuration itself may add regimes. */
export function basisIds(): readonly string[] {
  return retentionBases().map(({ id }) => id);
}

function isWebAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** Accepts a value as it was given; fills in defaults within lists. */
function schemaOf(kind: Kind): z.ZodType {
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
      return z.enum(basisIds() as [string, ...string[]]);
    case 'prefix':
      return z.string().refine((text) => !('problem' in parsePrefix(text)));
    case 'url':
      return z.string().max(MAX_TEXT).refine(isWebAddress);
    case 'mail':
      return z.string().refine(isMailAddress);
    case 'operator':
      return z.string().refine(isOperatorId);
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

/** What may be left out may also be null. */
export function valueSchema(option: Option): z.ZodType {
  const schema = schemaOf(option.type);
  return option.default === null ? schema.nullable() : schema;
}

function optionSchema(option: Option): z.ZodType {
  const schema = valueSchema(option).describe(option.help);
  return option.default === undefined ? schema : schema.default(option.default);
}

/** JSON Schema of the whole configuration file. */
export function jsonSchema(): object {
  return z.toJSONSchema(z.strictObject(shapeOf(OPTIONS)).describe('Configuration of FlowSieve'), {
    io: 'input',
    target: 'draft-7',
  });
}
