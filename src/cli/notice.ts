// `flowsieve notice`: what operators are told of the list, what became of it, and what they answer.
import type { Command } from 'commander';
import { globalOptions } from './command.ts';

export interface ListOptions {
  readonly operator?: string;
  readonly open?: boolean;
}

export interface ShowOptions {
  readonly raw?: boolean;
}

export interface AcknowledgeOptions {
  readonly operator: string;
  readonly by?: string;
  readonly reason?: string;
}

export interface VerifyOptions {
  readonly publicKey: string;
  readonly signature?: string;
}

export interface KeyOptions {
  readonly all?: boolean;
}

export function register(program: Command): void {
  const notice = program
    .command('notice')
    .description(
      'what operators are told of revocations and the like: signed, delivered, acknowledged (L10)',
    );
  list(notice);
  show(notice);
  send(notice);
  acknowledge(notice);
  verify(notice);
  key(notice);
}

function list(notice: Command): void {
  notice
    .command('list')
    .description('list notices, and how far each has come')
    .option('--operator <id>', 'only those to this operator')
    .option('--open', 'only those that are not acknowledged')
    .action(async (options: ListOptions, command: Command) => {
      const { listNotices } = await import('./notice-output.ts');
      await listNotices(globalOptions(command), options);
    });
}

function show(notice: Command): void {
  notice
    .command('show')
    .argument('<id>', 'notice--…')
    .description('show one notice: what it says, and every attempt to deliver it')
    .option('--raw', 'the octets that are signed, and nothing else')
    .action(async (id: string, options: ShowOptions, command: Command) => {
      const { showNotice } = await import('./notice-output.ts');
      await showNotice(id, globalOptions(command), options);
    });
}

function send(notice: Command): void {
  notice
    .command('send')
    .argument('[id]', 'try this one at once, also where it was given up')
    .description('raise what is to be told, and deliver what is due now; the daemon does both by itself')
    .addHelpText('after', '\nExit status 1 where something could not be delivered.')
    .action(async (id: string | undefined, _: object, command: Command) => {
      const { sendNotices } = await import('./notice-run.ts');
      process.exitCode = await sendNotices(id ?? null, globalOptions(command));
    });
}

function acknowledge(notice: Command): void {
  notice
    .command('acknowledge')
    .argument('<id...>', 'notice--…')
    .description('record that an operator has taken note')
    .requiredOption('--operator <id>', 'who has taken note: the one that the notice is for')
    .option('--by <name>', 'who says so (default: the user logged in); recorded')
    .option('--reason <text>', 'how it was said: by telephone, ticket 1234')
    .action(async (ids: string[], options: AcknowledgeOptions, command: Command) => {
      const { acknowledgeNotices } = await import('./notice-run.ts');
      await acknowledgeNotices(ids, globalOptions(command), options);
    });
}

function verify(notice: Command): void {
  notice
    .command('verify')
    .argument('<file>', 'a notice as it was received')
    .description('check the signature of a notice; needs neither database nor configuration')
    .requiredOption('--public-key <file>', 'PEM, as `notice key` prints it')
    .option(
      '--signature <file>',
      'the signature, as octets or in base64 (default: the name of the file and .sig)',
    )
    .addHelpText('after', '\nExit status 1 where the signature does not go with file and key.')
    .action(async (file: string, options: VerifyOptions, command: Command) => {
      const { verifyNotice } = await import('./notice-verify.ts');
      process.exitCode = verifyNotice(file, options, globalOptions(command));
    });
}

function key(notice: Command): void {
  notice
    .command('key')
    .description('print the public key that notices are checked with; the key is made where there is none')
    .option('--all', 'every key that was ever in use, one JSON object a line')
    .action(async (options: KeyOptions, command: Command) => {
      const { printKey } = await import('./notice-run.ts');
      await printKey(globalOptions(command), options);
    });
}
