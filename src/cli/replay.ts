// `flowsieve replay`: an operator's exports against the list in force, end to end.
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { globalOptions } from './command.ts';

export interface ReplayCommandOptions {
  readonly operator: string;
  readonly retentionBasis: string;
  readonly authorisation: readonly string[];
  readonly format: string;
  readonly columns?: string;
  readonly threads?: number;
}

export function register(program: Command): void {
  program
    .command('replay')
    .description("match an operator's exports against the list in force; resumes and never duplicates")
    .argument('<file...>', 'files, folders, globs, or - for standard input; .gz, .bz2 and .zst are undone')
    .requiredOption('--operator <id>', 'the operator that delivered the flows (L1)')
    .requiredOption(
      '--retention-basis <basis>',
      'the legal basis under which it had kept them, e.g. lce-126-1 (L7)',
    )
    .option('--authorisation <file...>', 'import these authorisation files first')
    .option('--format <format>', 'auto, pcap, nfcapd, ipfix, csv or parquet', 'auto')
    .option(
      '--columns <map>',
      'CSV and Parquet with other column names: src=SourceIP,dst=… or a file (docs/tables.md)',
    )
    .option('--threads <n>', 'match workers (default: one a processor)', threads)
    .addHelpText(
      'after',
      `
Examples:
  flowsieve replay exports/nfcapd.2026110112* --operator example-isp --retention-basis lce-126-1
  flowsieve replay flows.csv.gz --operator example-isp --retention-basis lce-122 --json
  cat capture.pcap | flowsieve replay - --operator example-isp --retention-basis lce-126-1

Interrupted? The same command goes on where it stopped. Repeated? Nothing is stored twice.`,
    )
    .action(async (files: string[], options: ReplayCommandOptions, command: Command) => {
      const { runReplay } = await import('./replay-run.ts');
      const threads = options.threads ?? availableParallelism();
      process.exitCode = await runReplay(files, { ...globalOptions(command), ...options, threads });
    });
}

const MAX_THREADS = 64;

function threads(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS) {
    throw new InvalidArgumentError(`${text} is not a number of threads from 1 to ${MAX_THREADS}.`);
  }
  return count;
}
