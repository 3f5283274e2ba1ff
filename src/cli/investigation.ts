// `flowsieve investigation`: an investigation that is done keeps its matches no longer (L19).
import type { Command } from 'commander';
import { instant } from './arguments.ts';
import { globalOptions } from './command.ts';
import { type CriterionOptions, withCriterion } from './criterion-options.ts';

export interface CloseOptions extends CriterionOptions {
  readonly deleteBy?: number;
  readonly by?: string;
  readonly reason: string;
}

export function register(program: Command): void {
  const investigation = program
    .command('investigation')
    .description('close an investigation: its matches are erased earlier than their term (L19)');
  withCriterion(investigation.command('close'), ['authorisation', 'indicator'])
    .description('bring the deletion of the matches that there are forward; never put it off')
    .option('--delete-by <time>', 'when they go at the latest (default: now)', instant)
    .option('--by <name>', 'who decides (default: the user logged in); recorded')
    .requiredOption('--reason <text>', 'why; recorded')
    .addHelpText(
      'after',
      `
The daemon, or \`purge\`, erases them when the day has come. Matches that are stored later keep a term of their own. To be
interrupted and run again does no harm.

Examples:
  flowsieve investigation close --authorisation 002/2026 --delete-by 2026-10-01 --by a.head --reason "all victims warned"`,
    )
    .action(async (options: CloseOptions, command: Command) => {
      const { closeInvestigation } = await import('./investigation-run.ts');
      await closeInvestigation(globalOptions(command), options);
    });
}
