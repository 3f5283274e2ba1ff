// `flowsieve warninglist`: addresses whose listing as a C2 server is most probably a mistake.
import type { Command } from 'commander';
import { globalOptions } from './command.ts';

export interface UpdateCommandOptions {
  readonly from?: string;
  readonly hard?: readonly string[];
  readonly soft?: readonly string[];
  readonly by?: string;
  readonly reason?: string;
}

export function register(program: Command): void {
  const warninglist = program
    .command('warninglist')
    .description(
      "warning lists (MISP's format): take newer ones in, list them, check addresses against them",
    );
  warninglist
    .command('update')
    .description('take newer lists in, and check every indicator and proposal against all lists again')
    .option('--from <folder>', "a checkout of MISP's misp-warninglists, or a folder of lists in its format")
    .option('--hard <name...>', 'lists of these names block until two people override; kept from then on')
    .option('--soft <name...>', 'lists of these names only warn; kept from then on; needs --reason')
    .option('--by <name>', 'who updates (default: the user logged in); recorded')
    .option('--reason <text>', 'why; recorded')
    .addHelpText(
      'after',
      `
Without --from the lists stay as they are and everything is checked again, as after an upgrade of this program.
A file that is no sound list is refused alone, and so is an older version than the one in use: exit status 3.

Examples:
  git -C misp-warninglists pull && flowsieve warninglist update --from misp-warninglists
  flowsieve warninglist update --from own-lists --hard "Networks of the government"`,
    )
    .action(async (options: UpdateCommandOptions, command: Command) => {
      const { updateWarningLists } = await import('./warninglist-update.ts');
      process.exitCode = await updateWarningLists(globalOptions(command), options);
    });
  warninglist
    .command('list')
    .description('list the warning lists in use: version, severity, size, where from')
    .action(async (_: object, command: Command) => {
      const { listWarningLists } = await import('./warninglist-output.ts');
      await listWarningLists(globalOptions(command));
    });
  warninglist
    .command('check')
    .argument('<address...>', 'addresses or prefixes')
    .description('say which lists each address meets; changes nothing')
    .addHelpText(
      'after',
      `
Example:
  flowsieve warninglist check 1.1.1.1 198.51.100.0/24 --json`,
    )
    .action(async (addresses: string[], _: object, command: Command) => {
      const { checkAddresses } = await import('./warninglist-output.ts');
      await checkAddresses(addresses, globalOptions(command));
    });
}
