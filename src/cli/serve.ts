// `flowsieve serve`: the daemon.
import type { Command } from 'commander';
import { globalOptions } from './command.ts';

export function register(program: Command): void {
  program
    .command('serve')
    .description("the daemon: takes operators' flows in over the network, matches and keeps nothing else")
    .addHelpText(
      'after',
      `
Examples:
  flowsieve serve --config /etc/flowsieve/flowsieve.yaml
  flowsieve config check --config /etc/flowsieve/flowsieve.yaml    before a start or a reload

SIGHUP reloads the configuration and loses no packet. SIGTERM and SIGINT commit everything that was received; the second
aborts. Logs are JSON on standard error. docs/operations.md has every counter and what to do about it.`,
    )
    .action(async (_options: object, command: Command) => {
      const { runServe } = await import('./serve-run.ts');
      process.exitCode = await runServe(globalOptions(command));
    });
}
