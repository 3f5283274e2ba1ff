// `flowsieve consultations`: who looked at matches and victims, and what for (L18).
import { type Command, Option } from 'commander';
import { READING_KINDS, type ReadingKind } from '../store/reading-kinds.ts';
import { count, instant } from './arguments.ts';
import { globalOptions } from './command.ts';

export interface ConsultationsOptions {
  readonly reader?: string;
  readonly kind?: ReadingKind;
  readonly about?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
}

export function register(program: Command): void {
  program
    .command('consultations')
    .description('the register of who read matches, victims and exports')
    .command('list')
    .description('list readings: who, in what role, what for, which, and how many were shown')
    .option('--reader <name>', 'of this person')
    .addOption(new Option('--kind <kind>', 'of this kind').choices(READING_KINDS))
    .option('--about <address>', 'that asked for this address, or named it in their purpose')
    .option('--since <time>', 'then or later: 2026-06-25 or 2026-06-25T09:00:00Z', instant)
    .option('--until <time>', 'earlier', instant)
    .option('--limit <n>', 'the newest so many', count)
    .addHelpText(
      'after',
      `
Addresses are kept as pseudonyms, under a key that stays in the database: a reading is kept longer than what was read.`,
    )
    .action(async (options: ConsultationsOptions, command: Command) => {
      const { listReadings } = await import('./consultations-run.ts');
      await listReadings(globalOptions(command), options);
    });
}
