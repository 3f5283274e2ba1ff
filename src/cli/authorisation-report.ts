// `flowsieve authorisation report`: the documents that the law asks for.
import { Argument, type Command, Option } from 'commander';
import {
  DOCUMENT_FORMATS,
  DOCUMENT_KINDS,
  type DocumentFormat,
  type DocumentKind,
} from '../authority/documents/kinds.ts';
import type { ReportOptions } from '../store/reports.ts';
import { instant } from './arguments.ts';
import { globalOptions } from './command.ts';

export interface ReportCommandOptions extends ReportOptions {
  readonly format?: DocumentFormat;
  readonly out?: string;
}

export function registerReport(authorisation: Command): void {
  authorisation
    .command('report')
    .addArgument(new Argument('<kind>', 'which document').choices(DOCUMENT_KINDS))
    .argument(
      '<reference>',
      'an authorisation; for register also a regime, or a regime and a register: nis2-csirt/…',
    )
    .description('write a document that the law asks for, as Markdown or JSON; it says which rule it answers')
    .option('--since <time>', 'changes: those recorded after this time', instant)
    .option(
      '--since-authorisation <reference>',
      'changes: those since this earlier authorisation was taken in',
    )
    .option('--as-known-at <time>', 'as it was recorded, and stood, at this time (default: now)', instant)
    .option('--month <YYYY-MM>', 'register: what was decided in this month')
    .option('--operator <id>', 'operator-request, block-list: only for this operator')
    .addOption(new Option('--format <format>', 'plain and on: block-list only').choices(DOCUMENT_FORMATS))
    .option('--out <file>', 'into this file, readable to its owner alone')
    .addHelpText(
      'after',
      `
  changes           what was added, adapted, withdrawn, suspended, reinstated, revoked, overridden, disputed (L12)
  context-note      per actor and address: sources, analyses and their results, event, threat (L13)
  operator-request  per operator: addresses, country, threat, legal basis, lawful traffic window (L6)
  register          the registers that the regime has kept, and their monthly lists (I5)
  block-list        what is in force and flagged to be blocked, also for nftables, RPZ and BGP flowspec (L17)
  alert             what may be public: marked TLP:CLEAR, the C2 side only (L16)

The last line of each holds the SHA-256 of the lines before it.

Examples:
  flowsieve authorisation report changes 002/2026 --since 2026-07-01
  flowsieve authorisation report operator-request 002/2026 --operator example-isp --out request.md
  flowsieve authorisation report register intelligence-services --month 2026-07 --json
  flowsieve authorisation report block-list 002/2026 --format nftables | nft -f -`,
    )
    .action(
      async (kind: DocumentKind, reference: string, options: ReportCommandOptions, command: Command) => {
        const { writeReport } = await import('./authorisation-report-run.ts');
        await writeReport(kind, reference, globalOptions(command), options);
      },
    );
}
