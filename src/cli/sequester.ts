// `flowsieve sequester`: keeps matches from being read by anybody but an auditor, gives them back, destroys them (I7, I8).
import type { Command } from 'commander';
import { count } from './arguments.ts';
import { globalOptions } from './command.ts';
import { type CriterionOptions, withCriterion } from './criterion-options.ts';
import { WAIT_SECONDS } from './purge.ts';

export interface SequesterOptions extends CriterionOptions {
  readonly id?: number;
  readonly by?: string;
  readonly reason: string;
}

export interface DestroyOptions extends SequesterOptions {
  readonly wait: number;
}

export function register(program: Command): void {
  const sequester = program
    .command('sequester')
    .description('keep matches from being read by all but auditors; release or destroy them (I7, I8, L20)');
  deciding(withCriterion(sequester.command('place'), ['authorisation', 'indicator', 'basis']))
    .description('keep matches from being read: those that there are, and those to come')
    .addHelpText(
      'after',
      `
They are left out of matches, victims, exports and warnings. \`--role auditor\` still reads them, which is recorded.

Examples:
  flowsieve sequester place --authorisation 002/2026 --by a.lawyer --reason "commission, decision of 1 July"`,
    )
    .action(async (options: SequesterOptions, command: Command) => {
      const { placeOrRelease } = await import('./sequester-run.ts');
      await placeOrRelease('place', globalOptions(command), options);
    });
  deciding(withCriterion(sequester.command('release'), ['authorisation', 'indicator', 'basis', 'entity']))
    .option('--id <n>', 'the sequester of this number', count)
    .description(
      'give sequestered matches back; those of a protected entity only by name of a person, with a reason',
    )
    .action(async (options: SequesterOptions, command: Command) => {
      const { placeOrRelease } = await import('./sequester-run.ts');
      await placeOrRelease('release', globalOptions(command), options);
    });
  deciding(withCriterion(sequester.command('destroy'), ['authorisation', 'indicator', 'basis', 'entity']))
    .option(
      '--wait <seconds>',
      'how long to wait for a reader that holds the write-ahead log',
      count,
      WAIT_SECONDS,
    )
    .description(
      'destroy sequestered matches: the first of two people proposes, the second completes, and they are erased',
    )
    .addHelpText(
      'after',
      `
Examples:
  flowsieve sequester destroy --authorisation 002/2026 --by a.head --reason "committee, order of 9 July"
  flowsieve sequester destroy --authorisation 002/2026 --by b.head --reason "as ordered"`,
    )
    .action(async (options: DestroyOptions, command: Command) => {
      const { destroy } = await import('./sequester-run.ts');
      process.exitCode = await destroy(globalOptions(command), options);
    });
  sequester
    .command('list')
    .description(
      'list what is sequestered, how many matches that covers, and what was proposed to be destroyed',
    )
    .option('--all', 'also what was released')
    .action(async (options: { all?: boolean }, command: Command) => {
      const { listSequesters } = await import('./sequester-list.ts');
      await listSequesters(globalOptions(command), options.all ?? false);
    });
}

function deciding(command: Command): Command {
  return command
    .option('--by <name>', 'who decides (default: the user logged in); recorded')
    .requiredOption('--reason <text>', 'why; recorded');
}
