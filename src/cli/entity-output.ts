// Runs `flowsieve entity list` and `show`.
import { loadConfiguration } from '../config/configuration.ts';
import { FlowSieveError } from '../core/errors.ts';
import { parsePrefix } from '../core/prefix.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { ENTITY_KINDS, type EntityRecord, iterateEntities } from '../store/entities.ts';
import { EntityRegister } from '../store/entity-register.ts';
import { type GlobalOptions, print } from './command.ts';
import type { ListEntityOptions } from './entity.ts';
import { LineWriter } from './output.ts';
import { formatTable } from './table.ts';
import { shortInstant } from './wording.ts';

export async function listEntities(commandLine: GlobalOptions, options: ListEntityOptions): Promise<void> {
  const { kind, sector } = options;
  if (kind !== undefined && !ENTITY_KINDS.some((one) => one === kind)) {
    throw new FlowSieveError('USAGE', `--kind ${kind}: must be one of ${ENTITY_KINDS.join(', ')}`);
  }
  const entities = await reading(commandLine, (db) =>
    [...iterateEntities(db)].filter(
      (entity) =>
        (kind === undefined || entity.kind === kind) &&
        (sector === undefined || entity.sector === sector) &&
        (!options.protected || entity.protected !== null),
    ),
  );
  const writer = new LineWriter();
  if (commandLine.json) for (const entity of entities) writer.line(JSON.stringify(entity));
  else writer.line(tableOf(entities));
  writer.end();
}

function tableOf(entities: readonly EntityRecord[]): string {
  return formatTable(
    ['entity', 'name', 'kind', 'sector', 'prefixes', 'asns', 'contacts', 'protected', 'register'],
    entities.map((entity) => [
      entity.id,
      entity.name,
      entity.kind,
      entity.sector,
      entity.prefixes.length + entity.natPrefixes.length,
      entity.asns.length,
      entity.contacts.length,
      entity.protected,
      entity.register,
    ]),
  );
}

export async function showEntity(named: string, commandLine: GlobalOptions): Promise<void> {
  const entity = await reading(commandLine, (db) => find(db, named));
  if (commandLine.json) {
    print(JSON.stringify(entity));
    return;
  }
  const { natPrefixes, prefixes, asns, contacts, sector, recordedAtMs, recordedBy } = entity;
  const known = [
    ['name', entity.name],
    ['kind', sector === null ? entity.kind : `${entity.kind}, ${sector}`],
    ['protected', entity.protected],
    ['prefixes', prefixes.join(' ')],
    ['NAT prefixes', natPrefixes.join(' ')],
    ['autonomous systems', asns.map((asn) => `AS${asn}`).join(' ')],
    ...contacts.map(({ mail, language, openpgp }) => [
      'contact',
      [mail, language, ...(openpgp === null ? [] : [`OpenPGP ${openpgp}`])].join(', '),
    ]),
    [
      'register',
      `${entity.register}, version ${entity.version}, ${shortInstant(recordedAtMs)}, ${recordedBy}`,
    ],
  ].filter(([, value]) => value !== null && value !== '');
  print(entity.id);
  for (const [what, value] of known) print(`  ${`${what}:`.padEnd(20)}${value}`);
}

function find(db: Database, named: string): EntityRecord {
  const address = parsePrefix(named);
  const found =
    'value' in address
      ? EntityRegister.ofStored(db).ofAddress(address.value.text)?.entity
      : [...iterateEntities(db)].find(({ id }) => id === named);
  if (found) return found;
  const what = 'value' in address ? 'no entity with the address' : 'no entity';
  throw new FlowSieveError('NOT_FOUND', `there is ${what} ${named}: entity list shows those there are`);
}

async function reading<T>(commandLine: GlobalOptions, work: (db: Database) => T): Promise<T> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    return work(db);
  } finally {
    db.close();
  }
}
