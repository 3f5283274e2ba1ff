// `flowsieve authorisation`: takes authorisation files in, and says what they allow and why.
import type { Command } from 'commander';
import { registerExplain } from './authorisation-explain.ts';
import { registerReport } from './authorisation-report.ts';
import { registerSteps } from './authorisation-steps.ts';
import { globalOptions } from './command.ts';

export interface ImportCommandOptions {
  readonly by?: string;
  readonly check?: boolean;
}

export interface ShowCommandOptions {
  readonly indicator?: string;
}

export function register(program: Command): void {
  const authorisation = program
    .command('authorisation')
    .description(
      'authorisations and their indicators: take files in, list them, show what they allow and why',
    );
  authorisation
    .command('import')
    .argument('<file...>', 'YAML or JSON; - is standard input')
    .description('take in authorisation files; importing the same file twice changes nothing')
    .option('--by <name>', 'who imports (default: the user logged in); recorded')
    .option('--check', 'say what it would change, and change nothing')
    .addHelpText(
      'after',
      `
An entry that breaks a rule is refused alone, with its field, value and rule; the rest is imported, and the exit
status is 3. A file whose head breaks a rule is refused as a whole: exit status 1.

Examples:
  flowsieve authorisation import authorisation.yaml
  flowsieve authorisation import --by a.analyst lists/*.json --json`,
    )
    .action(async (files: string[], options: ImportCommandOptions, command: Command) => {
      const { importFiles } = await import('./authorisation-import.ts');
      process.exitCode = await importFiles(files, globalOptions(command), options);
    });
  authorisation
    .command('list')
    .description('list authorisations, with how many of their indicators are in force now')
    .action(async (_: object, command: Command) => {
      const { listAuthorisations } = await import('./authorisation-output.ts');
      await listAuthorisations(globalOptions(command));
    });
  authorisation
    .command('show')
    .argument('<reference>', 'such as 002/2026')
    .description(
      'show for each indicator from when to when on both clocks, which rule set each bound, and what is in the way',
    )
    .option('--indicator <id or address>', 'only this one, in full')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve authorisation show 002/2026
  flowsieve authorisation show 002/2026 --indicator 203.0.113.7 --json`,
    )
    .action(async (reference: string, options: ShowCommandOptions, command: Command) => {
      const { showAuthorisation } = await import('./authorisation-output.ts');
      await showAuthorisation(reference, globalOptions(command), options);
    });
  registerSteps(authorisation);
  registerExplain(authorisation);
  registerReport(authorisation);
}
