// `flowsieve audit`: the log of everything consequential, its signed tree, and proofs of both.
import type { Command } from 'commander';
import { count, instant } from './arguments.ts';
import { globalOptions } from './command.ts';

export interface AuditShowOptions {
  readonly action?: string;
  readonly object?: string;
  readonly actor?: string;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
}

export interface AuditHeadOptions {
  readonly sign?: boolean;
  readonly by?: string;
}

export interface AuditVerifyOptions {
  readonly publicKey?: readonly string[];
  readonly against?: readonly string[];
}

const SINCE = 'that happened then or later: 2026-06-25 or 2026-06-25T09:00:00Z';

export function register(program: Command): void {
  const audit = program
    .command('audit')
    .description('the log of everything consequential: show, sign, verify, prove and export it (L22)');
  registerReading(audit);
  registerProving(audit);
}

function registerReading(audit: Command): void {
  audit
    .command('show')
    .description('show events, in the order in which they were recorded')
    .option('--action <action>', '`indicator.revoke`, or every `indicator`')
    .option('--object <id>', 'of this indicator, authorisation, operator …')
    .option('--actor <name>', 'of this person')
    .option('--since <time>', SINCE, instant)
    .option('--until <time>', 'that happened earlier', instant)
    .option('--limit <n>', 'the newest so many', count)
    .action(async (options: AuditShowOptions, command: Command) => {
      const { showEvents } = await import('./audit-run.ts');
      await showEvents(globalOptions(command), options);
    });
  audit
    .command('head')
    .description('show the newest signed tree head; or sign one over all events')
    .option('--sign', 'sign one now; the daemon does so at intervals')
    .option('--by <name>', 'who has it signed (default: the user logged in); recorded')
    .addHelpText(
      'after',
      `
A head is worth what its copies outside are worth: print it, mail it, or have the daemon put it elsewhere (audit.anchor_folder).`,
    )
    .action(async (options: AuditHeadOptions, command: Command) => {
      const { showHead } = await import('./audit-run.ts');
      await showHead(globalOptions(command), options);
    });
  audit
    .command('key')
    .description('print the public keys that heads and notices were ever signed with, PEM, the newest last')
    .action(async (_: object, command: Command) => {
      const { showKeys } = await import('./audit-run.ts');
      await showKeys(globalOptions(command));
    });
  audit
    .command('export')
    .description('print events and signed heads, one JSON object a line, to be verified without the database')
    .option('--since <time>', `only events from the first ${SINCE}`, instant)
    .action(async (options: { since?: number }, command: Command) => {
      const { exportEvents } = await import('./audit-run.ts');
      await exportEvents(globalOptions(command), options.since ?? null);
    });
}

function registerProving(audit: Command): void {
  audit
    .command('verify')
    .argument('[file]', 'a database, an export or a proof (default: the database)')
    .description(
      'check every event against the signed heads: edits, deletions, moves, a log that was cut off',
    )
    .option(
      '--public-key <file...>',
      'keys that heads must be signed with, PEM (default: those in the log itself)',
    )
    .option(
      '--against <head...>',
      'signed heads kept outside: files, or folders that the daemon put them into',
    )
    .addHelpText(
      'after',
      `
Needs no key but the public one, and no network. Without --public-key, whoever can write the database could have replaced
key and heads together; without --against, a log that was cut off together with its heads looks sound.

Exit status 1 where anything is wrong; each fault names the events concerned.`,
    )
    .action(async (file: string | undefined, options: AuditVerifyOptions, command: Command) => {
      const { runVerify } = await import('./audit-verify.ts');
      await runVerify(file, globalOptions(command), options);
    });
  audit
    .command('prove')
    .argument('<sequence>', 'number of the event', count)
    .description('prove that an event is in the log, under the newest signed head (RFC 6962 § 2.1.1); JSON')
    .action(async (sequence: number, _: object, command: Command) => {
      const { printEventProof } = await import('./audit-run.ts');
      await printEventProof(sequence, globalOptions(command));
    });
  audit
    .command('consistency')
    .argument('<earlier>', 'events covered by the earlier head', count)
    .argument('<later>', 'events covered by the later head', count)
    .description('prove that the log only grew from one head to another (RFC 6962 § 2.1.2); JSON')
    .action(async (earlier: number, later: number, _: object, command: Command) => {
      const { printGrowthProof } = await import('./audit-run.ts');
      await printGrowthProof(earlier, later, globalOptions(command));
    });
}
