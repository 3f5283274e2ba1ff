// `flowsieve authorisation end|approve|confirm`.
import type { Command } from 'commander';
import { instant } from './arguments.ts';
import { type ChangeOptions, withChangeOptions } from './changing.ts';
import { globalOptions } from './command.ts';

export interface AuthorisationStepOptions extends ChangeOptions {
  readonly at?: number;
  readonly evidence?: string;
}

type Kind = 'end' | 'approve' | 'confirm';

export function registerSteps(authorisation: Command): void {
  step(authorisation, 'end', 'required', 'when it was decided (default: now)')
    .description('end an authorisation before its time (L1, I6)')
    .addHelpText(
      'after',
      `
From the instant that this returns nothing is stored under it; operators are told. It cannot be undone: what goes on is
another authorisation, which says that it renews this one.

Examples:
  flowsieve authorisation end 002/2026 --by a.head --reason "the purpose is reached"`,
    );
  step(authorisation, 'approve', 'optional', 'when it was signed (default: now)')
    .description('record a further approval: a signature that the regime asks for (I1)')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve authorisation approve 002/2026 --by the.head --at 2026-06-25T09:00:00Z --evidence decision.pdf`,
    );
  step(authorisation, 'confirm', 'optional', 'when it was confirmed in writing (default: now)')
    .description('record that an urgent decision was confirmed in writing, before its deadline (I3)')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve authorisation confirm LIO-7/2026 --by the.head --at 2026-06-25T16:00:00Z --evidence confirmation.pdf`,
    );
}

function step(authorisation: Command, kind: Kind, reason: 'required' | 'optional', at: string): Command {
  const command = authorisation
    .command(kind)
    .argument('<reference>', 'such as 002/2026')
    .option('--at <time>', at, instant)
    .option('--evidence <SHA-256 or file>', 'the document; of a file the digest is kept');
  return withChangeOptions(command, reason).action(
    async (reference: string, options: AuthorisationStepOptions, command: Command) => {
      const { changeAuthorisation } = await import('./authorisation-steps-run.ts');
      await changeAuthorisation(kind, reference, globalOptions(command), options);
    },
  );
}
