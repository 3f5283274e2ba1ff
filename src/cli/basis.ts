// `flowsieve basis`: what a court's ruling on a legal basis does, in one command (L20).
import type { Command } from 'commander';
import { instant } from './arguments.ts';
import { type ChangeOptions, withChangeOptions } from './changing.ts';
import { globalOptions } from './command.ts';

export interface BasisOptions extends ChangeOptions {
  readonly at?: number;
  readonly evidence?: string;
}

export function register(program: Command): void {
  const basis = program
    .command('basis')
    .description('legal bases: suspend everything that rests on one, reinstate it, list them (L20)');
  change(basis, 'suspend')
    .description('suspend every indicator that rests on a basis, and keep its matches from being read')
    .addHelpText(
      'after',
      `
A basis of retention (lce-126-1), of access (lce-127-1-2-2) or a task (nis2-21-2-2). From the instant that this
returns nothing is stored on it, live or replayed; what was stored is sequestered until the basis is reinstated.

Examples:
  flowsieve basis suspend lce-126-1 --by a.lawyer --reason "Constitutional Court, judgment 1/2027" --evidence judgment.pdf`,
    );
  change(basis, 'reinstate')
    .description('lift that suspension, and the sequester that came with it')
    .addHelpText(
      'after',
      `
Examples:
  flowsieve basis reinstate lce-126-1 --by a.lawyer --reason "law of 1 March 2027 is in force"`,
    );
  basis
    .command('list')
    .description('list the bases of all regimes, whether they are suspended, and what rests on them')
    .action(async (_: object, command: Command) => {
      const { printBases } = await import('./basis-run.ts');
      await printBases(globalOptions(command));
    });
}

function change(basis: Command, kind: 'suspend' | 'reinstate'): Command {
  const command = basis
    .command(kind)
    .argument('<basis>', 'as basis list names it')
    .option(
      '--at <time>',
      'the date of the ruling (default: now); it takes effect when it is recorded',
      instant,
    )
    .option('--evidence <SHA-256 or file>', 'the ruling; of a file the digest is kept');
  return withChangeOptions(command, 'required').action(
    async (named: string, options: BasisOptions, command: Command) => {
      const { runBasisStep } = await import('./basis-run.ts');
      await runBasisStep(kind, named, globalOptions(command), options);
    },
  );
}
