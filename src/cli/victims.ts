// `flowsieve victims`: what the matches show of each victim. Every reading is recorded with its purpose (L18).
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EVIDENCE_ORDERS, type EvidenceOrder } from '../store/evidence-orders.ts';
import { EVIDENCE_CLASSES, type EvidenceClass } from '../victims/evidence-class.ts';
import { count, instant } from './arguments.ts';
import { globalOptions, log } from './command.ts';
import { type ReaderRole, readerRole } from './reader.ts';

export interface ReadingOptions {
  readonly purpose?: string;
  readonly by?: string;
  readonly role: ReaderRole;
}

export interface VictimsOptions extends ReadingOptions {
  readonly operator?: string;
  readonly indicator?: string;
  readonly authorisation?: string;
  readonly entity?: string;
  readonly class?: readonly EvidenceClass[];
  readonly since?: number;
  readonly until?: number;
  readonly sort?: EvidenceOrder;
  readonly limit?: number;
}

export function register(program: Command): void {
  const victims = program
    .command('victims')
    .description('victims: what the matches show of each, by class of evidence (L14)');
  withReadingOptions(
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
  withReadingOptions(
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
}

function withFilterOptions(command: Command): Command {
  return command
    .option('--operator <id>', 'of this operator')
    .option('--indicator <id or address>', 'of this indicator, or with this C2 address')
    .option('--authorisation <reference>', 'under this authorisation')
    .option(
      '--class <classes>',
      'of these classes: E2, or E2,E3, or E2+ for E2 and stronger',
      evidenceClasses,
    )
    .option('--since <time>', 'with contact then or later: 2026-06-25 or 2026-06-25T09:00:00Z', instant)
    .option('--until <time>', 'with contact earlier', instant);
}

function withReadingOptions(command: Command): Command {
  return command
    .option('--purpose <text>', 'what it is looked at for; recorded')
    .option('--by <name>', 'who looks (default: the user logged in); recorded')
    .addOption(readerRole());
}

function evidenceClasses(text: string): readonly EvidenceClass[] {
  return text.split(',').flatMap((part) => {
    const name = part.trim().replace(/\+$/, '').toLowerCase();
    const at = EVIDENCE_CLASSES.findIndex((known) => known.toLowerCase() === name);
    if (at < 0) throw new InvalidArgumentError(`${part}: there are ${EVIDENCE_CLASSES.join(', ')}.`);
    return EVIDENCE_CLASSES.slice(at, part.trim().endsWith('+') ? undefined : at + 1);
  });
}
