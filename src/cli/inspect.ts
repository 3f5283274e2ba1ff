// `flowsieve inspect`: what an export holds. Decodes everything, matches and stores nothing; addresses are masked.
import type { Command } from 'commander';
import { EXIT, globalOptions, log, print } from './command.ts';

interface InspectOptions {
  readonly format: string;
  readonly columns?: string;
  readonly records?: boolean;
  readonly showAddresses?: boolean;
}

export function register(program: Command): void {
  program
    .command('inspect')
    .description('tell what an export holds: exporters, templates, counts, sampling, gaps, time range')
    .argument('<file...>', 'files, folders, globs, or - for standard input')
    .option('--format <format>', 'auto, pcap, nfcapd, ipfix, csv or parquet', 'auto')
    .option('--columns <map>', 'column mapping for CSV and Parquet, as in replay')
    .option('--records', 'print every record')
    .option('--show-addresses', 'do not mask the addresses of flows')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve inspect exports/nfcapd.202611011200
  flowsieve inspect --records --json capture.pcap | head`,
    )
    .action(async (files: string[], options: InspectOptions, command: Command) => {
      const { json } = globalOptions(command);
      const { expandInputs } = await import('../ingest/inputs.ts');
      const { inspectInput } = await import('../engine/inspect.ts');
      const { RecordWriter, printSummary } = await import('./inspect-output.ts');
      let damaged = false;
      for (const input of await expandInputs(files)) {
        const writer = options.records
          ? new RecordWriter(json ?? false, options.showAddresses ?? false)
          : null;
        const summary = await inspectInput(input, {
          format: options.format,
          ...(options.columns === undefined ? {} : { columns: options.columns }),
          onRecord: (record) => writer?.write(record),
          onProblem: (problem) => {
            damaged = true;
            log(`${input}: ${problem.what}${problem.offset === null ? '' : ` (at byte ${problem.offset})`}`);
          },
          pause: () => writer?.drained(),
        });
        await writer?.end();
        if (json) print(JSON.stringify({ type: 'summary', file: input, ...summary }));
        else printSummary(input, summary);
      }
      process.exitCode = damaged ? EXIT.damaged : EXIT.done;
    });
}
