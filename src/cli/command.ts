// What every command shares: global options, where output goes, and how an exit status is set.
import type { Command } from 'commander';

/** Exit statuses of the command line (docs/cli.md). */
export const EXIT = { done: 0, failed: 1, usage: 2, damaged: 3 } as const;

export interface GlobalOptions {
  readonly db: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** A command's file exports one of these; heavy modules are imported inside the action, when needed. */
export type Register = (program: Command) => void;

/** The options given before or after the command's name, merged. */
export function globalOptions(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

/** Data goes to standard output; logs and progress to standard error. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
