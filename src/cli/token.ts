// `flowsieve token`: who may use the API and the dashboard, and as what.
import { type Command, Option } from 'commander';
import { globalOptions } from './command.ts';

export interface TokenCreateOptions {
  readonly role: string;
  readonly name?: string;
  readonly operator?: string;
  readonly expires: string;
  readonly by?: string;
}

export interface TokenRevokeOptions {
  readonly by?: string;
  readonly reason?: string;
}

export function register(program: Command): void {
  const token = program.command('token').description('access tokens of the API and the dashboard');
  token
    .command('create')
    .description('make a token; it is shown this once, and only its digest is stored')
    .addOption(
      new Option('--role <role>', 'what its bearer may do (docs/api.md)')
        .choices(['analyst', 'engineer', 'operator', 'auditor', 'admin'])
        .makeOptionMandatory(),
    )
    .option('--name <person>', 'who acts with it (default: --by); where two people are asked, these differ')
    .option('--operator <id>', 'for the role operator: whose notices, disputes and victims it sees')
    .option('--expires <term>', 'how long it lasts, 366 days at most', 'P90D')
    .option('--by <name>', 'who makes it (default: the user logged in); recorded')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve token create --role analyst --name a.analyst
  flowsieve token create --role operator --operator example-isp --name noc@example.net --expires P30D`,
    )
    .action(async (options: TokenCreateOptions, command: Command) => {
      const { makeToken } = await import('./token-run.ts');
      await makeToken(globalOptions(command), options);
    });
  token
    .command('list')
    .description('list tokens: whose, for what, until when; never their secrets')
    .action(async (_: object, command: Command) => {
      const { showTokens } = await import('./token-run.ts');
      await showTokens(globalOptions(command));
    });
  token
    .command('revoke')
    .argument('<id>', 'as `token list` shows it')
    .description('end a token at once, with every session that it opened')
    .option('--reason <text>', 'why; recorded')
    .option('--by <name>', 'who revokes it (default: the user logged in); recorded')
    .action(async (id: string, options: TokenRevokeOptions, command: Command) => {
      const { endToken } = await import('./token-run.ts');
      await endToken(id, globalOptions(command), options);
    });
}
