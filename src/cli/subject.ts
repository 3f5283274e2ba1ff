// `flowsieve subject`: answers a person who asks what is held about their address.
import type { Command } from 'commander';
import { globalOptions } from './command.ts';
import { type ReaderRole, readerRole } from './reader.ts';

export interface SubjectOptions {
  readonly ip: string;
  readonly purpose: string;
  readonly by?: string;
  readonly role: ReaderRole;
}

export function register(program: Command): void {
  program
    .command('subject')
    .description("answer a data subject's request: what is held about one address; recorded (L18)")
    .requiredOption('--ip <address>', 'whose it is')
    .requiredOption('--purpose <text>', 'the request that is answered; recorded')
    .option('--by <name>', 'who answers (default: the user logged in); recorded')
    .addOption(readerRole())
    .addHelpText(
      'after',
      `
Markdown, or with --json one object. What is sequestered is counted in: it is held too.

Examples:
  flowsieve subject --ip 198.51.100.7 --purpose "request of 1 July, ticket 77" > answer.md`,
    )
    .action(async (options: SubjectOptions, command: Command) => {
      const { answerSubject } = await import('./subject-run.ts');
      await answerSubject(globalOptions(command), options);
    });
}
