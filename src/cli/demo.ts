// `flowsieve demo`: the whole engine on captures of real exporters, in a database of its own that is removed afterwards.
import type { Command } from 'commander';
import { port } from './arguments.ts';
import { globalOptions } from './command.ts';

export interface DemoOptions {
  readonly serve?: boolean;
  readonly port: number;
}

export function register(program: Command): void {
  program
    .command('demo')
    .description(
      'see it work: a demonstration list, captures of real exporters, the victims found, the ledger',
    )
    .option('--serve', 'leave the dashboard up with what was found, until Ctrl-C')
    .option('--port <n>', 'where the dashboard listens on loopback; 0 = any port that is free', port, 8055)
    .addHelpText(
      'after',
      `
Examples:
  flowsieve demo
  flowsieve demo --serve             # and open the address that it prints`,
    )
    .action(async (options: DemoOptions, command: Command) => {
      const { runDemo } = await import('./demo-run.ts');
      process.exitCode = await runDemo(globalOptions(command), options);
    });
}
