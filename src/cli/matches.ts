// `flowsieve matches`: the matches that are stored. Every consultation is recorded with its purpose (L18).
import type { Command } from 'commander';
import { count, instant } from './arguments.ts';
import { globalOptions, log } from './command.ts';
import { type ReaderRole, readerRole } from './reader.ts';

export interface MatchesOptions {
  readonly operator?: string;
  readonly indicator?: string;
  readonly authorisation?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
  readonly purpose?: string;
  readonly by?: string;
  readonly role: ReaderRole;
}

export function register(program: Command): void {
  program
    .command('matches')
    .description('show stored matches, in the order of their start; the consultation is recorded (L18)')
    .option('--operator <id>', 'of this operator')
    .option('--indicator <id or address>', 'of this indicator, or with this C2 address')
    .option('--authorisation <reference>', 'under this authorisation')
    .option('--since <time>', 'that started then or later: 2026-06-25 or 2026-06-25T09:00:00Z', instant)
    .option('--until <time>', 'that started earlier', instant)
    .option('--limit <n>', 'at most so many', count)
    .option('--purpose <text>', 'what they are looked at for; recorded')
    .option('--by <name>', 'who looks (default: the user logged in); recorded')
    .addOption(readerRole())
    .addHelpText(
      'after',
      `
Examples:
  flowsieve matches --purpose "warn victims, ticket 1234"
  flowsieve matches --json --operator example-isp --since 2026-06-01 --purpose "report of June"`,
    )
    .action(async (options: MatchesOptions, command: Command) => {
      const { showMatches } = await import('./matches-output.ts');
      const shown = await showMatches(globalOptions(command), options);
      if (!globalOptions(command).json) log(`${shown} ${shown === 1 ? 'match' : 'matches'}`);
    });
}
