// `flowsieve indicator analyse|verify|suspend|reinstate|revoke|override`.
import type { Command } from 'commander';
import { instant } from './arguments.ts';
import { type ChangeOptions, withChangeOptions } from './changing.ts';
import { globalOptions } from './command.ts';

export interface StepOptions extends ChangeOptions {
  readonly authorisation?: string;
  readonly everywhere?: boolean;
  readonly at?: number;
  readonly outcome?: string;
  readonly method?: string;
  readonly evidence?: string;
  readonly trafficUntil?: number;
  readonly cause?: string;
}

export interface VerifyOptions extends StepOptions {
  readonly allDue?: boolean;
  readonly dueBefore?: number;
}

type Kind = 'analyse' | 'suspend' | 'reinstate' | 'revoke' | 'override';

const NAMED = '<id or address>';

export function registerChanges(indicator: Command): void {
  finding(change(indicator, 'analyse', 'optional'), 'confirmed, refuted or inconclusive')
    .description('record an analysis: two that confirm, by different people, make a proposal active (L8)')
    .addHelpText(
      'after',
      `
Of each person the latest analysis counts: who refutes takes back what they confirmed.

Examples:
  flowsieve indicator analyse 203.0.113.7 --by b.analyst --outcome confirmed --method "protocol handshake" \\
    --evidence handshake.pcap`,
    );
  registerVerify(indicator);
  change(indicator, 'suspend', 'required')
    .description('take it out of force until it is reinstated (L10)')
    .addHelpText(
      'after',
      `
From the instant that this returns nothing of it is stored, live or replayed.

Examples:
  flowsieve indicator suspend 203.0.113.7 --reason "the provider says that it has moved the server"`,
    );
  change(indicator, 'reinstate', 'required')
    .description('lift a suspension that a person has recorded')
    .addHelpText(
      'after',
      `
What a dispute has suspended is lifted by its decision; what is overdue, by verifying; a basis, by basis reinstate.

Examples:
  flowsieve indicator reinstate 203.0.113.7 --reason "the panel still answers"`,
    );
  change(indicator, 'revoke', 'required')
    .description('end it for good (L10): coming back is a new indicator')
    .option('--traffic-until <time>', "from when on the address was no longer the C2 server's", instant)
    .addHelpText(
      'after',
      `
From the instant that this returns nothing of it is stored, live or replayed, however old the flow. Every operator
concerned is told.

Examples:
  flowsieve indicator revoke 203.0.113.7 --by a.analyst --reason "seized on 3 July" --traffic-until 2026-07-03
  flowsieve indicator revoke 203.0.113.7 --everywhere --reason "the address was given to another customer"`,
    );
  change(indicator, 'override', 'required')
    .description('list it in spite of a hard warning list or of a wide prefix: takes two people (L21)')
    .option('--cause <cause>', 'warninglist:NAME or prefix; needed only where there are several')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve indicator override 203.0.113.7 --by a.head --reason "the whole host is the actor's, see ticket 1234"`,
    );
}

function change(indicator: Command, kind: Kind, reason: 'required' | 'optional'): Command {
  const command = indicator
    .command(kind)
    .argument(NAMED)
    .option('--authorisation <reference>', 'the one of this authorisation')
    .option('--everywhere', 'every indicator with this address')
    .option(
      '--at <time>',
      'when it took place (default: now); when it is recorded is always kept too',
      instant,
    );
  return withChangeOptions(command, reason).action(
    async (named: string, options: StepOptions, command: Command) => {
      const { changeIndicators } = await import('./indicator-change-run.ts');
      await changeIndicators(kind, named, globalOptions(command), options);
    },
  );
}

function finding(command: Command, outcomes: string): Command {
  return command
    .requiredOption('--outcome <outcome>', outcomes)
    .requiredOption('--method <text>', 'how it was found')
    .option('--evidence <SHA-256 or file>', 'what it rests on; of a file the digest is kept');
}

function registerVerify(indicator: Command): void {
  const command = indicator
    .command('verify')
    .argument('[id or address...]', 'or --all-due')
    .description(
      'record that addresses were verified: at least weekly, else they are suspended by themselves (L9)',
    )
    .option('--all-due', 'every indicator whose verification is due')
    .option('--due-before <time>', 'with --all-due: due by then (default: now)', instant)
    .option('--authorisation <reference>', 'those of this authorisation')
    .option('--everywhere', 'every indicator with these addresses')
    .option('--at <time>', 'when it was verified (default: now)', instant);
  withChangeOptions(finding(command, 'active, inactive or inconclusive'), 'optional')
    .addHelpText(
      'after',
      `
Inactive ends collection from that instant until it is verified active again. One that is refused (revoked, say) does
not stop the others; the exit status is 3 then.

Examples:
  flowsieve indicator verify 203.0.113.7 198.51.100.9 --outcome active --method "protocol handshake"
  flowsieve indicator verify --all-due --due-before 2026-07-06 --authorisation 002/2026 \\
    --outcome active --method "weekly scan" --evidence scan.json --by a.analyst`,
    )
    .action(async (named: string[], options: VerifyOptions, command: Command) => {
      const { verifyIndicators } = await import('./indicator-verify-run.ts');
      process.exitCode = await verifyIndicators(named, globalOptions(command), options);
    });
}
