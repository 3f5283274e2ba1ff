// `flowsieve victims export`: what is handed to an operator, an entity, or used by an analyst. Recorded (L18).
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXPORT_FORMATS, type ExportFormatName } from '../victims/exports/formats.ts';
import { globalOptions, log } from './command.ts';
import type { VictimsOptions } from './victims.ts';
import { withFilterOptions, withReader } from './victims-options.ts';

export interface ExportOptions extends VictimsOptions {
  readonly for: readonly string[];
  readonly format: ExportFormatName;
  readonly purpose: string;
  readonly out?: string;
}

export function registerExport(victims: Command): void {
  const command = victims
    .command('export')
    .description('hand out victims with what identifies them; recorded (L18)')
    .requiredOption(
      '--for <audience...>',
      'operator ID, entity ID, or analyst: operators and entities get their own victims only',
      audience,
    )
    .addOption(
      new Option('--format <format>', 'see below').choices(Object.keys(EXPORT_FORMATS)).makeOptionMandatory(),
    )
    .requiredOption('--purpose <text>', 'what it is handed out for; recorded, and told in the export');
  withReader(withFilterOptions(command))
    .option('--out <file>', 'write to a new file that only you can read (default: standard output)')
    .addHelpText(
      'after',
      `
Formats:
${Object.entries(EXPORT_FORMATS)
  .map(([name, { describes }]) => `  ${name.padEnd(12)} ${describes}`)
  .join('\n')}

Of classes E2 and stronger, unless --class says otherwise; for an analyst all, but in the formats that call
victims compromised (intelmq, xarf).

Examples:
  flowsieve victims export --for operator example-isp --format csv --out victims.csv \\
    --purpose "identify the subscribers, ticket 1234" --by a.analyst
  flowsieve victims export --for entity hospital-1 --format json --purpose "warn, ticket 1234"
  flowsieve victims export --for analyst --format stix --class E3+ --purpose "share with partners"`,
    )
    .action(async (options: ExportOptions, command: Command) => {
      const { exportVictims } = await import('./victims-export-run.ts');
      const shown = await exportVictims(globalOptions(command), options);
      log(`${shown} ${shown === 1 ? 'victim' : 'victims'}`);
    });
}

/** Words so far; a third is none of the audience's. */
function audience(word: string, before: readonly string[] | undefined): readonly string[] {
  const words = [...(before ?? []), word];
  if (words.length > 2 || !['operator', 'entity', 'analyst'].includes(words[0] as string))
    throw new InvalidArgumentError('Write operator ID, entity ID, or analyst.');
  return words;
}
