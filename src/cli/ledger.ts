// `flowsieve ledger`: what became of every record, per operator, exporter and interval.
import { type Command, Option } from 'commander';
import { instant } from './arguments.ts';
import { EXIT, globalOptions } from './command.ts';

export interface LedgerOptions {
  readonly operator?: string;
  readonly exporter?: string;
  readonly from?: number;
  readonly until?: number;
  readonly by?: 'minute' | 'hour' | 'day' | 'operator' | 'exporter';
}

export function register(program: Command): void {
  program
    .command('ledger')
    .description(
      'show what became of every record: received = matched + discarded, by reason; and what was lost',
    )
    .option('--operator <id>', 'of this operator')
    .option('--exporter <address>', 'of this exporter')
    .option(
      '--from <time>',
      'intervals that begin then or later: 2026-06-25 or 2026-06-25T09:00:00Z',
      instant,
    )
    .option('--until <time>', 'intervals that begin earlier', instant)
    .addOption(
      new Option(
        '--by <what>',
        'add up by interval, or over all time by operator or exporter (default: as they were counted)',
      ).choices(['minute', 'hour', 'day', 'operator', 'exporter']),
    )
    .addHelpText(
      'after',
      `
Examples:
  flowsieve ledger --by day
  flowsieve ledger --by exporter      how much of each exporter's traffic was seen
  flowsieve ledger --json --operator example-isp --from 2026-06-01

Exit status 1 where records are not all accounted for.`,
    )
    .action(async (options: LedgerOptions, command: Command) => {
      const { showLedger } = await import('./ledger-output.ts');
      const balanced = await showLedger(globalOptions(command), options);
      process.exitCode = balanced ? EXIT.done : EXIT.failed;
    });
}
