// `flowsieve dispute`: an operator's grounds to doubt an indicator, and the two people who decide (L11).
import { type Command, InvalidArgumentError } from 'commander';
import { count, instant } from './arguments.ts';
import { type ChangeOptions, withChangeOptions } from './changing.ts';
import { globalOptions } from './command.ts';

export interface OpenOptions {
  readonly operator: string;
  readonly ground: string;
  readonly evidence?: string;
  readonly suspend?: boolean;
  readonly wrongSince?: number | null;
  readonly authorisation?: string;
  readonly at?: number;
  readonly by?: string;
}

export interface DecideOptions extends ChangeOptions {
  readonly outcome: string;
  readonly reason: string;
  readonly wrongSince?: number | null;
  readonly at?: number;
}

export interface DisputeListOptions {
  readonly indicator?: string;
  readonly operator?: string;
  readonly state?: string;
}

export function register(program: Command): void {
  const dispute = program
    .command('dispute')
    .description('disputes: operators doubt an indicator, two people decide (L11)');
  dispute
    .command('open')
    .argument('<id or address>')
    .description('record that an operator has objective grounds to doubt an indicator')
    .requiredOption('--operator <id>', 'who raises it; its authorisation names it')
    .requiredOption('--ground <text>', 'why; of subscribers say nothing here')
    .option('--evidence <SHA-256 or file>', 'what it rests on; of a file the digest is kept')
    .option('--suspend', 'suspend the indicator until it is decided')
    .option(
      '--wrong-since <time>',
      'from when on the address was wrong, by the flows; default: ever',
      wrongSince,
    )
    .option('--authorisation <reference>', 'the indicator of this authorisation')
    .option('--at <time>', 'when it was raised (default: now)', instant)
    .option('--by <name>', 'who raises it (default: the user logged in); recorded')
    .addHelpText(
      'after',
      `
While it is open, matches of the indicator are marked: matches --json shows "disputed": "open".

Examples:
  flowsieve dispute open 203.0.113.7 --operator example-isp --by c.engineer --suspend \\
    --ground "leased to a hosting customer since 3 July" --wrong-since 2026-07-03 --evidence lease.pdf`,
    )
    .action(async (named: string, options: OpenOptions, command: Command) => {
      const { open } = await import('./dispute-run.ts');
      await open(named, globalOptions(command), options);
    });
  const decide = dispute
    .command('decide')
    .argument('<dispute>', 'its number', count)
    .description('propose a decision; a second, different person who says the same completes it')
    .requiredOption('--outcome <outcome>', 'upheld or rejected')
    .option('--wrong-since <time>', 'upheld: other than the operator says; "ever" is a time too', wrongSince)
    .option('--at <time>', 'when it was decided (default: now)', instant);
  withChangeOptions(decide, 'required')
    .addHelpText(
      'after',
      `
Upheld: the indicator is revoked for good, and its matches since then are marked "disputed": "upheld". Rejected: what the
dispute has suspended goes on. Who opened it does not decide. Who proposes again changes their own proposal.

Examples:
  flowsieve dispute decide 1 --outcome upheld --by a.analyst --reason "the lease is genuine"
  flowsieve dispute decide 1 --outcome upheld --by b.analyst --reason "confirmed with the registry"`,
    )
    .action(async (id: number, options: DecideOptions, command: Command) => {
      const { decide } = await import('./dispute-run.ts');
      await decide(id, globalOptions(command), options);
    });
  dispute
    .command('list')
    .description('list disputes, with who proposed or decided what')
    .option('--indicator <id or address>', 'about this indicator')
    .option('--operator <id>', 'raised by this operator')
    .option('--state <state>', 'open, upheld or rejected')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve dispute list --state open`,
    )
    .action(async (options: DisputeListOptions, command: Command) => {
      const { list } = await import('./dispute-run.ts');
      await list(globalOptions(command), options);
    });
}

/** `null` = from ever. */
function wrongSince(text: string): number | null {
  if (text === 'ever') return null;
  try {
    return instant(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message} Or: ever.`);
  }
}
