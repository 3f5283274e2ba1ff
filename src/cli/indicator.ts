// `flowsieve indicator`: what is listed, in which state and why, and every step of an indicator's life.
import type { Command } from 'commander';
import { instant } from './arguments.ts';
import { globalOptions } from './command.ts';
import { registerChanges } from './indicator-changes.ts';
import { register as registerComplete } from './indicator-complete.ts';
import { register as registerImport } from './indicator-import.ts';

export interface NamingOptions {
  readonly authorisation?: string;
}

export interface ListOptions extends NamingOptions {
  readonly state?: string;
  readonly operator?: string;
  readonly asKnownAt?: number;
}

export interface ShowOptions extends NamingOptions {
  readonly asKnownAt?: number;
}

export function register(program: Command): void {
  const indicator = program
    .command('indicator')
    .description(
      'indicators: list and show them, analyse, verify, suspend, revoke; an id or an address names one',
    );
  indicator
    .command('list')
    .description(
      'list indicators: their state, since when and until when they are in force, what is in the way',
    )
    .option('--authorisation <reference>', 'of this authorisation')
    .option('--state <state>', 'active, proposed, waiting, suspended, ended, revoked or withdrawn')
    .option('--operator <id>', 'whose authorisation names this operator')
    .option('--as-known-at <time>', 'the list as it was recorded, and stood, at this time', instant)
    .addHelpText(
      'after',
      `
Examples:
  flowsieve indicator list --state suspended
  flowsieve indicator list --authorisation 002/2026 --as-known-at 2026-07-01T12:00:00Z --json`,
    )
    .action(async (options: ListOptions, command: Command) => {
      const { listIndicators } = await import('./indicator-list.ts');
      await listIndicators(globalOptions(command), options);
    });
  indicator
    .command('show')
    .argument('<id or address>')
    .description('show one in full: both clocks, sources, findings, steps, hits, and what is in the way')
    .option('--authorisation <reference>', 'the one of this authorisation')
    .option('--as-known-at <time>', 'as it was recorded, and stood, at this time', instant)
    .addHelpText(
      'after',
      `
Examples:
  flowsieve indicator show 203.0.113.7
  flowsieve indicator show 203.0.113.7 --authorisation 002/2026 --as-known-at 2026-07-01 --json`,
    )
    .action(async (named: string, options: ShowOptions, command: Command) => {
      const { showIndicator } = await import('./indicator-show.ts');
      await showIndicator(named, globalOptions(command), options);
    });
  indicator
    .command('history')
    .argument('<id or address>')
    .description(
      'everything that was recorded of one: when it took place, when it was recorded, by whom and why',
    )
    .option('--authorisation <reference>', 'the one of this authorisation')
    .addHelpText(
      'after',
      `
What happened to its authorisation, to its legal bases and by disputes is in it too.

Examples:
  flowsieve indicator history 203.0.113.7
  flowsieve indicator history indicator--0c7a62a0-903f-5bfa-ba67-2e9a5a298af4 --json`,
    )
    .action(async (named: string, options: NamingOptions, command: Command) => {
      const { showHistory } = await import('./indicator-history.ts');
      await showHistory(named, globalOptions(command), options);
    });
  registerImport(indicator);
  registerComplete(indicator);
  registerChanges(indicator);
}
