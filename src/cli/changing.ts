// What commands that change something take alike: who decides, why, and which state they have seen.
import type { Command } from 'commander';
import { count } from './arguments.ts';

export interface ChangeOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly generation?: number;
}

/** @param reason whether something is taken away or overridden, which needs one */
export function withChangeOptions(command: Command, reason: 'required' | 'optional'): Command {
  command.option('--by <name>', 'who decides (default: the user logged in); recorded');
  if (reason === 'required') command.requiredOption('--reason <text>', 'why; recorded, and told in notices');
  else command.option('--reason <text>', 'why; recorded, and told in notices');
  return command.option(
    '--generation <n>',
    'only if the last step is still this one, 0 = none: nothing is recorded where somebody was faster',
    count,
  );
}
