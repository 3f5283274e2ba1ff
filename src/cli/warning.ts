// `flowsieve warning`: victims are warned: drafted, approved by another person, sent once, acknowledged, taken back (L16).
import { type Command, Option } from 'commander';
import { globalOptions } from './command.ts';

export interface WarningDraftOptions {
  readonly by?: string;
  readonly purpose?: string;
  readonly operator?: string;
  readonly indicator?: string;
  readonly authorisation?: string;
  readonly class?: 'E2' | 'E3' | 'E4' | 'E1' | 'E0';
}

export interface WarningListOptions {
  readonly state?: 'draft' | 'approved' | 'sent' | 'acknowledged' | 'retracted';
  readonly recipient?: string;
  readonly indicator?: string;
}

export interface WarningShowOptions {
  readonly by?: string;
  readonly purpose?: string;
}

export interface WarningStepOptions {
  readonly by?: string;
  readonly reason?: string;
}

export interface WarningSendOptions {
  readonly by?: string;
  readonly again?: string;
}

export function register(program: Command): void {
  const warning = program
    .command('warning')
    .description('warnings to victims, or to the operators that know who they are');
  warning
    .command('draft')
    .description('draw warnings up from evidence that nobody was warned of yet, one for each recipient')
    .option('--operator <id>', 'only victims that this operator delivered')
    .option('--indicator <id or address>', 'only contact with this C2 server')
    .option('--authorisation <reference>', 'only under this one')
    .addOption(
      new Option('--class <class>', 'the weakest evidence to warn of (default: warnings.from_class)').choices(
        ['E0', 'E1', 'E2', 'E3', 'E4'],
      ),
    )
    .option('--by <name>', 'who drafts (default: the user logged in): another person must approve; recorded')
    .option('--purpose <text>', 'what for; recorded (L18)')
    .addHelpText(
      'after',
      `
Nobody is warned of what is disputed, sequestered, TLP:RED, or concerns a protected profession. The daemon drafts once an hour.

Examples:
  flowsieve warning draft --purpose "warn victims of week 47"
  flowsieve warning draft --indicator 203.0.113.7 --class E1 --by a.analyst`,
    )
    .action(async (options: WarningDraftOptions, command: Command) => {
      const { draft } = await import('./warning-run.ts');
      await draft(globalOptions(command), options);
    });
  warning
    .command('list')
    .description('list warnings, the newest first: to whom, about what, what became of them')
    .addOption(
      new Option('--state <state>').choices(['draft', 'approved', 'sent', 'acknowledged', 'retracted']),
    )
    .option('--recipient <id>', 'an entity or an operator')
    .option('--indicator <id>', 'those that speak of it')
    .action(async (options: WarningListOptions, command: Command) => {
      const { list } = await import('./warning-output.ts');
      await list(globalOptions(command), options);
    });
  warning
    .command('show')
    .argument('<ticket>', 'such as FS-2026-000001')
    .description('show the letter as it would be sent now; the reading is recorded (L18)')
    .option('--by <name>', 'who reads (default: the user logged in); recorded')
    .option('--purpose <text>', 'what for; recorded')
    .action(async (ticket: string, options: WarningShowOptions, command: Command) => {
      const { show } = await import('./warning-output.ts');
      await show(ticket, globalOptions(command), options);
    });
  for (const [kind, description] of [
    ['approve', 'approve a draft; who drafted it cannot'],
    ['acknowledge', 'record that the recipient has answered'],
  ] as const) {
    warning
      .command(kind)
      .argument('<ticket...>', 'such as FS-2026-000001')
      .description(description)
      .option('--by <name>', 'who (default: the user logged in); recorded')
      .option('--reason <text>', 'why; recorded')
      .action(async (tickets: string[], options: WarningStepOptions, command: Command) => {
        const { step } = await import('./warning-run.ts');
        await step(kind, tickets, globalOptions(command), options);
      });
  }
  warning
    .command('retract')
    .argument('<ticket...>', 'such as FS-2026-000001')
    .description('take warnings back; to whom it was sent, a mail says so')
    .requiredOption('--reason <text>', 'why; recorded, and told to the recipient')
    .option('--by <name>', 'who (default: the user logged in); recorded')
    .action(async (tickets: string[], options: WarningStepOptions, command: Command) => {
      const { step } = await import('./warning-run.ts');
      await step('retract', tickets, globalOptions(command), options);
    });
  warning
    .command('send')
    .description('send what is approved and due now; the daemon does so by itself')
    .option('--again <ticket>', 'a mail that may have been sent or not, after you have looked')
    .option('--by <name>', 'who sends (default: the user logged in); recorded')
    .addHelpText(
      'after',
      `
A mail is sent once. Where a process ended while it was sending, nobody can tell whether the mail went out: it is left alone,
\`warning list\` shows it as unclear with its Message-ID, and --again sends it after you have looked in the mail server's log.

Examples:
  flowsieve warning send --config flowsieve.yaml
  flowsieve warning send --again FS-2026-000001 --by a.analyst`,
    )
    .action(async (options: WarningSendOptions, command: Command) => {
      const { send } = await import('./warning-run.ts');
      process.exitCode = await send(globalOptions(command), options);
    });
}
