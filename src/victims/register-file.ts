// A file of an entity register, JSON or CSV: each entry is taken or refused alone.
import { hash } from 'node:crypto';
import { findTable, type Row } from '../authority/importers/csv-table.ts';
import { isObject, parseJson } from '../authority/importers/json.ts';
import { describeFault, type Fault, fault, nearest } from '../authority/refusal.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { EntityRefusal, ListedEntity, RegisterFile } from '../store/entity-import.ts';
import { checkEntity, ENTITY_FIELDS } from './entity.ts';

export const REGISTER_LIMITS = {
  /** Octets of one file. */
  bytes: 64 * 1024 * 1024,
  entities: 100_000,
} as const;

/** An entry as it stands, or what is wrong with its row. */
type Entry = { readonly line: number | null } & ({ readonly value: unknown } | { readonly fault: Fault });

/** @throws FlowSieveError INPUT_UNREADABLE where nothing of the file can be taken */
export async function readRegisterFile(bytes: Uint8Array, name: string): Promise<RegisterFile> {
  const text = decode(bytes, name);
  const entries = /^\s*[{[]/.test(text) ? jsonEntries(text, name) : await csvEntries(text, name);
  if (entries.length > REGISTER_LIMITS.entities) {
    throw unreadable(name, `has more than ${REGISTER_LIMITS.entities} entities`);
  }
  const listed: ListedEntity[] = [];
  const refusals: EntityRefusal[] = [];
  entries.forEach((read, entry) => {
    const { line } = read;
    const checked = 'fault' in read ? { faults: [read.fault] } : checkEntity(read.value);
    if ('entity' in checked) listed.push({ entry, line, entity: checked.entity });
    else
      refusals.push({ entry, line, id: 'value' in read ? idOf(read.value) : null, faults: checked.faults });
  });
  return { name, digest: hash('sha256', bytes, 'buffer'), entries: entries.length, listed, refusals };
}

function decode(bytes: Uint8Array, name: string): string {
  if (bytes.byteLength > REGISTER_LIMITS.bytes) {
    throw unreadable(name, `${bytes.byteLength} octets, more than the ${REGISTER_LIMITS.bytes} of one file`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(name, 'not UTF-8 text', cause);
  }
}

/** `{"flowsieve": 1, "entities": […]}` */
function jsonEntries(text: string, name: string): Entry[] {
  const value = parseJson(text, name);
  const top = isObject(value) ? value : {};
  const unknown = Object.keys(top).find((key) => key !== 'flowsieve' && key !== 'entities');
  if (unknown !== undefined) {
    throw unreadable(name, describeFault(fault(unknown, top[unknown], 'format', 'there is no such field')));
  }
  if (top.flowsieve !== 1 || !Array.isArray(top.entities)) {
    throw unreadable(name, 'must be {"flowsieve": 1, "entities": […]}, or CSV with a header');
  }
  return top.entities.map((one) => ({ value: one as unknown, line: null }));
}

const REQUIRED = ['id', 'name', 'kind'] as const;

async function csvEntries(text: string, name: string): Promise<Entry[]> {
  const table = findTable(text, (columns) => REQUIRED.every((column) => columns.includes(column)));
  if (!table) throw unreadable(name, `its first line must name its columns: at least ${REQUIRED.join(', ')}`);
  const unknown = table.columns.find((column) => !ENTITY_FIELDS.some((field) => field === column));
  if (unknown !== undefined) {
    const meant = nearest(unknown, ENTITY_FIELDS);
    const hint = meant === null ? `known are ${ENTITY_FIELDS.join(', ')}` : `did you mean ${meant}?`;
    throw unreadable(name, `the column ${JSON.stringify(unknown)} is not known: ${hint}`);
  }
  const twice = table.columns.find((column, at) => table.columns.indexOf(column) !== at);
  if (twice !== undefined) throw unreadable(name, `the column ${twice} stands in its header twice`);
  const entries: Entry[] = [];
  for await (const row of table.rows()) {
    if (entries.length > REGISTER_LIMITS.entities) break;
    entries.push(entryOf(row));
  }
  return entries;
}

function entryOf(row: Row): Entry {
  if ('fault' in row) return row;
  const { prefixes = '', nat_prefixes = '', asns = '', contacts = '', ...texts } = row.fields;
  const value = {
    ...texts,
    prefixes: wordsOf(prefixes),
    nat_prefixes: wordsOf(nat_prefixes),
    asns: wordsOf(asns).map(asnOf),
    contacts: contacts
      .split(';')
      .filter((one) => one.trim() !== '')
      .map(contactOf),
  };
  return { line: row.line, value };
}

/** Between spaces or semicolons. */
function wordsOf(cell: string): string[] {
  return cell.split(/[\s;]+/).filter((word) => word !== '');
}

/** `64500` or `AS64500`; anything else is refused as it stands. */
function asnOf(word: string): number | string {
  return /^(?:AS)?\d{1,10}$/i.test(word) ? Number(word.replace(/^AS/i, '')) : word;
}

/** `abuse@example.org nl 0123…` */
function contactOf(cell: string): object {
  const [mail, language, ...openpgp] = cell.trim().split(/\s+/);
  return { mail, language, openpgp: openpgp.join('') };
}

/** Of an entry that is refused, as far as it can be told: what is known of it is left alone. */
function idOf(value: unknown): string | null {
  const id = isObject(value) ? value.id : null;
  return typeof id === 'string' ? id : null;
}

function unreadable(name: string, what: string, cause?: unknown): FlowSieveError {
  return new FlowSieveError('INPUT_UNREADABLE', `${name}: ${what}`, { cause });
}
