// `flowsieve indicator complete`: says what a proposal lacks, or corrects it.
import type { Command } from 'commander';
import { collect } from './arguments.ts';
import { globalOptions } from './command.ts';

export interface CompleteCommandOptions {
  readonly authorisation?: string;
  readonly set?: readonly string[];
  readonly by?: string;
  readonly reason?: string;
}

export function register(indicator: Command): void {
  indicator
    .command('complete')
    .argument('<id or address>')
    .description(
      'complete or correct a proposal; when nothing is missing, it is an indicator that waits for analyses',
    )
    .option('--authorisation <reference>', 'the one of this authorisation')
    .option(
      '--set <field=value>',
      'as in an authorisation file: country=NL, basis.retention=lce-126-1; field= takes away; several times',
      collect,
    )
    .option('--by <name>', 'who says it (default: the user logged in); recorded')
    .option('--reason <text>', 'why; recorded')
    .addHelpText(
      'after',
      `
Without --set it says what is missing, with the rule that asks for it, and what the sources have observed. When a feed first
saw an address is shown to help, and never taken for first_seen: that is the date of a concrete event, which an analyst
names (L2). A source is rated with --set sources.NAME.reliability=B --set sources.NAME.credibility=2.

Examples:
  flowsieve indicator complete 203.0.113.7
  flowsieve indicator complete 203.0.113.7 --by a.analyst --set first_seen=2026-03-02T10:00:00Z \\
    --set "first_seen_event=the panel's certificate was served from this address" --set country=NL`,
    )
    .action(async (named: string, options: CompleteCommandOptions, command: Command) => {
      const { completeIndicator } = await import('./indicator-complete-run.ts');
      await completeIndicator(named, globalOptions(command), options);
    });
}
