// `flowsieve operator`: the operators that are known, and how long they keep what.
import { type Command, Option } from 'commander';
import { LANGUAGES, type Language } from '../core/languages.ts';
import { globalOptions } from './command.ts';

export interface OperatorAddOptions {
  readonly name?: string;
  readonly contact?: string;
  readonly language?: Language;
  readonly retention?: readonly string[];
  readonly by?: string;
}

export function register(program: Command): void {
  const operator = program
    .command('operator')
    .description('operators: make them known, declare how long they keep data, list them');
  operator
    .command('add')
    .argument('<id>', 'as authorisations, replays and listeners name it')
    .description(
      'make an operator known, or change what it declares; an authorisation that names one does so too',
    )
    .option('--name <name>', 'its name in full')
    .option('--contact <mail>', 'where it is asked to warn its customers')
    .addOption(
      new Option('--language <language>', 'in which it is written to (en unless declared)').choices([
        ...LANGUAGES,
      ]),
    )
    .option('--retention <basis=term...>', 'how long it keeps data under a legal basis (L3): lce-122=P6M')
    .option('--by <name>', 'who declares it (default: the user logged in); recorded')
    .addHelpText(
      'after',
      `
Under lce-122 and lce-123 the term is the operator's own: until it is declared, nothing is matched on that basis.
Under lce-126-1 it is twelve months, or six or nine where the operator's zone says so.

Examples:
  flowsieve operator add example-isp --name "Example ISP" --contact noc@isp.example --language fr
  flowsieve operator add example-isp --retention lce-122=P6M lce-123=P3M
  flowsieve operator add example-isp --retention lce-126-1=P9M`,
    )
    .action(async (id: string, options: OperatorAddOptions, command: Command) => {
      const { addOperator } = await import('./operator-run.ts');
      await addOperator(id, globalOptions(command), options);
    });
  operator
    .command('list')
    .description('list the operators that are known, and what they declare')
    .action(async (_: object, command: Command) => {
      const { listOperators } = await import('./operator-run.ts');
      await listOperators(globalOptions(command));
    });
}
