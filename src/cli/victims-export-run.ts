// Runs `flowsieve victims export`.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { loadConfiguration } from '../config/configuration.ts';
import { organisationOf } from '../config/victim-settings.ts';
import { FlowSieveError } from '../core/errors.ts';
import type { Database } from '../store/database.ts';
import { iterateEntities } from '../store/entities.ts';
import { knownOperators } from '../store/operators.ts';
import { writeExport } from '../victims/exports/export.ts';
import { classesHanded, EXPORT_FORMATS } from '../victims/exports/formats.ts';
import type { Audience } from '../victims/exports/handed.ts';
import type { VictimFilter } from '../victims/victims.ts';
import type { GlobalOptions } from './command.ts';
import { currentUser } from './current-user.ts';
import { LineWriter } from './output.ts';
import type { ExportOptions } from './victims-export.ts';
import { filterOf } from './victims-output.ts';
import { readVictims } from './victims-reading.ts';

/** @returns how many victims it holds */
export async function exportVictims(commandLine: GlobalOptions, options: ExportOptions): Promise<number> {
  const { format, purpose, by = currentUser() } = options;
  const organisation = organisationOf(await loadConfiguration(commandLine));
  if (organisation === null && EXPORT_FORMATS[format].needsOrganisation) {
    const what = `--format ${format} names who reports: set organisation.name and organisation.mail`;
    throw new FlowSieveError('CONFIGURATION', `${what} (docs/configuration.md)`);
  }
  const audience = audienceOf(options);
  const classes = options.class === undefined ? classesHanded(audience, format) : undefined;
  const filter: VictimFilter = { ...filterOf(options), ...(classes === undefined ? {} : { classes }) };
  const asked = { for: audience, format, ...filter };
  return readVictims(commandLine, options, { kind: 'export', filter: asked }, (db, attributor) => {
    checkKnown(db, audience);
    const sequestered = options.role === 'auditor';
    const order = { format, audience, filter: { ...filter, sequestered }, purpose, by, organisation };
    return writing(options.out, (write) =>
      writeExport(db, attributor, { ...order, atMs: Date.now() }, write),
    );
  });
}

/** `operator ID`, `entity ID`, `analyst`; the id may also be that of --operator or --entity. */
function audienceOf({ for: [kind, named], operator, entity }: ExportOptions): Audience {
  if (kind === 'analyst') return { kind, id: null };
  const id = named ?? (kind === 'operator' ? operator : entity);
  if ((kind === 'operator' || kind === 'entity') && id !== undefined) return { kind, id };
  throw new FlowSieveError('USAGE', `--for ${kind}: which? write --for ${kind} ID`);
}

function checkKnown(db: Database, { kind, id }: Audience): void {
  if (kind === 'operator' && !knownOperators(db).has(id))
    throw new FlowSieveError('NOT_FOUND', `there is no operator ${id}: operator list shows those there are`);
  if (kind !== 'entity') return;
  for (const entity of iterateEntities(db)) if (entity.id === id) return;
  throw new FlowSieveError('NOT_FOUND', `there is no entity ${id}: entity list shows those there are`);
}

const FLUSH_CHARACTERS = 64 * 1024;

/** To a new file, or to standard output. A file that was not finished is removed. */
function writing<T>(path: string | undefined, make: (write: (text: string) => void) => T): T {
  if (path === undefined) {
    const writer = new LineWriter();
    const made = make((text) => writer.text(text));
    writer.end();
    return made;
  }
  const file = openNew(path);
  let pending = '';
  const flush = () => {
    for (let rest = Buffer.from(pending); rest.length > 0; ) rest = rest.subarray(writeSync(file, rest));
    pending = '';
  };
  try {
    const made = make((text) => {
      pending += text;
      if (pending.length >= FLUSH_CHARACTERS) flush();
    });
    flush();
    closeSync(file);
    return made;
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw error;
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'exists already: name a new file' : `cannot be written (${code})`;
    throw new FlowSieveError('OUTPUT', `--out ${path}: ${why}`, { cause });
  }
}
