// `flowsieve entity`: the register of who is known by which networks, and how they are told.
import type { Command } from 'commander';
import { globalOptions } from './command.ts';

export interface ImportEntityOptions {
  readonly register: string;
  readonly by?: string;
}

export interface ListEntityOptions {
  readonly kind?: string;
  readonly sector?: string;
  readonly protected?: boolean;
}

export function register(program: Command): void {
  const entity = program
    .command('entity')
    .description('the entity register: essential, important and other entities, their networks and contacts');
  entity
    .command('import')
    .argument('<file...>', 'JSON or CSV; - is standard input')
    .description('take in files of a register; what the register lists no more is ended')
    .option('--register <name>', 'which register the files are of; others are left alone', 'entities')
    .option('--by <name>', 'who imports (default: the user logged in); recorded')
    .addHelpText(
      'after',
      `
CSV has a header: id, name and kind, and of sector, prefixes, nat_prefixes, asns, contacts, protected what there is. An entry that
is at fault is refused alone, with its line, field and value, and what is known of it stays: exit status 3.

Examples:
  flowsieve entity import nis2.csv
  flowsieve entity import bar-association.json --register bar --by an.engineer`,
    )
    .action(async (files: string[], options: ImportEntityOptions, command: Command) => {
      const { importRegisters } = await import('./entity-import.ts');
      process.exitCode = await importRegisters(files, globalOptions(command), options);
    });
  entity
    .command('list')
    .description('list the entities that are registered')
    .option('--kind <kind>', 'essential, important or other')
    .option('--sector <sector>', 'of this sector')
    .option('--protected', 'lawyers, doctors and journalists (I7)')
    .action(async (options: ListEntityOptions, command: Command) => {
      const { listEntities } = await import('./entity-output.ts');
      await listEntities(globalOptions(command), options);
    });
  entity
    .command('show')
    .argument('<id or address>', 'an entity, or whose this address would be')
    .description('show one entity in full, with its networks and contacts')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve entity show example-hospital
  flowsieve entity show 192.0.2.7 --json`,
    )
    .action(async (named: string, _: object, command: Command) => {
      const { showEntity } = await import('./entity-output.ts');
      await showEntity(named, globalOptions(command));
    });
}
