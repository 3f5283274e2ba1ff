// `flowsieve victims`: what the matches show of each victim. Every reading is recorded with its purpose (L18).
import { type Command, Option } from 'commander';
import { EVIDENCE_ORDERS, type EvidenceOrder } from '../store/evidence-orders.ts';
import { count } from './arguments.ts';
import { globalOptions, log } from './command.ts';
import { registerExport } from './victims-export.ts';
import {
  type FilterOptions,
  type ReadingOptions,
  withFilterOptions,
  withReading,
} from './victims-options.ts';

export interface VictimsOptions extends FilterOptions, ReadingOptions {
  readonly sort?: EvidenceOrder;
  readonly limit?: number;
}

export function register(program: Command): void {
  const victims = program
    .command('victims')
    .description('victims: what the matches show of each, by class of evidence (L14)');
  withReading(
    withFilterOptions(
      victims
        .command('list', { isDefault: true })
        .description('one line per victim and indicator; the reading is recorded (L18)'),
    ),
  )
    .addOption(
      new Option('--sort <by>', 'strongest, latest … first')
        .choices(Object.keys(EVIDENCE_ORDERS))
        .default('class'),
    )
    .option('--limit <n>', 'at most so many', count)
    .addHelpText(
      'after',
      `
Classes:
  E0  only the C2 server sent                    E2  traffic both ways
  E1  the victim sent, no connection was seen    E3  E2 in several distinct hours
  unknown-sampled  sampling leaves it open       E4  E3, as regularly as a beacon

Examples:
  flowsieve victims --purpose "warn victims, ticket 1234"
  flowsieve victims --class E2+ --operator example-isp --sort last --purpose "weekly report" --json`,
    )
    .action(async (options: VictimsOptions, command: Command) => {
      const { listVictims } = await import('./victims-output.ts');
      const shown = await listVictims(globalOptions(command), options);
      if (!globalOptions(command).json) log(`${shown} ${shown === 1 ? 'line' : 'lines'}`);
    });
  withReading(
    victims
      .command('show')
      .argument('<address>', 'of the victim')
      .description('all evidence of one victim, with its days of contact; the reading is recorded (L18)'),
  )
    .addHelpText('after', '\nExample:\n  flowsieve victims show 198.51.100.7 --purpose "ticket 1234"')
    .action(async (address: string, options: ReadingOptions, command: Command) => {
      const { showVictim } = await import('./victims-show.ts');
      await showVictim(address, globalOptions(command), options);
    });
  registerExport(victims);
}
