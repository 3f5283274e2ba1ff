#!/usr/bin/env node
// The command line: one file per command, each loading what it needs when it runs. Exit statuses: docs/cli.md.
import { Command, CommanderError } from 'commander';
import { FlowSieveError } from '../core/errors.ts';
import { packageVersion } from '../core/package.ts';
import { register as audit } from './audit.ts';
import { register as authorisation } from './authorisation.ts';
import { register as backup } from './backup.ts';
import { register as basis } from './basis.ts';
import { EXIT, log, type Register } from './command.ts';
import { register as config } from './config.ts';
import { register as consultations } from './consultations.ts';
import { register as demo } from './demo.ts';
import { register as dispute } from './dispute.ts';
import { register as entity } from './entity.ts';
import { register as indicator } from './indicator.ts';
import { register as inspect } from './inspect.ts';
import { register as investigation } from './investigation.ts';
import { register as ledger } from './ledger.ts';
import { register as matches } from './matches.ts';
import { register as notice } from './notice.ts';
import { register as operator } from './operator.ts';
import { register as purge } from './purge.ts';
import { register as replay } from './replay.ts';
import { register as sequester } from './sequester.ts';
import { register as serve } from './serve.ts';
import { register as subject } from './subject.ts';
import { register as token } from './token.ts';
import { register as victims } from './victims.ts';
import { register as warning } from './warning.ts';
import { register as warninglist } from './warninglist.ts';

const COMMANDS: readonly Register[] = [
  demo,
  serve,
  replay,
  inspect,
  authorisation,
  indicator,
  basis,
  dispute,
  operator,
  notice,
  warninglist,
  entity,
  matches,
  victims,
  warning,
  ledger,
  purge,
  backup,
  investigation,
  sequester,
  consultations,
  subject,
  token,
  audit,
  config,
];

function program(): Command {
  const flowsieve = new Command('flowsieve')
    .description(
      'Finds the victims of authorised command-and-control addresses in NetFlow and IPFIX, and keeps nothing else.',
    )
    .version(packageVersion())
    .option('--db <file>', 'database (default: from the configuration, else flowsieve.db)')
    .option('--config <file>', 'configuration file, YAML')
    .option('--json', 'machine-readable output: one JSON object a line')
    .option('--quiet', 'no progress')
    .showHelpAfterError('(--help shows the usage)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  flowsieve demo                                     see it work, on captures of real exporters
  flowsieve authorisation import authorisation.yaml  put a list in force
  flowsieve replay exports/ --operator example-isp --retention-basis lce-126-1
  flowsieve matches --json --purpose "warn victims, ticket 1234"

Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 done but part of the input was damaged.`,
    );
  for (const register of COMMANDS) register(flowsieve);
  return flowsieve;
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

try {
  await program().parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitStatusOf(error);
}

function exitStatusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof FlowSieveError) {
    log(`flowsieve: ${error.message}`);
    return error.exitStatus;
  }
  log(
    `flowsieve: this is a fault of the program, please report it: ${(error as Error)?.stack ?? String(error)}`,
  );
  return EXIT.failed;
}
