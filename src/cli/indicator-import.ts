// `flowsieve indicator import`: what feeds say, as proposals.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { FEED_FORMATS, type FeedFormat } from '../authority/importers/formats.ts';
import { collect } from './arguments.ts';
import { globalOptions } from './command.ts';

export interface FeedImportCommandOptions {
  readonly from: FeedFormat;
  readonly authorisation: string;
  readonly source?: string;
  readonly reliability?: string;
  readonly credibility?: number;
  readonly set?: readonly string[];
  readonly columns?: string;
  readonly dryRun?: boolean;
  readonly by?: string;
  readonly reason?: string;
}

export function register(indicator: Command): void {
  indicator
    .command('import')
    .argument('<file...>', '- is standard input')
    .description(
      'propose the addresses of feeds: nothing of it is matched until people complete and confirm it',
    )
    .addOption(
      new Option('--from <format>', 'what the files are').choices(FEED_FORMATS).makeOptionMandatory(),
    )
    .requiredOption('--authorisation <reference>', 'under which they are proposed')
    .option('--source <name>', 'who says it (default: as the file names its author, else the file itself)')
    .option('--reliability <A-F>', 'how reliable the source is, by the Admiralty code (L8)', reliability)
    .option('--credibility <1-6>', 'how credible what it says is (L8)', credibility)
    .option(
      '--set <field=value>',
      'for all proposals of it, where nobody has set it yet: country=NL; may be given several times',
      collect,
    )
    .option(
      '--columns <map>',
      'csv with other column names: address=C2 Server,port=#3 (#3: the third column)',
    )
    .option('--dry-run', 'tell what would be done, and keep nothing')
    .option('--by <name>', 'who imports (default: the user logged in); recorded')
    .option('--reason <text>', 'why; recorded')
    .addHelpText(
      'after',
      `
A feed only proposes: it sets no window, activates nothing and brings nothing back. What several sources say of one address,
port and protocol is one proposal, with every source kept. What a proposal still lacks is said, with the rule that asks
for it; indicator complete adds it. Entries that are refused are said on standard error, and the exit status is 3.

Examples:
  flowsieve indicator import --from feodo ipblocklist.csv --authorisation 002/2026 --reliability B --credibility 2
  flowsieve indicator import --from stix bundle.json --authorisation 002/2026 --set country=NL --set threat.activity=espionage
  flowsieve indicator import --from text list.txt --authorisation 002/2026 --source partner-a --dry-run`,
    )
    .action(async (files: string[], options: FeedImportCommandOptions, command: Command) => {
      const { importFeedFiles } = await import('./indicator-import-run.ts');
      process.exitCode = await importFeedFiles(files, globalOptions(command), options);
    });
}

function reliability(text: string): string {
  if (!/^[A-F]$/.test(text))
    throw new InvalidArgumentError('It is A (always reliable) to F (cannot be judged).');
  return text;
}

function credibility(text: string): number {
  if (!/^[1-6]$/.test(text)) throw new InvalidArgumentError('It is 1 (confirmed) to 6 (cannot be judged).');
  return Number(text);
}
