// `flowsieve purge`: erases what may be kept no longer (L19).
import type { Command } from 'commander';
import { count } from './arguments.ts';
import { globalOptions } from './command.ts';

export interface PurgeOptions {
  readonly by?: string;
  readonly wait: number;
}

export const WAIT_SECONDS = 30;

export function register(program: Command): void {
  program
    .command('purge')
    .description(
      'erase matches whose day has come, from every byte of the database (L19); the daemon does so by itself',
    )
    .option('--by <name>', 'who does so (default: the user logged in); recorded')
    .option(
      '--wait <seconds>',
      'how long to wait for a reader that holds the write-ahead log',
      count,
      WAIT_SECONDS,
    )
    .addHelpText(
      'after',
      `
Beside a running daemon too. What is derived from the matches goes with them, free pages and old copies are overwritten, the
write-ahead log is emptied. Exit status 1 where a reader kept that from being finished: run it again.`,
    )
    .action(async (options: PurgeOptions, command: Command) => {
      const { runPurge } = await import('./purge-run.ts');
      process.exitCode = await runPurge(globalOptions(command), options);
    });
}
