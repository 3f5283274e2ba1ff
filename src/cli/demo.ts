// `flowsieve demo`: the whole engine on captures of real exporters, in a database of its own that is removed afterwards.
import type { Command } from 'commander';
import { globalOptions } from './command.ts';

export function register(program: Command): void {
  program
    .command('demo')
    .description(
      'see it work: a demonstration list, captures of real exporters, the victims found, the ledger',
    )
    .action(async (_options: object, command: Command) => {
      const { runDemo } = await import('./demo-run.ts');
      process.exitCode = await runDemo(globalOptions(command));
    });
}
